-- The desk: what she tells or asks staff is answered, and what staff write to many is released by another of them.

INSERT INTO staff_permission VALUES ('tickets.supervise', true);
INSERT INTO staff_role VALUES
  ('hotline_lead', '{"en": "Hotline supervisor", "fr": "Superviseur de la ligne d’assistance", "ar": "مشرف الخط الساخن"}'),
  ('protection_lead', '{"en": "Protection supervisor", "fr": "Superviseur de protection", "ar": "مشرف الحماية"}');
INSERT INTO staff_role_permission
SELECT role, unnest(permissions) FROM (VALUES
  ('hotline_lead', ARRAY['people.search', 'people.view', 'people.reset_pin', 'tickets.view', 'tickets.answer',
                         'tickets.supervise', 'statistics.view']),
  ('protection_lead', ARRAY['people.search', 'people.view', 'people.break_glass', 'tickets.view', 'tickets.answer',
                            'tickets.sensitive', 'tickets.supervise', 'cases.view'])) AS r(role, permissions);
INSERT INTO staff_role_conflict VALUES
  ('auditor', 'hotline_lead'), ('auditor', 'protection_lead'), ('administrator', 'protection_lead');
INSERT INTO staff_role_gift VALUES ('representative', 'hotline_lead'), ('representative', 'protection_lead');

-- Where it was asked decides who may open it; it stays there when she moves. One without a name is nobody's operation
-- where there are several: whoever may open such ones anywhere, and is bound to no office, takes it to the right one.
ALTER TABLE ticket
  ADD operation    text REFERENCES operation,
  ADD location     text REFERENCES location,
  ADD revision     bigint NOT NULL DEFAULT 1 CHECK (revision > 0),
  ADD assigned_to  bigint REFERENCES staff,
  ADD opened_by    bigint REFERENCES staff,        -- for her, at the counter or on the telephone
  ADD about_office bigint REFERENCES office,       -- it complains about; not for the eyes of who works there
  ADD about_staff  bigint REFERENCES staff,
  ADD placed_at    timestamptz,                    -- somebody said whom it is about, or that it is about nobody here
  ADD words_at     timestamptz,                    -- when she wrote something last
  ADD escalated    smallint NOT NULL DEFAULT 0 CHECK (escalated BETWEEN 0 AND 2),
  ADD escalated_at timestamptz,
  ADD seen_by      bigint REFERENCES staff,        -- the supervisor who took note of it
  ADD calls        smallint NOT NULL DEFAULT 0 CHECK (calls BETWEEN 0 AND 100),   -- tries to reach her
  ADD call_at      timestamptz,                    -- when she is to be called next
  ADD closed_as    text CHECK (closed_as IN ('answered', 'not_reached', 'duplicate', 'referred', 'not_ours')),
  ADD duplicate_of bigint REFERENCES ticket CHECK (duplicate_of <> id),
  ADD CHECK ((escalated = 0) = (escalated_at IS NULL)),
  ADD CHECK (closed_as IS NULL OR state = 'closed'),   -- NULL of a closed one: she closed it herself
  ADD CHECK (duplicate_of IS NULL OR closed_as = 'duplicate'),
  ADD CHECK (calls = 0 OR code_blind IS NULL);

CREATE FUNCTION only_operation() RETURNS text LANGUAGE sql STABLE AS $$
  SELECT max(code) FROM operation HAVING count(*) = 1 $$;

-- The day by which it is answered, by the operation's own working days where it has told us any; due_of() knows weekends
-- alone, and is what she was promised everywhere else.
CREATE FUNCTION ticket_due(of_operation text, of_category text, of_topic text, asked timestamptz) RETURNS timestamptz
LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN EXISTS (SELECT FROM operation_calendar WHERE operation = of_operation)
                OR EXISTS (SELECT FROM operation_holiday WHERE operation = of_operation)
    THEN coalesce((
      SELECT s.ends FROM operation o, working_spans(o.code, (asked AT TIME ZONE o.timezone)::date + 1, 120) s
       WHERE o.code = of_operation ORDER BY s.begins LIMIT 1
      OFFSET coalesce((SELECT working_days FROM ticket_term WHERE category = of_category
                          AND topic IN (coalesce(of_topic, ''), '') ORDER BY topic DESC LIMIT 1), 14) - 1),
      due_of(of_category, of_topic, asked))
    ELSE due_of(of_category, of_topic, asked) END
$$;

