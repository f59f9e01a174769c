-- id: function/get-session-stats
-- title: get_session_stats
-- relation: get_session_stats
-- parameters: select metadata ->> 'session_id' from hook_events where metadata ->> 'session_id' is not null group by 1 order by count(*) desc, 1 limit 1
-- follows: events of the session
-- counted: select count(*) from hook_events where metadata ->> 'session_id' = $1
--
-- The session with the most events: the hardest argument there is. Its work should follow the session's events and not the
-- log's, which only an index on every event's session key gives.

select * from get_session_stats($1);
