-- id: view/tool-success-rates-failing
-- title: tool_success_rates, the failing
-- relation: tool_success_rates
-- where: total_uses >= 20 and success_rate_pct < 80
-- order: success_rate_pct, tool_name
-- columns: tool_name, total_uses, failed_uses, success_rate_pct
--
-- Tools that fail often enough to look at, the worst first. Both conditions and the order are on aggregates: what is
-- kept is ordered a second time, and no index can help.

select tool_name, total_uses, failed_uses, success_rate_pct
from tool_success_rates
where total_uses >= 20 and success_rate_pct < 80
order by success_rate_pct, tool_name;
