-- id: function/get-recent-workflow-patterns
-- title: get_recent_workflow_patterns
-- relation: get_recent_workflow_patterns
-- follows: events of the last 7 days
-- counted: select count(*) from hook_events where created_at >= now() - interval '7 days'
--
-- The default week. The data ends now, so that the week is full; its work should follow the week's sessions, however long the
-- log is.

select * from get_recent_workflow_patterns();
