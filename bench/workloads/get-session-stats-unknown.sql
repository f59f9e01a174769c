-- id: function/get-session-stats-unknown
-- title: get_session_stats, unknown session
-- relation: get_session_stats
-- parameters: select 'no-such-session'::text
--
-- A session that nobody logged. Without an index on the session key the answer "nothing" costs a scan of the whole log.

select * from get_session_stats($1);
