-- id: view/session-intelligence-one
-- title: session_intelligence_summary, one session
-- relation: session_intelligence_summary
-- parameters: select metadata ->> 'session_id' from hook_events where metadata ->> 'session_id' is not null group by 1 order by count(*) desc, 1 limit 1
-- where: session_id = $1
-- follows: events of the session
-- counted: select count(*) from hook_events where metadata ->> 'session_id' = $1
--
-- One session by its id, the one with the most events: what somebody asks who debugs a session. The condition must reach the
-- session index instead of being applied to the finished aggregate.

select * from session_intelligence_summary where session_id = $1;
