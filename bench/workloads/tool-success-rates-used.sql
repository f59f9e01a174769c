-- id: view/tool-success-rates-used
-- title: tool_success_rates, 20 uses or more
-- relation: tool_success_rates
-- where: total_uses >= 20
--
-- Tools with enough uses to say something about. The condition is on an aggregate, so that no index can help: it shows
-- what a filter costs that looks cheap and isn't.

select * from tool_success_rates where total_uses >= 20;
