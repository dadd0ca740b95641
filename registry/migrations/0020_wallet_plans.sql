-- What each share and each redemption asks: PostgreSQL plans a function in SQL anew at every call where it can not be
-- inlined, which cost more than all the rest of a redemption. In PL/pgSQL the plans stay with the connection, and what
-- is asked is always one row by its key: no plan is better for one person than for another. The rules are the same, word
-- for word.
DO $$
DECLARE
  f record;
BEGIN
  FOR f IN
    SELECT p.proname AS name, pg_get_function_arguments(p.oid) AS arguments, pg_get_function_result(p.oid) AS result,
           CASE WHEN p.prosqlbody IS NULL THEN format('RETURN (%s)', p.prosrc)
                ELSE pg_get_function_sqlbody(p.oid) END AS body,
           CASE p.provolatile WHEN 's' THEN 'STABLE' WHEN 'v' THEN 'VOLATILE' END AS volatility
      FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang
     WHERE p.pronamespace = current_schema()::regnamespace AND l.lanname = 'sql' AND NOT p.proretset
       AND p.proname IN ('day_of', 'assurance_of', 'acts_as', 'may_be_shown', 'share_stands', 'share_is_live',
                         'share_is_held', 'codes_waiting', 'wallet_facts')
  LOOP
    EXECUTE format('CREATE OR REPLACE FUNCTION %I(%s) RETURNS %s LANGUAGE plpgsql %s'
                   ' SET plan_cache_mode = force_generic_plan AS %L',
                   f.name, f.arguments, f.result, f.volatility, format(E'\nBEGIN\n  %s;\nEND\n', f.body));
  END LOOP;
END $$;