CREATE FUNCTION place_ticket() RETURNS trigger LANGUAGE plpgsql AS $$
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
  IF NEW.due_at IS NOT NULL AND (EXISTS (SELECT FROM operation_calendar WHERE operation = NEW.operation)
                                 OR EXISTS (SELECT FROM operation_holiday WHERE operation = NEW.operation)) THEN
    NEW.due_at := greatest(NEW.asked_at, ticket_due(NEW.operation, NEW.category, NEW.topic, NEW.asked_at));
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER ticket_placed BEFORE INSERT ON ticket FOR EACH ROW EXECUTE FUNCTION place_ticket();

UPDATE ticket t SET operation = g.operation, location = g.location FROM registration_group g
 WHERE g.id = t.registration_group;
UPDATE ticket t SET operation = i.operation, location = g.location
  FROM individual i LEFT JOIN membership m ON m.individual = i.id AND m.until IS NULL
  LEFT JOIN registration_group g ON g.id = m.registration_group
 WHERE t.operation IS NULL
   AND i.id = coalesce(t.individual, (SELECT a.individual FROM duress_alarm a WHERE a.ticket = t.id));
UPDATE ticket SET operation = only_operation() WHERE operation IS NULL AND only_operation() IS NOT NULL;
UPDATE ticket t SET words_at = w.last
  FROM (SELECT ticket, max(added_at) AS last FROM ticket_words GROUP BY ticket) w WHERE w.ticket = t.id;

-- Whatever changes it, her own hand too, so that nobody overwrites what he has not seen.
CREATE FUNCTION count_ticket_revision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.revision := OLD.revision + 1;
  IF NEW.state = 'closed' AND OLD.state <> 'closed' THEN NEW.call_at := NULL; END IF;
  IF NEW.state <> 'closed' THEN NEW.closed_as := NULL; NEW.duplicate_of := NULL; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER ticket_revised BEFORE UPDATE ON ticket FOR EACH ROW EXECUTE FUNCTION count_ticket_revision();

CREATE FUNCTION note_ticket_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE ticket SET words_at = NEW.added_at WHERE id = NEW.ticket;
  RETURN NULL;
END $$;
CREATE TRIGGER ticket_words_noted AFTER INSERT ON ticket_words FOR EACH ROW EXECUTE FUNCTION note_ticket_words();

-- The ticket of an alarm under duress names nobody, so that no screen of hers shows it; staff find its place here.
CREATE FUNCTION place_duress() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE ticket t SET operation = i.operation, location = g.location
    FROM individual i LEFT JOIN membership m ON m.individual = i.id AND m.until IS NULL
    LEFT JOIN registration_group g ON g.id = m.registration_group
   WHERE t.id = NEW.ticket AND i.id = NEW.individual;
  RETURN NULL;
END $$;
CREATE TRIGGER duress_placed AFTER INSERT ON duress_alarm FOR EACH ROW EXECUTE FUNCTION place_duress();

-- In the order in which they are to be answered.
CREATE INDEX ticket_desk ON ticket (priority, (coalesce(due_at, 'infinity'::timestamptz)), id) WHERE state <> 'closed';
CREATE INDEX ticket_done ON ticket (closed_at, id) WHERE state = 'closed';
CREATE INDEX ticket_mine ON ticket (assigned_to) WHERE state <> 'closed';
CREATE INDEX ticket_due ON ticket (due_at) WHERE state <> 'closed' AND escalated < 2;
CREATE INDEX ticket_of_number ON ticket (number_blind) WHERE number_blind IS NOT NULL;

-- What staff did with it, in order. What they wrote is sealed, and hers to read only when it is an answer.
CREATE TABLE ticket_entry (
  id          bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
  ticket      bigint NOT NULL REFERENCES ticket,
  kind        text NOT NULL CHECK (kind IN ('opened', 'assigned', 'priority', 'state', 'note', 'answer', 'call', 'closed',
                                            'reopened', 'marked', 'moved', 'escalated', 'seen', 'number_shown')),
  staff       bigint REFERENCES staff,             -- none: the server
  at          timestamptz NOT NULL,
  detail      text CHECK (detail ~ '^[a-z0-9_.]{1,40}$'),
  other       bigint,                              -- whom it was assigned to; of what it is a duplicate
  text_sealed bytea CHECK (octet_length(text_sealed) BETWEEN 29 AND 4000),
  language    text CHECK (language ~ '^[a-z]{2,3}$'),
  outbox      bigint,                              -- the SMS that went with it
  CHECK ((text_sealed IS NOT NULL) = (kind IN ('note', 'answer')))
);
CREATE INDEX ticket_entry_of ON ticket_entry (ticket, id);

