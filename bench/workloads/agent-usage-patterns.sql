-- id: view/agent-usage-patterns
-- title: agent_usage_patterns
-- relation: agent_usage_patterns
--
-- The whole view. It reads the events of any source that name an agent and counts distinct sessions of each.

select * from agent_usage_patterns;
