-- id: view/tool-success-rates
-- title: tool_success_rates
-- relation: tool_success_rates
--
-- The whole view: few rows out of every PostToolUse event, which are most of the log. Extracting the score and the
-- classification from each document is nearly all of its work.

select * from tool_success_rates;
