-- id: view/quality-metrics-summary
-- title: quality_metrics_summary
-- relation: quality_metrics_summary
--
-- The whole view: exact percentiles of every score of every tool. Ordering the scores is what costs, next to reading them.

select * from quality_metrics_summary;
