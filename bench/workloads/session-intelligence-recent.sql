-- id: view/session-intelligence-recent
-- title: session_intelligence_summary, the first 10
-- relation: session_intelligence_summary
-- limit: 10
-- follows: events of the first 10 sessions
-- counted: select count(*) from hook_events where metadata ->> 'session_id' in (select session_id from session_intelligence_summary limit 10)
--
-- The ten sessions that the view puts first: the start page of a dashboard. A view that can stop early answers without
-- reading the log; one that must aggregate everything before it sorts pays for the whole of it.

select * from session_intelligence_summary limit 10;
