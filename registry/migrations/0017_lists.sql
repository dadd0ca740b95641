-- lists
SELECT 1;