-- Who is told that one was not answered in time, until she looked.
CREATE TABLE ticket_alert (
  ticket  bigint NOT NULL REFERENCES ticket,
  staff   bigint NOT NULL REFERENCES staff,
  level   smallint NOT NULL CHECK (level BETWEEN 1 AND 2),
  at      timestamptz NOT NULL,
  seen_at timestamptz,
  PRIMARY KEY (ticket, staff, level)
);
CREATE INDEX ticket_alert_open ON ticket_alert (staff) WHERE seen_at IS NULL;

CREATE FUNCTION programme_of(of_entitlement bigint) RETURNS bigint LANGUAGE sql STABLE AS $$
  SELECT c.programme FROM entitlement e JOIN payment_list y ON y.id = e.payment_list JOIN cycle c ON c.id = y.cycle
   WHERE e.id = of_entitlement
$$;

-- Programmes bound only who works for one: what is about its entitlements.
CREATE FUNCTION staff_at_ticket(of_staff bigint, of_permission text, t ticket, at timestamptz) RETURNS boolean
LANGUAGE sql STABLE AS $$
  SELECT EXISTS (
    SELECT FROM staff_reach(of_staff, of_permission, at) r
     WHERE CASE WHEN t.operation IS NULL THEN r.office IS NULL
                ELSE r.operation = t.operation
                     AND (r.office IS NULL OR t.location IN (SELECT locations_of(r.office))) END
       AND (r.programme IS NULL OR r.programme = programme_of(t.entitlement)))
$$;

-- Works for the office that it is about, in whatever role. Until somebody who is bound to none has said whom it is about,
-- a complaint about conduct is taken to be about the office where she lives.
CREATE FUNCTION staff_accused(of_staff bigint, t ticket, at timestamptz) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT of_staff IS NOT DISTINCT FROM t.about_staff OR EXISTS (
    SELECT FROM staff_grant g JOIN office o ON o.id = g.office
     WHERE g.staff = of_staff AND g.ended_at IS NULL AND g.since <= at AND g.until > at
       AND CASE WHEN t.about_office IS NOT NULL THEN o.location IN (SELECT locations_of(t.about_office))
                WHEN t.about_staff IS NOT NULL THEN EXISTS (
                  SELECT FROM staff_grant h WHERE h.staff = t.about_staff AND h.ended_at IS NULL AND h.office = g.office)
                ELSE t.placed_at IS NULL AND t.category = 'complaint' AND t.topic IN ('staff', 'safety')
                     AND (t.location IS NULL OR t.location IN (SELECT locations_of(g.office))) END)
$$;

CREATE FUNCTION staff_may_ticket(of_staff bigint, of_permission text, t ticket, at timestamptz) RETURNS boolean
LANGUAGE sql STABLE AS $$
  SELECT staff_at_ticket(of_staff, of_permission, t, at)
     AND (NOT t.sensitive OR staff_at_ticket(of_staff, 'tickets.sensitive', t, at))
     AND NOT ((t.sensitive OR t.about_office IS NOT NULL OR t.about_staff IS NOT NULL)
              AND staff_accused(of_staff, t, at))
$$;

-- Her reach as arrays, made once for a whole queue: where no programme bounds her, and where one does. `exact`: at most
-- one programme does, so that for what is neither sensitive nor about somebody these say it all.
CREATE TYPE ticket_reach AS (
  operations text[], places text[], bound_operations text[], bound_places text[], programmes bigint[], secret boolean,
  exact boolean);
CREATE FUNCTION ticket_scope(of_staff bigint, of_permission text, at timestamptz) RETURNS ticket_reach
LANGUAGE sql STABLE AS $$
  WITH reach AS MATERIALIZED (SELECT * FROM staff_reach(of_staff, of_permission, at)),
  around AS MATERIALIZED (SELECT r.programme, l.code FROM reach r, locations_of(r.office) AS l(code))
  SELECT ROW(
    coalesce(array_agg(DISTINCT operation) FILTER (WHERE office IS NULL AND programme IS NULL), '{}'),
    ARRAY(SELECT DISTINCT code FROM around WHERE programme IS NULL),
    coalesce(array_agg(DISTINCT operation) FILTER (WHERE office IS NULL AND programme IS NOT NULL), '{}'),
    ARRAY(SELECT DISTINCT code FROM around WHERE programme IS NOT NULL),
    coalesce(array_agg(DISTINCT programme) FILTER (WHERE programme IS NOT NULL), '{}'),
    EXISTS (SELECT FROM staff_reach(of_staff, 'tickets.sensitive', at)),
    count(*) FILTER (WHERE programme IS NOT NULL) <= 1)::ticket_reach
    FROM reach
