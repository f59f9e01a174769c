-- id: function/get-tool-performance
-- title: get_tool_performance
-- relation: get_tool_performance
-- parameters: select resource_id::text from hook_events where source = 'PostToolUse' group by 1 order by count(*) desc, 1 limit 1
--
-- The tool with the most uses, about a quarter of all tool events: whatever index serves the function, that many rows
-- have to be read.

select * from get_tool_performance($1);
