-- id: view/quality-metrics-one
-- title: quality_metrics_summary, one tool
-- relation: quality_metrics_summary
-- where: tool_name = 'WebFetch'
--
-- The scores of one tool that is not used often: percentiles of a few scores instead of all, if the condition reaches
-- them before they are ordered.

select *
from quality_metrics_summary
where tool_name = 'WebFetch';