$$;
-- One expression without a query, so that PostgreSQL puts it into the statement: a call for each row would be a hundred
-- times slower.
CREATE FUNCTION in_ticket_scope(of_staff bigint, of_permission text, t ticket, s ticket_reach, at timestamptz)
RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT CASE
    WHEN t.sensitive OR t.about_office IS NOT NULL OR t.about_staff IS NOT NULL THEN
      (s.secret OR NOT t.sensitive)
      AND (t.operation IS NULL OR t.operation = ANY (s.operations) OR t.location = ANY (s.places)
           OR t.operation = ANY (s.bound_operations) OR t.location = ANY (s.bound_places))
      AND staff_may_ticket(of_staff, of_permission, t, at)
    WHEN t.operation = ANY (s.operations) OR t.location = ANY (s.places)
         OR (t.operation IS NULL AND cardinality(s.operations) > 0) THEN true
    WHEN t.entitlement IS NULL OR cardinality(s.programmes) = 0 THEN false
    ELSE (t.operation = ANY (s.bound_operations) OR t.location = ANY (s.bound_places))
         AND programme_of(t.entitlement) = ANY (s.programmes)
         AND (s.exact OR staff_may_ticket(of_staff, of_permission, t, at)) END
$$;


-- A line of a queue: nobody's name and no number.
CREATE FUNCTION ticket_line(t ticket, at timestamptz) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object(
    'id', t.id, 'reference', t.reference, 'revision', t.revision, 'category', t.category, 'topic', t.topic,
    'sensitive', t.sensitive, 'anonymous', t.code_blind IS NOT NULL, 'channel', t.channel, 'state', t.state,
    'priority', t.priority, 'asked_at', iso_utc(t.asked_at), 'due_at', iso_utc(t.due_at),
    'overdue', t.state <> 'closed' AND coalesce(t.due_at < at, false), 'operation', t.operation,
    'place', (SELECT l.name FROM location l WHERE l.code = t.location),
    'assigned_to', (SELECT jsonb_build_object('id', s.id, 'name', s.shown_name) FROM staff s WHERE s.id = t.assigned_to),
    'escalated', t.escalated, 'taken_note', t.seen_by IS NOT NULL, 'calls', t.calls, 'call_at', iso_utc(t.call_at),
    'wrote_since', t.state <> 'closed' AND coalesce(t.words_at > coalesce(t.answered_at, t.asked_at), false),
    'answered', t.answered_at IS NOT NULL, 'closed_at', iso_utc(t.closed_at), 'closed_as', t.closed_as,
    'satisfied', t.satisfied)
$$;

-- The number that an answer goes to, in which language, and whether she takes SMS there.
CREATE FUNCTION ticket_number(t ticket, OUT number_sealed bytea, OUT number_blind bytea, OUT language text,
                              OUT sms_allowed boolean) LANGUAGE sql STABLE AS $$
  SELECT n.number_sealed, n.number_blind, coalesce(l.language, t.language, i.language), coalesce(l.sms_allowed, true)
    FROM (SELECT) one
    LEFT JOIN LATERAL (
      SELECT t.number_sealed, t.number_blind WHERE t.number_sealed IS NOT NULL
      UNION ALL
      (SELECT p.number_sealed, p.number_blind FROM phone p
        WHERE t.number_sealed IS NULL AND p.individual = t.individual AND p.disabled_at IS NULL
        ORDER BY p.trust DESC, p.id LIMIT 1)) n ON true
    LEFT JOIN number_preference l ON l.number_blind = n.number_blind
    LEFT JOIN individual i ON i.id = t.individual
$$;

-- One change of one ticket, all of it or nothing: the ticket, the entry, the audit row, and the SMS where one goes.
-- `wanted` by `what`:
--   assign {staff | null}   priority {priority}   state {state}   note {}   answer {by_sms}   call {outcome, tell, in_hours?}
--   close {as, of?, tell}   reopen {}   mark {sensitive, office?, colleague?}   move {operation}   seen {}   number {}
-- `outcome`: done, unknown, not_allowed, stale, wrong_state, own, no_number, no_such (a person, office, ticket or
-- operation that `wanted` names), not_the_same (two tickets of different people are no duplicates), reference_in_use.
CREATE FUNCTION turn_ticket(of_staff bigint, of_ticket bigint, seen bigint, what text, wanted jsonb, words bytea,
                            in_language text, sms_key text, sms_arguments bytea, otherwise_language text,
                            at timestamptz, OUT outcome text, OUT now_revision bigint, OUT sent bigint)
