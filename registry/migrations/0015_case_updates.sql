-- case_updates
SELECT 1;
