-- By when a ticket is answered: so many working days of the operation, in its own time zone, until it closes. In UTC and
-- by weekends alone, what she asked on Saturday night in Nairobi was due on another day than what an operation with a
-- holiday of its own promised. due_of() is left for who belongs to no operation.
-- Day by day, because it runs for each ticket. An operation that does not work for so long is not waited for.
CREATE OR REPLACE FUNCTION ticket_due(of_operation text, of_category text, of_topic text, asked timestamptz)
RETURNS timestamptz LANGUAGE plpgsql STABLE AS $$
DECLARE
  zone text; closing time; working smallint[]; holidays date[];
  day date; left_over integer;
BEGIN
  SELECT o.timezone, coalesce(k.closes, '17:00'), coalesce(k.weekdays, '{1,2,3,4,5}'),
         ARRAY(SELECT h.day FROM operation_holiday h WHERE h.operation = o.code)
    INTO zone, closing, working, holidays
    FROM operation o LEFT JOIN operation_calendar k ON k.operation = o.code WHERE o.code = of_operation;
  IF NOT FOUND THEN RETURN due_of(of_category, of_topic, asked); END IF;
  left_over := coalesce((SELECT working_days FROM ticket_term WHERE category = of_category
                          AND topic IN (coalesce(of_topic, ''), '') ORDER BY topic DESC LIMIT 1), 14);
  FOR n IN 1..366 LOOP
    day := (asked AT TIME ZONE zone)::date + n;
    CONTINUE WHEN NOT extract(isodow FROM day)::smallint = ANY (working) OR day = ANY (holidays);
    left_over := left_over - 1;
    IF left_over = 0 THEN RETURN (day + closing) AT TIME ZONE zone; END IF;
  END LOOP;
  RETURN due_of(of_category, of_topic, asked);
END $$;

-- The day that she is told: hers, not that of Greenwich.
CREATE FUNCTION due_day(of_operation text, due timestamptz) RETURNS date LANGUAGE plpgsql STABLE
SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  RETURN (due AT TIME ZONE coalesce((SELECT timezone FROM operation WHERE code = of_operation), 'UTC'))::date;
END $$;

CREATE OR REPLACE FUNCTION place_ticket() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.registration_group IS NOT NULL THEN
    SELECT g.operation, g.location INTO NEW.operation, NEW.location
      FROM registration_group g WHERE g.id = NEW.registration_group;
  ELSIF NEW.individual IS NOT NULL THEN
    SELECT i.operation, g.location INTO NEW.operation, NEW.location
      FROM individual i LEFT JOIN membership m ON m.individual = i.id AND m.until IS NULL
      LEFT JOIN registration_group g ON g.id = m.registration_group
     WHERE i.id = NEW.individual;
  ELSIF NEW.operation IS NULL AND NEW.number_blind IS NOT NULL THEN
    -- Who calls is not known, but perhaps where the number is.
    SELECT CASE WHEN count(DISTINCT i.operation) = 1 THEN min(i.operation) END INTO NEW.operation
      FROM phone p JOIN individual i ON i.id = p.individual
     WHERE p.number_blind = NEW.number_blind AND p.disabled_at IS NULL;
  END IF;
  NEW.operation := coalesce(NEW.operation, only_operation());
  IF NEW.due_at IS NOT NULL AND NEW.operation IS NOT NULL THEN
    NEW.due_at := greatest(NEW.asked_at, ticket_due(NEW.operation, NEW.category, NEW.topic, NEW.asked_at));
  END IF;
  RETURN NEW;
END $$;
