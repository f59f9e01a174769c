-- id: function/get-tool-performance-rare
-- title: get_tool_performance, a rare tool
-- relation: get_tool_performance
-- parameters: select resource_id::text from hook_events where source = 'PostToolUse' group by 1 order by count(*), 1 limit 1
-- follows: uses of the tool
-- counted: select count(*) from hook_events where source = 'PostToolUse' and resource_id = $1
--
-- The tool with the fewest uses, as one that is asked about after its first day: an index has to find its few rows among
-- all the others. What is fast for the most used tool says nothing about it.

select * from get_tool_performance($1);
