-- id: view/session-intelligence-summary
-- title: session_intelligence_summary
-- relation: session_intelligence_summary
--
-- The whole view, as a report or an export reads it. It returns a row for each session, so both its work and its
-- answer grow with the log: the heaviest of the nine objects.

select * from session_intelligence_summary;
