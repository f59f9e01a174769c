-- id: function/calculate-session-success-score
-- title: calculate_session_success_score
-- relation: calculate_session_success_score
-- parameters: select metadata ->> 'session_id' from hook_events where metadata ->> 'session_id' is not null group by 1 order by count(*) desc, 1 limit 1
-- follows: events of the session
-- counted: select count(*) from hook_events where metadata ->> 'session_id' = $1
--
-- The session with the most events, as for get_session_stats: called once a session it must not scan the log.

select calculate_session_success_score($1) as score;
