-- id: view/session-intelligence-busiest
-- title: session_intelligence_summary, the busiest of the week
-- relation: session_intelligence_summary
-- where: session_start >= now() - interval '7 days'
-- order: total_tools desc, session_id
-- limit: 20
-- columns: session_id, session_start, total_tools, unique_tools, agents_used
--
-- The busiest sessions of the last week: the question of every Monday. When a session began is known only once all its
-- events were read, so that the condition can't reach an index, and every session is summarised before twenty are kept.

select session_id, session_start, total_tools, unique_tools, agents_used
from session_intelligence_summary
where session_start >= now() - interval '7 days'
order by total_tools desc, session_id
limit 20;