LANGUAGE plpgsql AS $$
DECLARE
  t ticket;
  needed text := CASE what WHEN 'note' THEN 'tickets.view' WHEN 'seen' THEN 'tickets.supervise' ELSE 'tickets.answer' END;
  entry text := CASE what WHEN 'assign' THEN 'assigned' WHEN 'close' THEN 'closed' WHEN 'reopen' THEN 'reopened'
                          WHEN 'mark' THEN 'marked' WHEN 'move' THEN 'moved' WHEN 'number' THEN 'number_shown'
                          ELSE what END;
  told record;
  whom bigint;
  why text;
  tell boolean := false;
BEGIN
  SELECT * INTO t FROM ticket WHERE id = of_ticket FOR NO KEY UPDATE;
  IF NOT FOUND OR NOT staff_may_ticket(of_staff, 'tickets.view', t, at) THEN outcome := 'unknown'; RETURN; END IF;
  now_revision := t.revision;
  IF NOT staff_may_ticket(of_staff, needed, t, at) THEN outcome := 'not_allowed'; RETURN; END IF;
  IF seen IS NOT NULL AND seen <> t.revision THEN outcome := 'stale'; RETURN; END IF;
  IF (t.state = 'closed') <> (what = 'reopen') AND what NOT IN ('note', 'number') THEN
    outcome := 'wrong_state'; RETURN;
  END IF;

  CASE what
  WHEN 'assign' THEN
    whom := (wanted->>'staff')::bigint;
    IF whom IS NOT NULL AND NOT staff_may_ticket(whom, 'tickets.answer', t, at) THEN outcome := 'no_such'; RETURN; END IF;
    why := CASE WHEN whom IS NULL THEN 'nobody' WHEN whom = of_staff THEN 'herself' ELSE 'colleague' END;
    UPDATE ticket SET assigned_to = whom,
           state = CASE WHEN whom IS NULL THEN 'new' WHEN state = 'new' THEN 'assigned' ELSE state END
     WHERE id = t.id;
  WHEN 'priority' THEN
    why := 'p' || (wanted->>'priority');
    UPDATE ticket SET priority = (wanted->>'priority')::smallint WHERE id = t.id;
  WHEN 'state' THEN
    why := wanted->>'state';
    UPDATE ticket SET state = why, assigned_to = coalesce(assigned_to, of_staff) WHERE id = t.id;
  WHEN 'note' THEN
    UPDATE ticket SET revision = revision WHERE id = t.id;
  WHEN 'answer' THEN
    tell := (wanted->>'by_sms')::boolean;
    why := CASE WHEN tell THEN 'sms' ELSE 'phone' END;
    -- A sensitive one is never spoken of in an SMS: whoever holds the handset would read it.
    IF tell AND (t.sensitive OR (ticket_number(t)).number_sealed IS NULL) THEN outcome := 'no_number'; RETURN; END IF;
    UPDATE ticket SET answer_sealed = words, answered_at = at, state = 'in_progress',
           assigned_to = coalesce(assigned_to, of_staff) WHERE id = t.id;
  WHEN 'call' THEN
    IF t.number_sealed IS NULL AND t.individual IS NULL THEN outcome := 'no_number'; RETURN; END IF;
    why := wanted->>'outcome';
    tell := (wanted->>'tell')::boolean AND why = 'no_answer';
    UPDATE ticket SET calls = calls + 1, call_at = at + (wanted->>'in_hours')::integer * interval '1 hour', state = 'in_progress',
           assigned_to = coalesce(assigned_to, of_staff) WHERE id = t.id;
  WHEN 'close' THEN
    why := wanted->>'as';
    whom := (wanted->>'of')::bigint;
    IF (why = 'duplicate') <> (whom IS NOT NULL) OR whom = t.id THEN outcome := 'no_such'; RETURN; END IF;
    IF whom IS NOT NULL THEN
      IF NOT EXISTS (SELECT FROM ticket o WHERE o.id = whom AND staff_may_ticket(of_staff, 'tickets.view', o, at)) THEN
        outcome := 'no_such'; RETURN;
      END IF;
      IF NOT EXISTS (SELECT FROM ticket o WHERE o.id = whom AND o.duplicate_of IS NULL
                        AND (o.individual = t.individual OR o.number_blind = t.number_blind)) THEN
        outcome := 'not_the_same'; RETURN;
      END IF;
    END IF;
    tell := (wanted->>'tell')::boolean AND whom IS NULL;
    UPDATE ticket SET state = 'closed', closed_at = greatest(at, asked_at), closed_as = why, duplicate_of = whom
     WHERE id = t.id;
  WHEN 'reopen' THEN
    UPDATE ticket SET state = CASE WHEN assigned_to IS NULL THEN 'new' ELSE 'assigned' END, closed_at = NULL,
           satisfied = NULL, escalated = 0, escalated_at = NULL, seen_by = NULL,
           due_at = ticket_due(t.operation, t.category, t.topic, at) WHERE id = t.id;
  WHEN 'mark' THEN
    -- Whoever reads it may close it off; opening it again, and saying whom it is about, is for who guards such ones.
    IF NOT staff_at_ticket(of_staff, 'tickets.sensitive', t, at)
       AND (NOT (wanted->>'sensitive')::boolean OR wanted->>'office' IS NOT NULL OR wanted->>'colleague' IS NOT NULL) THEN
      outcome := 'not_allowed'; RETURN;
    END IF;
    IF (wanted->>'office' IS NOT NULL AND NOT EXISTS (SELECT FROM office o WHERE o.id = (wanted->>'office')::bigint))
       OR (wanted->>'colleague' IS NOT NULL
           AND NOT EXISTS (SELECT FROM staff s WHERE s.id = (wanted->>'colleague')::bigint)) THEN
      outcome := 'no_such'; RETURN;
    END IF;
    why := CASE WHEN (wanted->>'sensitive')::boolean THEN 'sensitive' ELSE 'ordinary' END;
    UPDATE ticket SET sensitive = (wanted->>'sensitive')::boolean OR code_blind IS NOT NULL,
           about_office = (wanted->>'office')::bigint, about_staff = (wanted->>'colleague')::bigint,
           placed_at = CASE WHEN staff_at_ticket(of_staff, 'tickets.sensitive', t, at) THEN at ELSE placed_at END
     WHERE id = t.id RETURNING * INTO t;
    -- Who may not open it any more does not keep it.
    UPDATE ticket SET assigned_to = NULL, state = CASE WHEN state = 'assigned' THEN 'new' ELSE state END
     WHERE id = t.id AND assigned_to IS NOT NULL AND NOT staff_may_ticket(assigned_to, 'tickets.answer', t, at);
  WHEN 'move' THEN
    why := lower(wanted->>'operation');
    IF t.registration_group IS NOT NULL OR t.individual IS NOT NULL THEN outcome := 'wrong_state'; RETURN; END IF;
    IF NOT EXISTS (SELECT FROM operation o WHERE o.code = wanted->>'operation') THEN outcome := 'no_such'; RETURN; END IF;
    UPDATE ticket SET operation = wanted->>'operation', location = NULL, assigned_to = NULL, state = 'new' WHERE id = t.id;
  WHEN 'seen' THEN
    IF t.escalated = 0 OR t.seen_by IS NOT NULL THEN outcome := 'wrong_state'; RETURN; END IF;
    IF t.assigned_to = of_staff THEN outcome := 'own'; RETURN; END IF;
    UPDATE ticket SET seen_by = of_staff WHERE id = t.id;
  WHEN 'number' THEN
    IF (ticket_number(t)).number_sealed IS NULL THEN outcome := 'no_number'; RETURN; END IF;
  END CASE;

  IF tell AND NOT t.sensitive THEN
    SELECT * INTO told FROM ticket_number(t);
    IF told.number_sealed IS NOT NULL THEN
      INSERT INTO outbox (number_sealed, language, text_key, arguments_sealed)
      VALUES (told.number_sealed, coalesce(in_language, told.language, otherwise_language), sms_key, sms_arguments)
      RETURNING id INTO sent;
    END IF;
  END IF;
  INSERT INTO ticket_entry (ticket, kind, staff, at, detail, other, text_sealed, language, outbox)
  VALUES (t.id, entry, of_staff, at, why, whom, words, CASE WHEN words IS NOT NULL THEN in_language END, sent);
  INSERT INTO audit (kind, actor, individual, registration_group, record, detail)
  VALUES ('ticket.' || entry, 'staff:' || of_staff, t.individual, t.registration_group, t.id, why);
  SELECT revision INTO now_revision FROM ticket WHERE id = t.id;
  outcome := 'done';
