-- id: function/get-recent-workflow-patterns-month
-- title: get_recent_workflow_patterns, 30 days
-- relation: get_recent_workflow_patterns
-- parameters: select 30
-- follows: events of the last 30 days
-- counted: select count(*) from hook_events where created_at >= now() - make_interval(days => $1)
--
-- Thirty days instead of seven, as a monthly report asks: more of the index, at some size perhaps another plan.

select * from get_recent_workflow_patterns($1);
