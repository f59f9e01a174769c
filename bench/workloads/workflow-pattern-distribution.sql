-- id: view/workflow-pattern-distribution
-- title: workflow_pattern_distribution
-- relation: workflow_pattern_distribution
--
-- The whole view. It reads SessionEnd events only, about one in seventy: with the right index its work is a small part
-- of the log.

select * from workflow_pattern_distribution;