END $$;

-- What was not answered in time: one step more urgent, its supervisors told; once more where after another working day
-- none of them took note. Returns how many.
CREATE FUNCTION escalate_tickets(at timestamptz, most integer) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  t ticket;
  raised integer := 0;
BEGIN
  FOR t IN SELECT * FROM ticket
            WHERE state <> 'closed' AND escalated < 2 AND due_at < at
              AND (escalated = 0 OR (seen_by IS NULL AND escalated_at < at - interval '8 hours'
                                     AND (operation IS NULL
                                          OR working_between(operation, escalated_at, at) >= interval '8 hours')))
            ORDER BY due_at LIMIT most FOR NO KEY UPDATE SKIP LOCKED LOOP
    UPDATE ticket SET escalated = escalated + 1, escalated_at = at, priority = greatest(1, priority - 1)
     WHERE id = t.id RETURNING * INTO t;
    INSERT INTO ticket_alert (ticket, staff, level, at)
    SELECT t.id, s.id, t.escalated, at FROM staff s
     WHERE s.state = 'active' AND EXISTS (
             SELECT FROM staff_grant g JOIN staff_role_permission p ON p.role = g.role
              WHERE g.staff = s.id AND g.ended_at IS NULL AND p.permission = 'tickets.supervise')
       AND staff_may_ticket(s.id, 'tickets.supervise', t, at)
    ON CONFLICT DO NOTHING;
    INSERT INTO ticket_entry (ticket, kind, at, detail) VALUES (t.id, 'escalated', at, 'level_' || t.escalated);
    INSERT INTO audit (kind, actor, individual, registration_group, record, detail)
    VALUES ('ticket.escalated', 'server', t.individual, t.registration_group, t.id, 'level_' || t.escalated);
    raised := raised + 1;
  END LOOP;
  RETURN raised;
