-- id: view/tool-success-rates-one
-- title: tool_success_rates, one tool
-- relation: tool_success_rates
-- where: tool_name = 'WebFetch'
--
-- One tool that is not used often: the condition must reach the index on the tool, and the work follow that tool's uses
-- instead of all.

select *
from tool_success_rates
where tool_name = 'WebFetch';
