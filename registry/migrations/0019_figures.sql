-- figures
SELECT 1;