END $$;

-- Notices. Who writes and who releases them are staff now, or somebody at the command line.
ALTER TABLE broadcast
  ADD created_staff  bigint REFERENCES staff,
  ADD released_staff bigint REFERENCES staff,
  ADD turned_staff   bigint REFERENCES staff,
  ADD CONSTRAINT broadcast_second_staff CHECK (released_staff <> created_staff);

CREATE OR REPLACE FUNCTION keep_broadcast() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  turn text := CASE WHEN TG_OP = 'INSERT' THEN '>' || NEW.state ELSE OLD.state || '>' || NEW.state END;
BEGIN
  IF TG_OP = 'DELETE' THEN RAISE EXCEPTION 'broadcasts are kept' USING ERRCODE = 'insufficient_privilege'; END IF;
  IF TG_OP = 'UPDATE' THEN
    IF (NEW.name, NEW.filter, NEW.fallback, NEW.opens_at, NEW.closes_at, NEW.timezone, NEW.lasting, NEW.created_by,
        NEW.created_staff)
         IS DISTINCT FROM
       (OLD.name, OLD.filter, OLD.fallback, OLD.opens_at, OLD.closes_at, OLD.timezone, OLD.lasting, OLD.created_by,
        OLD.created_staff)
       OR (OLD.state <> 'draft' AND (NEW.released_by, NEW.released_staff, NEW.recipients)
             IS DISTINCT FROM (OLD.released_by, OLD.released_staff, OLD.recipients))
    THEN
      RAISE EXCEPTION 'what was written or released is not changed' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF NEW.state = OLD.state THEN RETURN NULL; END IF;
  END IF;
  IF turn NOT IN ('>draft', 'draft>released', 'draft>stopped', 'released>running', 'released>paused',
                  'released>stopped', 'running>paused', 'running>stopped', 'running>done', 'paused>running',
                  'paused>stopped') THEN
    RAISE EXCEPTION 'a broadcast does not turn that way' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'broadcast_turn';
  END IF;
  INSERT INTO audit (kind, actor, record, detail)
  VALUES ('broadcast.' || CASE turn WHEN '>draft' THEN 'created' WHEN 'released>running' THEN 'started'
                                    WHEN 'paused>running' THEN 'resumed' ELSE NEW.state END,
          CASE WHEN turn IN ('released>running', 'running>done') THEN 'server'
               ELSE coalesce('staff:' || CASE turn WHEN '>draft' THEN NEW.created_staff
                                                   WHEN 'draft>released' THEN NEW.released_staff
                                                   ELSE NEW.turned_staff END, 'operator') END,
          NEW.id, CASE WHEN TG_OP = 'UPDATE' THEN 'from.' || OLD.state END);
  RETURN NULL;
END $$;

-- As before, and by whom of the staff.
DROP FUNCTION turn_broadcast(bigint, text, text, timestamptz);
CREATE FUNCTION turn_broadcast(of bigint, becomes text, by text, at timestamptz, by_staff bigint DEFAULT NULL,
                               OUT was text, OUT turned boolean, OUT moved bigint) LANGUAGE plpgsql AS $$
DECLARE
  b broadcast;
BEGIN
  turned := false;
  moved := 0;
  SELECT * INTO b FROM broadcast WHERE id = of FOR NO KEY UPDATE;
  IF NOT FOUND THEN RETURN; END IF;
  was := b.state;
  IF NOT (CASE becomes WHEN 'paused' THEN b.state IN ('released', 'running')
                       WHEN 'running' THEN b.state = 'paused'
                       WHEN 'stopped' THEN b.state IN ('draft', 'released', 'running', 'paused') END) THEN
    RETURN;
  END IF;
  UPDATE broadcast SET state = becomes, turned_by = by, turned_staff = by_staff WHERE id = of;
  turned := true;
  moved := CASE becomes WHEN 'paused' THEN time_broadcast(of, 'infinity', NULL)
                        WHEN 'running' THEN time_broadcast(of, broadcast_opening(b, at), b.per_second)
                        ELSE end_pending(of, 'suppressed', 'stopped', at) END;
END $$;

-- Whether all whom it goes to are within this person's reach: each operation, and with an office's bound each place,
-- with a programme's bound nobody else's entitlements. Without an operation it goes to all of them.
CREATE FUNCTION staff_may_filter(of_staff bigint, of_permission text, wanted jsonb, at timestamptz) RETURNS boolean
LANGUAGE sql STABLE AS $$
  SELECT NOT EXISTS (
    SELECT FROM (SELECT code FROM operation
                  WHERE wanted->'operation' IS NULL OR wanted->'operation' ? code) asked
     WHERE NOT EXISTS (
       SELECT FROM staff_reach(of_staff, of_permission, at) r
        WHERE r.operation = asked.code
          AND (r.office IS NULL OR (
                wanted->'location' IS NOT NULL AND NOT EXISTS (
                  SELECT FROM jsonb_array_elements_text(wanted->'location') place JOIN location l
                      ON starts_with(l.code, place)
                   WHERE l.code NOT IN (SELECT locations_of(r.office)))))
          AND (r.programme IS NULL OR wanted->'programme' = jsonb_build_array(r.programme))))
     AND EXISTS (SELECT FROM staff_reach(of_staff, of_permission, at))
     AND coalesce(jsonb_array_length(wanted->'operation') > 0, true)
$$;

CREATE FUNCTION turn_notice(of_staff bigint, of_notice bigint, becomes text, at timestamptz, OUT outcome text,
                            OUT was text, OUT moved bigint) LANGUAGE plpgsql AS $$
DECLARE
  b broadcast;
  done record;
BEGIN
  SELECT * INTO b FROM broadcast WHERE id = of_notice FOR NO KEY UPDATE;
  IF NOT FOUND OR NOT staff_may_filter(of_staff, 'notices.view', b.filter, at) THEN outcome := 'unknown'; RETURN; END IF;
  IF NOT (staff_may_filter(of_staff, 'notices.write', b.filter, at)
          OR (b.state <> 'draft' AND staff_may_filter(of_staff, 'notices.release', b.filter, at))) THEN
    outcome := 'not_allowed'; RETURN;
  END IF;
  SELECT t.* INTO done FROM staff s, turn_broadcast(of_notice, becomes, s.name, at, s.id) t WHERE s.id = of_staff;
  was := done.was;
  moved := done.moved;
  outcome := CASE WHEN done.turned THEN 'done' ELSE 'wrong_state' END;
END $$;

-- How a notice stands. `settled`: neither waiting nor under way any more.
CREATE FUNCTION notice_line(b broadcast, at timestamptz) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object(
    'id', b.id, 'name', b.name, 'state', b.state, 'operation', b.filter->'operation'->>0,
    'created_by', b.created_by, 'created_at', iso_utc(b.created_at), 'released_by', b.released_by,
    'released_at', iso_utc(b.released_at), 'expires_at', iso_utc(b.expires_at),
    'finished_at', iso_utc(b.finished_at), 'recipients', b.recipients, 'counted_at', iso_utc(b.counted_at),
    'expanded', b.expanded_at IS NOT NULL, 'written', b.written, 'said_stop', b.said_stop, 'only_asked', b.only_asked,
    'settled', b.written - o.waiting - o.sending,
    'messages', jsonb_build_object('waiting', o.waiting, 'sending', o.sending, 'sent', o.sent,
      'delivered', o.delivered, 'failed', o.failed, 'expired', o.expired, 'suppressed', o.suppressed,
      'unknown', o.unknown))
    FROM (SELECT count(*) FILTER (WHERE state = 'pending') AS waiting,
                 count(*) FILTER (WHERE state = 'sending') AS sending, count(*) FILTER (WHERE state = 'sent') AS sent,
                 count(*) FILTER (WHERE state = 'delivered') AS delivered,
                 count(*) FILTER (WHERE state = 'failed') AS failed, count(*) FILTER (WHERE state = 'expired') AS expired,
                 count(*) FILTER (WHERE state = 'suppressed') AS suppressed,
                 count(*) FILTER (WHERE state = 'unknown') AS unknown
            FROM outbox WHERE broadcast = b.id) o
$$;
