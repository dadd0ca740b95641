-- What staff do with what she asks to have changed: the clock it runs by, who must approve, what an approval does to the
-- record, and approving many at once. Whatever is decided is decided here, in one transaction with the record's change,
-- its audit row and the message to her.

-- Working hours. An operation without a row works Monday to Friday from 8 to 17.
CREATE TABLE operation_calendar (
  operation text PRIMARY KEY REFERENCES operation,
  opens     time NOT NULL,
  closes    time NOT NULL,
  weekdays  smallint[] NOT NULL CHECK (cardinality(weekdays) BETWEEN 1 AND 7 AND weekdays <@ '{1,2,3,4,5,6,7}'),  -- ISO
  CHECK (closes > opens)
);
CREATE TABLE operation_holiday (
  operation text NOT NULL REFERENCES operation,
  day       date NOT NULL,
  name      jsonb NOT NULL CHECK (is_named(name)),
  PRIMARY KEY (operation, day)
);

CREATE FUNCTION working_spans(of_operation text, first date, days integer)
RETURNS TABLE (begins timestamptz, ends timestamptz) LANGUAGE sql STABLE AS $$
  SELECT (d.day + coalesce(k.opens, '08:00')) AT TIME ZONE o.timezone,
         (d.day + coalesce(k.closes, '17:00')) AT TIME ZONE o.timezone
    FROM operation o
    LEFT JOIN operation_calendar k ON k.operation = o.code
    CROSS JOIN LATERAL (SELECT first + n AS day FROM generate_series(0, days) n) d
   WHERE o.code = of_operation
     AND extract(isodow FROM d.day)::smallint = ANY (coalesce(k.weekdays, '{1,2,3,4,5}'))
     AND NOT EXISTS (SELECT FROM operation_holiday h WHERE h.operation = o.code AND h.day = d.day)
   ORDER BY d.day
$$;

-- When so much working time has passed. Day by day, because it runs for each request that is asked or loaded. An operation
-- that does not work within a year: after four times as long.
CREATE FUNCTION working_due(of_operation text, since timestamptz, lasting interval) RETURNS timestamptz
LANGUAGE plpgsql STABLE AS $$
DECLARE
  zone text; opening time; closing time; working smallint[]; holidays date[];
  here timestamp; day date; begins timestamp; left_over interval := lasting;
BEGIN
  SELECT o.timezone, coalesce(k.opens, '08:00'), coalesce(k.closes, '17:00'), coalesce(k.weekdays, '{1,2,3,4,5}'),
         ARRAY(SELECT h.day FROM operation_holiday h WHERE h.operation = o.code)
    INTO zone, opening, closing, working, holidays
    FROM operation o LEFT JOIN operation_calendar k ON k.operation = o.code WHERE o.code = of_operation;
  IF NOT FOUND THEN RETURN since + lasting * 4; END IF;
  here := since AT TIME ZONE zone;
  FOR n IN 0..366 LOOP
    day := here::date + n;
    CONTINUE WHEN NOT extract(isodow FROM day)::smallint = ANY (working) OR day = ANY (holidays);
    begins := greatest(day + opening, here);
    CONTINUE WHEN begins >= day + closing;
    IF begins + left_over <= day + closing THEN RETURN (begins + left_over) AT TIME ZONE zone; END IF;
    left_over := left_over - ((day + closing) - begins);
  END LOOP;
  RETURN since + lasting * 4;
END $$;
-- Working time between two moments; below zero where the second is the earlier one.
CREATE FUNCTION working_between(of_operation text, since timestamptz, till timestamptz) RETURNS interval
LANGUAGE sql STABLE AS $$
  SELECT coalesce(sum(least(s.ends, greatest(since, till)) - greatest(s.begins, least(since, till))), interval '0')
         * CASE WHEN till < since THEN -1 ELSE 1 END
    FROM working_spans(of_operation, (least(since, till) AT TIME ZONE 'UTC')::date - 1,
                       least(400, 3 + (extract(epoch FROM greatest(since, till) - least(since, till)) / 86400)::integer)) s
   WHERE s.ends > least(since, till) AND s.begins < greatest(since, till)
$$;

-- How a kind is decided; the row of an operation goes before that of all ('').
CREATE TABLE case_rule (
  operation   text NOT NULL DEFAULT '' CHECK (operation ~ '^([A-Z0-9]{3})?$'),
  kind        text NOT NULL,
  approvals   smallint NOT NULL CHECK (approvals BETWEEN 0 AND 2),   -- 0: applied at once
  least_trust smallint NOT NULL DEFAULT 0 CHECK (least_trust BETWEEN 0 AND 3),  -- of the phone, to be applied at once
  evidence    boolean NOT NULL,               -- whoever approves says what she checked
  due_hours   smallint NOT NULL CHECK (due_hours BETWEEN 1 AND 400),  -- of work
  PRIMARY KEY (operation, kind)
);
INSERT INTO case_rule (kind, approvals, least_trust, evidence, due_hours) VALUES
  ('language', 0, 0, false, 9), ('data_object', 0, 1, false, 9),
  ('address', 1, 0, false, 45), ('phone_remove', 1, 0, false, 18), ('data_copy', 1, 0, false, 90),
  ('birth', 1, 0, true, 45), ('marriage', 1, 0, true, 90),
  ('phone_add', 2, 0, true, 18), ('phone_replace', 2, 0, true, 18), ('link_number', 2, 0, true, 18),
  ('death', 2, 0, true, 45), ('departure', 2, 0, true, 45),
  ('name', 2, 0, true, 90), ('birth_date', 2, 0, true, 90), ('data_delete', 2, 0, true, 90);

-- Why something is refused and what she is asked: words for her are texts of these names.
CREATE TABLE case_reason (code text PRIMARY KEY CHECK (code ~ '^[a-z_]{2,40}$'));
INSERT INTO case_reason VALUES ('evidence_missing'), ('duplicate'), ('not_confirmed'), ('changed_since'), ('at_desk');
CREATE TABLE case_question_kind (code text PRIMARY KEY CHECK (code ~ '^[a-z_]{2,40}$'));
INSERT INTO case_question_kind VALUES ('still_wanted'), ('was_it_you'), ('has_paper'), ('can_come');

ALTER TABLE change_request
  ADD operation        text REFERENCES operation,
  ADD location         text REFERENCES location,  -- of who has no group: where the card that was typed belongs
  ADD needs            smallint NOT NULL DEFAULT 1 CHECK (needs BETWEEN 0 AND 2),
  ADD evidence         boolean NOT NULL DEFAULT false,
  ADD due_at           timestamptz,
  ADD asked_by         bigint REFERENCES staff,   -- of what staff ask for her
  ADD asked_against    jsonb,                     -- `before` as it was first, where it was compared anew
  ADD round            smallint NOT NULL DEFAULT 1 CHECK (round BETWEEN 1 AND 100),
  ADD revision         bigint NOT NULL DEFAULT 1 CHECK (revision > 0),
  ADD notice_to        bytea CHECK (octet_length(notice_to) BETWEEN 37 AND 64),   -- the number she asked from
  ADD notice_blind     bytea CHECK (octet_length(notice_blind) = 16),
  ADD notice_arguments bytea CHECK (octet_length(notice_arguments) BETWEEN 29 AND 4000),
  ADD language         text CHECK (language ~ '^[a-z]{2,3}$');

-- Both written forms of a registration number are one group's.
CREATE FUNCTION group_of_card(typed text) RETURNS bigint LANGUAGE sql STABLE AS $$
  SELECT g.id FROM registration_group g
   WHERE g.registration_key = substr(upper(btrim(typed)), 1, 3) || translate(substr(upper(btrim(typed)), 4), '-C ', '')
$$;

CREATE FUNCTION begin_case() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  rule case_rule;
BEGIN
  IF NEW.operation IS NULL THEN
    SELECT i.operation INTO NEW.operation FROM individual i WHERE i.id = NEW.individual;
    IF NEW.operation IS NULL THEN
      SELECT g.operation, g.location INTO NEW.operation, NEW.location FROM registration_group g
       WHERE g.id = coalesce(NEW.registration_group, group_of_card(NEW.after->>'registration_number'));
    END IF;
    -- A card that nobody has: whoever of the country's staff opens it first finds that out.
    IF NEW.operation IS NULL THEN
      SELECT o.code INTO NEW.operation FROM operation o
       ORDER BY o.code = left(coalesce(NEW.after->>'registration_number', ''), 3) DESC, o.code LIMIT 1;
    END IF;
  END IF;
  SELECT * INTO rule FROM case_rule r WHERE r.kind = NEW.kind AND r.operation IN (NEW.operation, '')
   ORDER BY r.operation DESC LIMIT 1;
  NEW.needs := CASE WHEN rule.approvals = 0 AND (NEW.trust < rule.least_trust OR NEW.channel <> 'phone') THEN 1
                    ELSE coalesce(rule.approvals, 2) END;
  NEW.evidence := coalesce(rule.evidence, true);
  NEW.due_at := working_due(NEW.operation, NEW.asked_at, coalesce(rule.due_hours, 45) * interval '1 hour');
  RETURN NEW;
END $$;
CREATE TRIGGER change_request_begins BEFORE INSERT ON change_request FOR EACH ROW EXECUTE FUNCTION begin_case();
CREATE FUNCTION turn_case() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.revision := OLD.revision + 1;
  RETURN NEW;
END $$;
CREATE TRIGGER change_request_turns BEFORE UPDATE ON change_request FOR EACH ROW
  WHEN (NEW.revision = OLD.revision) EXECUTE FUNCTION turn_case();

UPDATE change_request c SET operation = i.operation, revision = 2,
       needs = greatest(1, r.approvals), evidence = r.evidence,
       due_at = working_due(i.operation, c.asked_at, r.due_hours * interval '1 hour')
  FROM individual i, case_rule r WHERE i.id = c.individual AND r.kind = c.kind AND r.operation = '';
UPDATE change_request c SET operation = coalesce(g.operation, o.code), location = g.location, revision = 2,
       needs = 2, evidence = true,
       due_at = working_due(coalesce(g.operation, o.code), c.asked_at, interval '18 hours')
  FROM (SELECT min(code) AS code FROM operation) o,
       change_request k LEFT JOIN registration_group g ON g.id = group_of_card(k.after->>'registration_number')
 WHERE k.id = c.id AND c.individual IS NULL;
-- What was asked is released from its triggers' events before the table changes again.
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE change_request
  ALTER operation SET NOT NULL,
  ALTER due_at SET NOT NULL;
CREATE INDEX change_request_due ON change_request (due_at, id) WHERE state IN ('pending', 'validated', 'conflict');
CREATE INDEX change_request_automatic ON change_request (id) WHERE needs = 0 AND state = 'pending';
CREATE INDEX audit_of_change ON audit (record, id) WHERE kind LIKE 'change.%';

ALTER TABLE approval
  ADD round    smallint NOT NULL DEFAULT 1,
  ADD evidence text[] NOT NULL DEFAULT '{}' CHECK (evidence <@ '{document,in_person,called_back,household,partner}'),
  DROP CONSTRAINT approval_pkey,
  DROP CONSTRAINT approval_change_request_actor_key,
  ADD PRIMARY KEY (change_request, round, stage),
  ADD CONSTRAINT approval_nobody_twice UNIQUE (change_request, round, actor);

CREATE TABLE case_question (
  id             bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
  change_request bigint NOT NULL REFERENCES change_request,
  question       text NOT NULL REFERENCES case_question_kind,
  asked_by       bigint NOT NULL REFERENCES staff,
  asked_at       timestamptz NOT NULL,
  answer         text CHECK (answer IN ('yes', 'no')),
  answer_hop     bytea UNIQUE CHECK (octet_length(answer_hop) = 16),
  channel        text CHECK (channel IN ('phone', 'sms', 'staff')),
  answered_at    timestamptz,
  CHECK ((answer IS NULL) = (answered_at IS NULL) AND (answer IS NULL) = (channel IS NULL))
);
CREATE UNIQUE INDEX case_question_open ON case_question (change_request) WHERE answered_at IS NULL;
CREATE INDEX case_question_of ON case_question (change_request);

-- What was changed in the record, once for each request that was applied. Names and numbers are as sealed as they were.
CREATE TABLE correction (
  change_request     bigint PRIMARY KEY REFERENCES change_request,
  kind               text NOT NULL,
  individual         bigint REFERENCES individual,
  registration_group bigint REFERENCES registration_group,
  record             bigint,                 -- the row that was made, where one was
  before             jsonb NOT NULL CHECK (holds_no_number(before) AND holds_no_name(before)),
  after              jsonb NOT NULL CHECK (holds_no_number(after) AND holds_no_name(after)),
  applied_by         bigint REFERENCES staff,   -- none: by its rule
  applied_at         timestamptz NOT NULL
);
CREATE INDEX correction_of_individual ON correction (individual, applied_at);

-- What happened in a life, by day; what it does to the record stands there.
CREATE TABLE life_event (
  id             bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
  individual     bigint NOT NULL REFERENCES individual,
  kind           text NOT NULL CHECK (kind IN ('birth', 'death', 'marriage', 'departure')),
  day            date NOT NULL,
  change_request bigint NOT NULL UNIQUE REFERENCES change_request
);
CREATE INDEX life_event_of ON life_event (individual);
-- For what her data may not be used, since she said so; and copies that she is to get.
CREATE TABLE data_objection (
  individual     bigint NOT NULL REFERENCES individual,
  use            text NOT NULL CHECK (use ~ '^[a-z_]{1,40}$'),
  since          timestamptz NOT NULL,
  change_request bigint NOT NULL REFERENCES change_request,
  PRIMARY KEY (individual, use)
);
CREATE TABLE data_copy (
  change_request bigint PRIMARY KEY REFERENCES change_request,
  individual     bigint NOT NULL REFERENCES individual,
  allowed_at     timestamptz NOT NULL
);

-- Whom a request is about: of the household's, a member; else who asks.
CREATE FUNCTION subject_of(c change_request) RETURNS bigint LANGUAGE sql IMMUTABLE
  RETURN coalesce((c.before->>'individual')::bigint, c.individual);
CREATE FUNCTION base64url_of(raw bytea) RETURNS text LANGUAGE sql IMMUTABLE
  RETURN translate(encode(raw, 'base64'), E'+/=\n', '-_');
CREATE FUNCTION from_base64url(text) RETURNS bytea LANGUAGE sql IMMUTABLE
  RETURN decode(translate($1, '-_', '+/') || repeat('=', (4 - length($1) % 4) % 4), 'base64');
CREATE FUNCTION whole_name_of(i individual) RETURNS text LANGUAGE sql IMMUTABLE
  RETURN i.given_name || coalesce(' ' || i.family_name, '');

-- Functions that every approval calls are plpgsql where plain SQL would do: those keep their plans, and many at once take a
-- fifth of the time.

-- Whether somebody may do that with this request now. Programmes do not bound whose data one may put right.
CREATE FUNCTION staff_may_case(of_staff bigint, of_permission text, c change_request, at timestamptz) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN (
  SELECT EXISTS (
    SELECT FROM staff_reach(of_staff, of_permission, at) r
     WHERE r.operation = c.operation
       AND (r.office IS NULL
            OR coalesce((SELECT g.location FROM registration_group g WHERE g.id = c.registration_group), c.location)
               IN (SELECT locations_of(r.office)))));
END $$;

-- The values that a request would replace, as they are recorded now, in the form of `before`.
CREATE FUNCTION recorded_of(c change_request) RETURNS jsonb LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN (
  SELECT CASE
    WHEN c.kind = 'address' THEN (
      SELECT jsonb_build_object('address_line', coalesce(g.address_line, '')) FROM registration_group g
       WHERE g.id = c.registration_group)
    WHEN c.kind IN ('phone_replace', 'phone_remove') THEN (
      SELECT jsonb_build_object('msisdn', jsonb_build_object('sealed', base64url_of(p.number_sealed))) FROM phone p
       WHERE p.id = c.phone AND p.individual = c.individual AND p.disabled_at IS NULL)
    WHEN c.kind = 'name' THEN (
      SELECT jsonb_build_object('name', whole_name_of(i)) FROM individual i WHERE i.id = subject_of(c))
    WHEN c.kind = 'birth_date' THEN (
      SELECT jsonb_build_object('birth_date', i.birth_date) FROM individual i WHERE i.id = subject_of(c))
    WHEN c.kind = 'language' THEN (
      SELECT jsonb_build_object('language', coalesce(i.language, '')) FROM individual i WHERE i.id = c.individual)
    WHEN c.kind IN ('death', 'departure', 'marriage') THEN (
      SELECT jsonb_build_object('in_household', true) FROM membership m
       WHERE m.individual = subject_of(c) AND m.registration_group = c.registration_group AND m.until IS NULL) END);
END $$;

-- A member leaves the household on a day, with the state that she then has.
CREATE FUNCTION end_membership(of_person bigint, of_group bigint, last_day date, becomes text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  UPDATE membership SET until = greatest(last_day + 1, since + 1)
   WHERE individual = of_person AND registration_group = of_group AND until IS NULL;
  UPDATE individual SET process_status = becomes::"char", revision = revision + 1 WHERE id = of_person;
END $$;

-- What follows applies one kind each. `opened` holds what only the key's holder can read or compute:
-- name_before, given_name, family_name, number_blind and number_sealed (hexadecimal), person. Their outcome: 'applied',
-- 'conflict' (what would be replaced is not what it was asked against), 'incomplete' (staff must ask her first),
-- 'unreadable' (needs `opened`). `record`: the row that was made.
CREATE FUNCTION put_number(c change_request, person bigint, old phone, opened jsonb, at timestamptz,
                           OUT outcome text, OUT record bigint) LANGUAGE plpgsql AS $$
DECLARE
  blind bytea := coalesce(decode(opened->>'number_blind', 'hex'), from_base64url(c.after->'msisdn'->>'blind'));
  sealed bytea := from_base64url(c.after->'msisdn'->>'sealed');
BEGIN
  IF blind IS NULL OR sealed IS NULL THEN outcome := 'unreadable'; RETURN; END IF;
  IF EXISTS (SELECT FROM phone p WHERE p.individual = person AND p.number_blind = blind AND p.disabled_at IS NULL) THEN
    outcome := 'conflict';
    RETURN;
  END IF;
  -- Trust 1: nobody has typed a code on it yet.
  INSERT INTO phone (individual, number_blind, number_sealed, answers, trust, nickname, collected_on, linked_at)
  VALUES (person, blind, sealed, coalesce(old.answers, 'self'), 1, old.nickname, day_of(person, at), at)
  RETURNING id INTO record;
  outcome := 'applied';
END $$;

CREATE FUNCTION apply_phone(c change_request, opened jsonb, at timestamptz, OUT outcome text, OUT record bigint)
LANGUAGE plpgsql AS $$
DECLARE
  old phone;
BEGIN
  IF c.kind IN ('phone_replace', 'phone_remove') THEN
    SELECT * INTO old FROM phone p WHERE p.id = c.phone AND p.individual = c.individual AND p.disabled_at IS NULL FOR UPDATE;
    IF NOT FOUND THEN outcome := 'conflict'; RETURN; END IF;
  END IF;
  IF c.kind = 'phone_remove' THEN
    outcome := 'applied';
  ELSE
    SELECT p.outcome, p.record INTO outcome, record FROM put_number(c, c.individual, old, opened, at) p;
  END IF;
  IF outcome = 'applied' THEN UPDATE phone SET disabled_at = at WHERE id = old.id; END IF;
END $$;

-- Whose number it is to be, the approver says: somebody of the household whose card was typed.
CREATE FUNCTION apply_link_number(c change_request, opened jsonb, at timestamptz, OUT outcome text, OUT record bigint)
LANGUAGE plpgsql AS $$
DECLARE
  person bigint := (opened->>'person')::bigint;
BEGIN
  IF person IS NULL THEN outcome := 'incomplete'; RETURN; END IF;
  IF NOT EXISTS (SELECT FROM membership m JOIN individual i ON i.id = m.individual AND i.process_status = 'A'
                  WHERE m.individual = person AND m.until IS NULL
                    AND m.registration_group = group_of_card(c.after->>'registration_number')) THEN
    outcome := 'impossible';
    RETURN;
  END IF;
  SELECT p.outcome, p.record INTO outcome, record FROM put_number(c, person, NULL, opened, at) p;
  IF outcome = 'applied' THEN UPDATE change_request SET individual = person WHERE id = c.id; END IF;
END $$;

CREATE FUNCTION apply_address(c change_request, OUT outcome text) LANGUAGE plpgsql AS $$
BEGIN
  UPDATE registration_group g SET address_line = nullif(btrim(c.after->>'address_line'), ''), revision = g.revision + 1
   WHERE g.id = c.registration_group AND coalesce(g.address_line, '') = coalesce(c.before->>'address_line', '');
  outcome := CASE WHEN FOUND THEN 'applied' ELSE 'conflict' END;
END $$;

CREATE FUNCTION apply_person(c change_request, opened jsonb, OUT outcome text) LANGUAGE plpgsql AS $$
DECLARE
  person individual;
BEGIN
  SELECT * INTO person FROM individual i WHERE i.id = subject_of(c) FOR UPDATE;
  IF NOT FOUND OR person.id IS NULL THEN outcome := 'incomplete'; RETURN; END IF;
  IF NOT c.after ? c.kind THEN outcome := 'incomplete'; RETURN; END IF;
  IF c.kind = 'name' AND opened->>'name_before' IS NULL THEN outcome := 'unreadable'; RETURN; END IF;
  IF (CASE c.kind WHEN 'name' THEN opened->>'name_before' <> whole_name_of(person)
                  WHEN 'birth_date' THEN (c.before->>'birth_date')::date IS DISTINCT FROM person.birth_date
                  ELSE coalesce(c.before->>'language', '') <> coalesce(person.language, '') END) THEN
    outcome := 'conflict';
    RETURN;
  END IF;
  UPDATE individual i SET revision = i.revision + 1,
         given_name = CASE c.kind WHEN 'name' THEN opened->>'given_name' ELSE i.given_name END,
         family_name = CASE c.kind WHEN 'name' THEN opened->>'family_name' ELSE i.family_name END,
         birth_date = CASE c.kind WHEN 'birth_date' THEN (c.after->>'birth_date')::date ELSE i.birth_date END,
         birth_precision = CASE c.kind WHEN 'birth_date' THEN 'D' ELSE i.birth_precision END,
         language = CASE c.kind WHEN 'language' THEN c.after->>'language' ELSE i.language END
   WHERE i.id = person.id;
  outcome := 'applied';
END $$;

-- Numbers of people who are recorded here first; nine digits, so that they meet none that was issued with eight.
CREATE SEQUENCE individual_number_serial MINVALUE 900000001 MAXVALUE 999999999;

CREATE FUNCTION apply_birth(c change_request, opened jsonb, at timestamptz, OUT outcome text, OUT record bigint)
LANGUAGE plpgsql AS $$
DECLARE
  born date := (c.after->>'day')::date;
  parent text;
BEGIN
  IF born IS NULL OR c.after->>'sex' IS NULL OR NOT c.after ? 'name' THEN outcome := 'incomplete'; RETURN; END IF;
  IF opened->>'given_name' IS NULL THEN outcome := 'unreadable'; RETURN; END IF;
  PERFORM FROM registration_group g WHERE g.id = c.registration_group FOR UPDATE;
  IF EXISTS (SELECT FROM membership m JOIN individual i ON i.id = m.individual
              WHERE m.registration_group = c.registration_group AND m.until IS NULL AND i.birth_date = born
                AND lower(i.given_name) = lower(opened->>'given_name')) THEN
    outcome := 'conflict';
    RETURN;
  END IF;
  SELECT m.relationship INTO parent FROM membership m
   WHERE m.individual = c.individual AND m.registration_group = c.registration_group AND m.until IS NULL;
  INSERT INTO individual (operation, individual_number, given_name, family_name, sex, birth_date, registered_on)
  SELECT g.operation, g.operation || '-' || nextval('individual_number_serial'), opened->>'given_name',
         opened->>'family_name', (c.after->>'sex')::"char", born, day_of(c.individual, at)
    FROM registration_group g WHERE g.id = c.registration_group
  RETURNING id INTO record;
  INSERT INTO membership (individual, registration_group, relationship, since)
  VALUES (record, c.registration_group,
          CASE WHEN parent IN ('PA', 'HUS', 'WIF') THEN CASE c.after->>'sex' WHEN 'M' THEN 'SON' ELSE 'DAU' END
               WHEN parent IN ('SON', 'DAU', 'CLH', 'CLW') THEN CASE c.after->>'sex' WHEN 'M' THEN 'GCM' ELSE 'GCF' END
               ELSE CASE c.after->>'sex' WHEN 'M' THEN 'NFM' ELSE 'NFF' END END, born);
  INSERT INTO life_event (individual, kind, day, change_request) VALUES (record, 'birth', born, c.id);
  outcome := 'applied';
END $$;

-- Who died is closed, and nobody answers for her any more; who left is inactive; a marriage is known.
CREATE FUNCTION apply_household(c change_request, at timestamptz, OUT outcome text) LANGUAGE plpgsql AS $$
DECLARE
  person bigint := (c.before->>'individual')::bigint;
  happened date := (c.after->>'day')::date;
BEGIN
  IF person IS NULL OR happened IS NULL THEN outcome := 'incomplete'; RETURN; END IF;
  PERFORM FROM individual i WHERE i.id = person FOR UPDATE;
  IF recorded_of(c) IS NULL THEN outcome := 'conflict'; RETURN; END IF;
  IF c.kind IN ('death', 'departure') THEN
    PERFORM end_membership(person, c.registration_group, happened, CASE c.kind WHEN 'death' THEN 'C' ELSE 'I' END);
  END IF;
  IF c.kind = 'death' THEN UPDATE phone SET disabled_at = at WHERE individual = person AND disabled_at IS NULL; END IF;
  INSERT INTO life_event (individual, kind, day, change_request) VALUES (person, c.kind, happened, c.id);
  outcome := 'applied';
END $$;

-- Deleted: who it was can not be read any more, and nothing reaches her; what was handed out stays counted. Values that
-- she once asked to change go as well. A number's sealed form becomes one that no key opens.
CREATE FUNCTION apply_data_delete(c change_request, at timestamptz, OUT outcome text) LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM individual i WHERE i.id = c.individual FOR UPDATE;
  UPDATE membership SET until = greatest(day_of(c.individual, at), since + 1)
   WHERE individual = c.individual AND until IS NULL;
  UPDATE individual i SET given_name = '—', family_name = NULL, birth_precision = 'Y', language = NULL,
         birth_date = greatest(date_trunc('year', i.birth_date)::date, '1890-01-02'), process_status = 'C',
         revision = i.revision + 1
   WHERE i.id = c.individual;
  UPDATE phone SET disabled_at = coalesce(disabled_at, at), nickname = NULL, number_sealed = decode(repeat('00', 37), 'hex'),
         number_blind = decode(md5(gen_random_uuid()::text), 'hex')
   WHERE individual = c.individual;
  DELETE FROM pin WHERE individual = c.individual;
  UPDATE change_request SET before = '{}', after = '{}', asked_against = NULL
   WHERE individual = c.individual AND id <> c.id;
  UPDATE correction SET before = '{}', after = '{}' WHERE individual = c.individual;
  UPDATE registration_group g SET address_line = NULL, process_status = 'C', revision = g.revision + 1
   WHERE g.id = c.registration_group
     AND NOT EXISTS (SELECT FROM membership m WHERE m.registration_group = g.id AND m.until IS NULL);
  outcome := 'applied';
END $$;

CREATE FUNCTION apply_data(c change_request, at timestamptz, OUT outcome text) LANGUAGE plpgsql AS $$
BEGIN
  IF c.kind = 'data_delete' THEN
    SELECT d.outcome INTO outcome FROM apply_data_delete(c, at) d;
    RETURN;
  END IF;
  IF c.kind = 'data_object' THEN
    IF c.after->>'use' IS NULL THEN outcome := 'incomplete'; RETURN; END IF;
    INSERT INTO data_objection (individual, use, since, change_request) VALUES (c.individual, c.after->>'use', at, c.id)
    ON CONFLICT (individual, use) DO NOTHING;
  ELSE
    INSERT INTO data_copy (change_request, individual, allowed_at) VALUES (c.id, c.individual, at);
  END IF;
  outcome := 'applied';
END $$;

CREATE FUNCTION apply_case(c change_request, opened jsonb, at timestamptz, OUT outcome text, OUT record bigint)
LANGUAGE plpgsql AS $$
BEGIN
  CASE
    WHEN c.kind IN ('phone_add', 'phone_replace', 'phone_remove') THEN
      SELECT a.outcome, a.record INTO outcome, record FROM apply_phone(c, opened, at) a;
    WHEN c.kind = 'link_number' THEN
      SELECT a.outcome, a.record INTO outcome, record FROM apply_link_number(c, opened, at) a;
    WHEN c.kind = 'address' THEN
      SELECT a.outcome INTO outcome FROM apply_address(c) a;
    WHEN c.kind IN ('name', 'birth_date', 'language') THEN
      SELECT a.outcome INTO outcome FROM apply_person(c, opened) a;
    WHEN c.kind = 'birth' THEN
      SELECT a.outcome, a.record INTO outcome, record FROM apply_birth(c, opened, at) a;
    WHEN c.kind IN ('death', 'departure', 'marriage') THEN
      SELECT a.outcome INTO outcome FROM apply_household(c, at) a;
    ELSE
      SELECT a.outcome INTO outcome FROM apply_data(c, at) a;
  END CASE;
  -- The group's revision tells that something of the household is not what it was. An address has counted already.
  IF outcome = 'applied' AND c.kind IN ('birth', 'death', 'departure', 'marriage', 'name', 'birth_date') THEN
    UPDATE registration_group g SET revision = g.revision + 1 WHERE g.id = c.registration_group;
  END IF;
-- What the record's own rules forbid (a day before she was born, a number that is there) is refused, not forced.
EXCEPTION WHEN integrity_constraint_violation OR data_exception THEN
  outcome := 'impossible';
  record := NULL;
END $$;

-- The number that is told: where she asked from, else the one that is surest hers.
CREATE FUNCTION case_number(c change_request, OUT number_sealed bytea, OUT number_blind bytea) LANGUAGE sql STABLE AS $$
  SELECT t.number_sealed, t.number_blind FROM (
    SELECT c.notice_to AS number_sealed, c.notice_blind AS number_blind, 0 AS place, 0 AS trust, 0::bigint AS id
     WHERE c.notice_to IS NOT NULL
    UNION ALL
    SELECT p.number_sealed, p.number_blind, CASE p.answers WHEN 'self' THEN 1 ELSE 2 END, -p.trust, p.id
      FROM phone p WHERE p.individual = c.individual AND p.disabled_at IS NULL) t
   ORDER BY t.place, t.trust, t.id LIMIT 1
$$;
CREATE FUNCTION language_for(blind bytea, c change_request) RETURNS text LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN coalesce((SELECT l.language FROM number_preference l WHERE l.number_blind = blind),
                  (SELECT i.language FROM individual i WHERE i.id = c.individual), c.language, 'en');
END $$;

-- `arguments` hold her reference; where nobody sealed them, she is told to look, with `nothing`.
CREATE FUNCTION tell_case(c change_request, key text, arguments bytea, nothing bytea, at timestamptz) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO outbox (number_sealed, language, text_key, arguments_sealed, created_at)
  SELECT n.number_sealed, language_for(n.number_blind, c), CASE WHEN arguments IS NULL THEN 'sms.look' ELSE key END,
         coalesce(arguments, nothing), at
    FROM case_number(c) n WHERE n.number_sealed IS NOT NULL AND coalesce(arguments, nothing) IS NOT NULL;
END $$;
-- Whoever else is reached at her numbers learns that something was changed, not what: a theft would else go unseen.
CREATE FUNCTION tell_her_numbers(c change_request, nothing bytea, at timestamptz) RETURNS void LANGUAGE sql AS $$
  INSERT INTO outbox (number_sealed, language, text_key, arguments_sealed, created_at)
  SELECT DISTINCT ON (p.number_blind) p.number_sealed, language_for(p.number_blind, c), 'sms.changed', nothing, at
    FROM phone p
   WHERE p.individual = c.individual AND (p.disabled_at IS NULL OR p.disabled_at = at) AND nothing IS NOT NULL
     AND p.number_blind IS DISTINCT FROM (SELECT n.number_blind FROM case_number(c) n)
   ORDER BY p.number_blind, p.id
$$;

-- Applies what has its approvals. Nothing is applied where the outcome is not 'applied'; a conflict is written down.
CREATE FUNCTION settle_case(of_case bigint, by bigint, opened jsonb, arguments bytea, nothing bytea, at timestamptz)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  c change_request;
  done record;
  who text := coalesce('staff:' || by, 'server');
BEGIN
  SELECT * INTO STRICT c FROM change_request WHERE id = of_case FOR UPDATE;
  SELECT * INTO done FROM apply_case(c, coalesce(opened, '{}'), at);
  IF done.outcome = 'applied' THEN
    UPDATE change_request SET state = 'applied', decided_at = at WHERE id = c.id RETURNING * INTO c;
    INSERT INTO correction (change_request, kind, individual, registration_group, record, before, after, applied_by, applied_at)
    VALUES (c.id, c.kind, CASE WHEN c.kind = 'birth' THEN done.record ELSE subject_of(c) END, c.registration_group,
            done.record, CASE WHEN c.kind = 'data_delete' THEN '{}' ELSE c.before - 'individual' END, c.after, by, at);
    INSERT INTO audit (kind, actor, individual, registration_group, record, detail, at)
    VALUES ('change.applied', who, subject_of(c), c.registration_group, c.id, c.kind, at);
    PERFORM tell_case(c, 'sms.case_done', coalesce(arguments, c.notice_arguments), nothing, at);
    IF c.kind IN ('phone_add', 'phone_replace', 'phone_remove', 'link_number') THEN
      PERFORM tell_her_numbers(c, nothing, at);
    ELSIF c.kind = 'data_delete' THEN
      UPDATE change_request SET notice_to = NULL, notice_blind = NULL WHERE individual = c.individual;
    END IF;
  ELSIF done.outcome = 'conflict' THEN
    UPDATE change_request SET state = 'conflict' WHERE id = c.id;
    INSERT INTO audit (kind, actor, individual, registration_group, record, detail, at)
    VALUES ('change.conflict', who, subject_of(c), c.registration_group, c.id, c.kind, at);
  END IF;
  RETURN done.outcome;
END $$;

-- Why somebody may not decide about a request that she looked at in revision `seen`; NULL: she may.
CREATE FUNCTION case_refusal(of_staff bigint, c change_request, seen bigint, at timestamptz) RETURNS text
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN (
  SELECT CASE
    WHEN c.id IS NULL OR NOT staff_may_case(of_staff, 'cases.view', c, at) THEN 'not_found'
    WHEN NOT (staff_may_case(of_staff, 'cases.decide', c, at) OR staff_may_case(of_staff, 'cases.confirm', c, at))
      THEN 'not_allowed'
    WHEN c.asked_by = of_staff THEN 'own_request'
    WHEN c.revision <> seen THEN 'stale'
    WHEN c.decided_at IS NOT NULL THEN 'wrong_state' END);
END $$;

-- An approval, and where it is the last one, its effect. Outcomes: 'approved' (one is still missing), 'applied',
-- 'conflict', 'incomplete', 'impossible', 'unreadable', 'evidence', 'own_approval', and those of case_refusal. Only after
-- 'approved' and 'applied' the approval is there.
CREATE FUNCTION approve_case(of_staff bigint, of_case bigint, seen bigint, checked text[], opened jsonb, arguments bytea,
                             nothing bytea, at timestamptz, OUT outcome text, OUT state text, OUT revision bigint)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  c change_request;
  given integer;
BEGIN
  SELECT * INTO c FROM change_request r WHERE r.id = of_case FOR UPDATE;
  SELECT count(*) INTO given FROM approval a
   WHERE a.change_request = c.id AND a.round = c.round AND a.verdict = 'approved';
  outcome := coalesce(case_refusal(of_staff, c, seen, at),
    CASE WHEN c.state = 'conflict' THEN 'conflict'
         WHEN EXISTS (SELECT FROM approval a WHERE a.change_request = c.id AND a.round = c.round AND a.actor = of_staff)
           THEN 'own_approval'
         -- The first approval is the deciding officer's, the second one her supervisor's.
         WHEN NOT staff_may_case(of_staff, CASE WHEN given = 0 THEN 'cases.decide' ELSE 'cases.confirm' END, c, at)
           THEN 'not_allowed'
         WHEN c.evidence AND cardinality(checked) = 0 THEN 'evidence' END);
  IF outcome IS NULL THEN
    IF given + 1 >= c.needs THEN
      outcome := settle_case(c.id, of_staff, opened, arguments, nothing, at);
    ELSE
      UPDATE change_request r SET state = 'validated' WHERE r.id = c.id;
      outcome := 'approved';
    END IF;
    IF outcome IN ('approved', 'applied') THEN
      INSERT INTO approval (change_request, round, stage, actor, verdict, evidence, decided_at)
      VALUES (c.id, c.round, given + 1, of_staff, 'approved', checked, at);
      INSERT INTO audit (kind, actor, individual, registration_group, record, detail, at)
      VALUES ('change.approved', 'staff:' || of_staff, subject_of(c), c.registration_group, c.id, c.kind, at);
    END IF;
  END IF;
  SELECT r.state, r.revision INTO state, revision FROM change_request r WHERE r.id = of_case AND outcome <> 'not_found';
END $$;

CREATE FUNCTION reject_case(of_staff bigint, of_case bigint, seen bigint, why text, arguments bytea, nothing bytea,
                            at timestamptz, OUT outcome text, OUT state text, OUT revision bigint) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  c change_request;
BEGIN
  SELECT * INTO c FROM change_request r WHERE r.id = of_case FOR UPDATE;
  outcome := coalesce(case_refusal(of_staff, c, seen, at),
                      CASE WHEN NOT EXISTS (SELECT FROM case_reason w WHERE w.code = why) THEN 'reason' END);
  IF outcome IS NULL THEN
    UPDATE change_request r SET state = 'rejected', reason = why, decided_at = at WHERE r.id = c.id;
    INSERT INTO approval (change_request, round, stage, actor, verdict, decided_at)
    SELECT c.id, c.round, coalesce(max(a.stage), 0) + 1, of_staff, 'rejected', at FROM approval a
     WHERE a.change_request = c.id AND a.round = c.round
    ON CONFLICT ON CONSTRAINT approval_nobody_twice DO UPDATE SET verdict = 'rejected', decided_at = at;
    INSERT INTO audit (kind, actor, individual, registration_group, record, detail, at)
    VALUES ('change.rejected', 'staff:' || of_staff, subject_of(c), c.registration_group, c.id, why, at);
    PERFORM tell_case(c, 'sms.case_rejected', arguments, nothing, at);
    outcome := 'rejected';
  END IF;
  SELECT r.state, r.revision INTO state, revision FROM change_request r WHERE r.id = of_case AND outcome <> 'not_found';
END $$;

CREATE FUNCTION ask_case(of_staff bigint, of_case bigint, seen bigint, what text, arguments bytea, nothing bytea,
                         at timestamptz, OUT outcome text, OUT state text, OUT revision bigint) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  c change_request;
BEGIN
  SELECT * INTO c FROM change_request r WHERE r.id = of_case FOR UPDATE;
  outcome := coalesce(case_refusal(of_staff, c, seen, at),
    CASE WHEN NOT EXISTS (SELECT FROM case_question_kind k WHERE k.code = what) THEN 'question'
         WHEN EXISTS (SELECT FROM case_question q WHERE q.change_request = c.id AND q.answered_at IS NULL)
           THEN 'wrong_state' END);
  IF outcome IS NULL THEN
    INSERT INTO case_question (change_request, question, asked_by, asked_at) VALUES (c.id, what, of_staff, at);
    UPDATE change_request r SET revision = r.revision + 1 WHERE r.id = c.id;
    INSERT INTO audit (kind, actor, individual, registration_group, record, detail, at)
    VALUES ('change.questioned', 'staff:' || of_staff, subject_of(c), c.registration_group, c.id, what, at);
    PERFORM tell_case(c, 'sms.case_question', arguments, nothing, at);
    outcome := 'asked';
  END IF;
  SELECT r.state, r.revision INTO state, revision FROM change_request r WHERE r.id = of_case AND outcome <> 'not_found';
END $$;

-- Her answer. What was waiting for her gets its time back. False: there is no question of hers.
CREATE FUNCTION answer_case(of_case bigint, of_person bigint, said text, by text, hop bytea, at timestamptz)
RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  c change_request;
  asked case_question;
BEGIN
  SELECT * INTO c FROM change_request r WHERE r.id = of_case AND r.individual = of_person FOR UPDATE;
  IF NOT FOUND THEN RETURN false; END IF;
  IF EXISTS (SELECT FROM case_question q WHERE q.change_request = c.id AND q.answer_hop = hop) THEN RETURN true; END IF;
  UPDATE case_question q SET answer = said, answer_hop = hop, channel = by, answered_at = at
   WHERE q.change_request = c.id AND q.answered_at IS NULL AND c.decided_at IS NULL RETURNING * INTO asked;
  IF NOT FOUND THEN RETURN false; END IF;
  UPDATE change_request r
     SET due_at = CASE WHEN c.due_at > asked.asked_at
                       THEN working_due(c.operation, at, working_between(c.operation, asked.asked_at, c.due_at))
                       ELSE c.due_at END
   WHERE r.id = c.id;
  INSERT INTO audit (kind, actor, individual, registration_group, record, detail, at)
  VALUES ('change.answered', by, subject_of(c), c.registration_group, c.id, said, at);
  RETURN true;
END $$;

-- Who approved first thinks better of it; who asked for her takes it back.
CREATE FUNCTION withdraw_case(of_staff bigint, of_case bigint, seen bigint, at timestamptz, OUT outcome text,
                              OUT state text, OUT revision bigint) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  c change_request;
BEGIN
  SELECT * INTO c FROM change_request r WHERE r.id = of_case FOR UPDATE;
  outcome := CASE WHEN c.id IS NULL OR NOT staff_may_case(of_staff, 'cases.view', c, at) THEN 'not_found'
                  WHEN c.revision <> seen THEN 'stale'
                  WHEN c.decided_at IS NOT NULL THEN 'wrong_state' END;
  IF outcome IS NULL AND c.asked_by = of_staff THEN
    UPDATE change_request r SET state = 'cancelled', decided_at = at WHERE r.id = c.id;
    outcome := 'cancelled';
  ELSIF outcome IS NULL THEN
    DELETE FROM approval a
     WHERE a.change_request = c.id AND a.round = c.round AND a.actor = of_staff AND a.verdict = 'approved';
    outcome := CASE WHEN FOUND THEN 'withdrawn' ELSE 'wrong_state' END;
    IF outcome = 'withdrawn' THEN UPDATE change_request r SET state = 'pending' WHERE r.id = c.id AND c.state <> 'conflict'; END IF;
  END IF;
  IF outcome IN ('cancelled', 'withdrawn') THEN
    INSERT INTO audit (kind, actor, individual, registration_group, record, detail, at)
    VALUES ('change.' || outcome, 'staff:' || of_staff, subject_of(c), c.registration_group, c.id, c.kind, at);
  END IF;
  SELECT r.state, r.revision INTO state, revision FROM change_request r WHERE r.id = of_case AND outcome <> 'not_found';
END $$;

-- After a conflict somebody looked at what is recorded now and at what she wants: it is asked against that from here on,
-- and every approval is needed anew. What a request can not be compared with (a number that is gone) stays in conflict.
-- `name_now`: the recorded name, sealed.
CREATE FUNCTION compare_case(of_staff bigint, of_case bigint, seen bigint, name_now jsonb, name_was text, at timestamptz,
                             OUT outcome text, OUT state text, OUT revision bigint) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  c change_request;
  now jsonb;
BEGIN
  SELECT * INTO c FROM change_request r WHERE r.id = of_case FOR UPDATE;
  outcome := coalesce(case_refusal(of_staff, c, seen, at), CASE WHEN c.state <> 'conflict' THEN 'wrong_state' END);
  IF outcome IS NULL THEN
    now := recorded_of(c);
    IF c.kind = 'name' THEN
      now := CASE WHEN now->>'name' = name_was THEN jsonb_build_object('name', name_now) END;
    END IF;
    IF now IS NULL OR c.kind NOT IN ('address', 'name', 'birth_date', 'language') THEN
      outcome := 'impossible';
    ELSE
      UPDATE change_request r SET asked_against = coalesce(r.asked_against, r.before), before = r.before || now,
             state = 'pending', round = r.round + 1,
             base_revision = (SELECT g.revision FROM registration_group g WHERE g.id = r.registration_group)
       WHERE r.id = c.id;
      INSERT INTO audit (kind, actor, individual, registration_group, record, detail, at)
      VALUES ('change.compared', 'staff:' || of_staff, subject_of(c), c.registration_group, c.id, c.kind, at);
      outcome := 'compared';
    END IF;
  END IF;
  SELECT r.state, r.revision INTO state, revision FROM change_request r WHERE r.id = of_case AND outcome <> 'not_found';
END $$;

-- Applies at once what its rule lets. What can not be applied waits for staff like everything else. NULL: it is not (any
-- more) one of those.
CREATE FUNCTION settle_by_rule(of_case bigint, opened jsonb, arguments bytea, nothing bytea, at timestamptz) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
  outcome text;
BEGIN
  PERFORM FROM change_request c WHERE c.id = of_case AND c.needs = 0 AND c.state = 'pending' FOR UPDATE SKIP LOCKED;
  IF NOT FOUND THEN RETURN NULL; END IF;
  outcome := settle_case(of_case, NULL, opened, arguments, nothing, at);
  IF outcome <> 'applied' THEN UPDATE change_request SET needs = 1 WHERE id = of_case; END IF;
  RETURN outcome;
END $$;

-- Of the queue: what a filter leaves of what somebody may do something with. Fields that are not there leave everything.
CREATE FUNCTION cases_of(of_staff bigint, of_permission text, wanted jsonb, at timestamptz)
RETURNS SETOF change_request LANGUAGE sql STABLE AS $$
  SELECT c.* FROM change_request c
    LEFT JOIN registration_group g ON g.id = c.registration_group
   WHERE EXISTS (SELECT FROM staff_reach(of_staff, of_permission, at) r
                  WHERE r.operation = c.operation
                    AND (r.office IS NULL OR coalesce(g.location, c.location) IN (SELECT locations_of(r.office))))
     AND CASE coalesce(wanted->>'state', 'open')
           WHEN 'open' THEN c.state IN ('pending', 'validated', 'conflict')
           WHEN 'decided' THEN c.state IN ('applied', 'rejected', 'cancelled')
           WHEN 'first' THEN c.state IN ('pending', 'validated') AND NOT EXISTS (
             SELECT FROM approval a WHERE a.change_request = c.id AND a.round = c.round AND a.verdict = 'approved')
           WHEN 'second' THEN c.state = 'validated' AND EXISTS (
             SELECT FROM approval a WHERE a.change_request = c.id AND a.round = c.round AND a.verdict = 'approved')
           WHEN 'asked' THEN c.state IN ('pending', 'validated', 'conflict') AND EXISTS (
             SELECT FROM case_question q WHERE q.change_request = c.id AND q.answered_at IS NULL)
           WHEN 'answered' THEN c.state IN ('pending', 'validated', 'conflict') AND EXISTS (
             SELECT FROM case_question q WHERE q.change_request = c.id AND q.answered_at IS NOT NULL)
           ELSE c.state = wanted->>'state' END
     AND (wanted->>'kind' IS NULL OR c.kind = wanted->>'kind')
     AND (wanted->>'reference' IS NULL OR c.reference = wanted->>'reference')
     AND (wanted->>'channel' IS NULL OR c.channel = wanted->>'channel')
     AND (wanted->>'trust' IS NULL OR c.trust >= (wanted->>'trust')::smallint)
     AND (wanted->>'office' IS NULL
          OR coalesce(g.location, c.location) IN (SELECT locations_of((wanted->>'office')::bigint)))
     AND (wanted->>'older_than' IS NULL OR c.asked_at <= at - (wanted->>'older_than')::integer * interval '1 day')
     AND CASE wanted->>'due' WHEN 'late' THEN c.due_at <= at
                             WHEN 'soon' THEN c.due_at > at AND c.due_at <= at + interval '24 hours'
                             ELSE true END
$$;

-- Many at once: what the filter finds when it begins, each in the revision that it then had. What needs reading by a
-- person (a name, whose number it is) says so in its outcome.
CREATE TABLE case_job_item (
  job            bigint NOT NULL REFERENCES staff_job,
  change_request bigint NOT NULL REFERENCES change_request,
  revision       bigint NOT NULL,
  outcome        text CHECK (outcome ~ '^[a-z_]{2,40}$'),
  PRIMARY KEY (job, change_request)
) WITH (fillfactor = 70);

CREATE FUNCTION begin_case_job(of_staff bigint, wanted jsonb, checked text[], nothing bytea, most integer, at timestamptz,
                               OUT job bigint, OUT total bigint) LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO staff_job (kind, made_by, wanted, total, begun_at, moved_at)
  VALUES ('case_approval', of_staff,
          jsonb_build_object('filter', wanted, 'evidence', to_jsonb(checked), 'nothing', encode(nothing, 'hex')), 0, at, at)
  RETURNING id INTO job;
  INSERT INTO case_job_item (job, change_request, revision)
  SELECT begin_case_job.job, c.id, c.revision FROM cases_of(of_staff, 'cases.bulk', wanted, at) c
   WHERE c.decided_at IS NULL ORDER BY c.due_at, c.id LIMIT most;
  GET DIAGNOSTICS total = ROW_COUNT;
  UPDATE staff_job j SET total = begin_case_job.total,
         state = CASE WHEN begin_case_job.total = 0 THEN 'done' ELSE 'running' END,
         finished_at = CASE WHEN begin_case_job.total = 0 THEN at END
   WHERE j.id = begin_case_job.job;
  INSERT INTO audit (kind, actor, record, detail, at)
  VALUES ('change.bulk_begun', 'staff:' || of_staff, job, wanted->>'kind', at);
END $$;

-- One step: a transaction that approves some and moves the job on. 0: somebody else is at it, or it is over.
CREATE FUNCTION step_case_job(of_job bigint, at timestamptz, most integer) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  j staff_job;
  one record;
  came text;
  dealt bigint := 0;
  failed bigint := 0;
  last_one bigint;
BEGIN
  SELECT * INTO j FROM staff_job s WHERE s.id = of_job AND s.state = 'running' FOR UPDATE SKIP LOCKED;
  IF NOT FOUND THEN RETURN 0; END IF;
  FOR one IN SELECT i.change_request, i.revision FROM case_job_item i
              WHERE i.job = of_job AND i.change_request > j.cursor ORDER BY i.change_request LIMIT most LOOP
    SELECT a.outcome INTO came
      FROM approve_case(j.made_by, one.change_request, one.revision,
                        ARRAY(SELECT jsonb_array_elements_text(j.wanted->'evidence')), NULL, NULL,
                        decode(j.wanted->>'nothing', 'hex'), at) a;
    UPDATE case_job_item i SET outcome = came WHERE i.job = of_job AND i.change_request = one.change_request;
    dealt := dealt + 1;
    IF came NOT IN ('approved', 'applied') THEN failed := failed + 1; END IF;
    last_one := one.change_request;
  END LOOP;
  UPDATE staff_job s SET cursor = coalesce(last_one, s.cursor), done = s.done + dealt, refused = s.refused + failed,
         moved_at = at, state = CASE WHEN dealt < most THEN 'done' ELSE 'running' END,
         finished_at = CASE WHEN dealt < most THEN at END
   WHERE s.id = of_job;
  RETURN dealt;
END $$;


-- Why somebody may not do that now with a request, by what may be done; NULL: she may.
CREATE FUNCTION case_choices(of_staff bigint, c change_request, at timestamptz) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object(
    'approve', coalesce(turn.refusal, CASE
        WHEN c.state = 'conflict' THEN 'conflict'
        WHEN turn.mine THEN 'own_approval'
        WHEN NOT staff_may_case(of_staff, CASE WHEN turn.given = 0 THEN 'cases.decide' ELSE 'cases.confirm' END, c, at)
          THEN 'not_allowed' END),
    'reject', turn.refusal,
    'ask', coalesce(turn.refusal, CASE WHEN turn.asked THEN 'wrong_state' END),
    'withdraw', CASE WHEN c.decided_at IS NULL AND (turn.mine OR c.asked_by = of_staff) THEN NULL ELSE 'wrong_state' END,
    'compare', coalesce(turn.refusal, CASE WHEN c.state <> 'conflict' THEN 'wrong_state'
        WHEN c.kind NOT IN ('address', 'name', 'birth_date', 'language') THEN 'impossible' END))
    FROM (SELECT case_refusal(of_staff, c, c.revision, at) AS refusal,
                 (SELECT count(*) FROM approval a WHERE a.change_request = c.id AND a.round = c.round
                     AND a.verdict = 'approved') AS given,
                 EXISTS (SELECT FROM approval a WHERE a.change_request = c.id AND a.round = c.round
                            AND a.actor = of_staff) AS mine,
                 EXISTS (SELECT FROM case_question q WHERE q.change_request = c.id AND q.answered_at IS NULL) AS asked) turn
$$;

CREATE FUNCTION case_person(of_person bigint) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object('id', i.id, 'name', whole_name_of(i), 'given_name', i.given_name,
           'family_name', i.family_name, 'number', i.individual_number, 'sex', i.sex,
           'birth_date', i.birth_date, 'birth_precision', i.birth_precision, 'language', i.language,
           'state', i.process_status, 'relationship', m.relationship, 'group', m.registration_group)
    FROM individual i LEFT JOIN membership m ON m.individual = i.id AND m.until IS NULL WHERE i.id = of_person
$$;

-- One request with all that a decision needs; looking at it is written down. NULL: not there, or not for her.
CREATE FUNCTION show_case(of_staff bigint, of_case bigint, at timestamptz) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  c change_request;
  shown jsonb;
BEGIN
  SELECT * INTO c FROM change_request r WHERE r.id = of_case;
  IF c.id IS NULL OR NOT staff_may_case(of_staff, 'cases.view', c, at) THEN RETURN NULL; END IF;
  INSERT INTO audit (kind, actor, individual, registration_group, record, detail, at)
  VALUES ('change.viewed', 'staff:' || of_staff, subject_of(c), c.registration_group, c.id, c.kind, at);
  shown := jsonb_build_object(
    'id', c.id, 'reference', c.reference, 'kind', c.kind, 'state', c.state, 'revision', c.revision, 'round', c.round,
    'channel', c.channel, 'trust', c.trust, 'operation', c.operation, 'needs', c.needs, 'evidence', c.evidence,
    'asked_at', iso_utc(c.asked_at), 'due_at', iso_utc(c.due_at), 'decided_at', iso_utc(c.decided_at),
    'late', c.decided_at IS NULL AND c.due_at <= at,
    'working_minutes', (extract(epoch FROM working_between(c.operation, at, c.due_at)) / 60)::integer,
    'reason', c.reason, 'before', c.before - 'individual', 'after', c.after, 'recorded', recorded_of(c),
    'asked_against', c.asked_against - 'individual',
    'place', (SELECT l.name FROM location l
               WHERE l.code = coalesce((SELECT g.location FROM registration_group g WHERE g.id = c.registration_group),
                                       c.location)),
    'asked_by', (SELECT s.shown_name FROM staff s WHERE s.id = c.asked_by),
    'person', case_person(c.individual),
    'subject', CASE WHEN subject_of(c) <> c.individual THEN case_person(subject_of(c)) END,
    'assurance', assurance_of(c.individual, at));
  shown := shown || jsonb_build_object(
    'household', (SELECT jsonb_build_object('id', g.id, 'registration_number', g.registration_number, 'revision', g.revision,
                                            'size', (SELECT count(*) FROM membership m
                                                      WHERE m.registration_group = g.id AND m.until IS NULL))
                    FROM registration_group g WHERE g.id = c.registration_group),
    -- Whose the number may become: the household of the card that was typed.
    'candidates', CASE WHEN c.kind = 'link_number' AND c.decided_at IS NULL THEN (
      SELECT coalesce(jsonb_agg(case_person(m.individual) ORDER BY m.relationship <> 'PA', m.individual), '[]')
        FROM membership m JOIN registration_group g ON g.id = m.registration_group
       WHERE g.id = group_of_card(c.after->>'registration_number') AND m.until IS NULL
         AND staff_may_group(of_staff, 'cases.view', g.id, at)) END,
    'phones', (SELECT coalesce(jsonb_agg(jsonb_build_object(
          'id', p.id, 'msisdn', jsonb_build_object('sealed', base64url_of(p.number_sealed)), 'answers', p.answers,
          'trust', p.trust, 'collected_on', p.collected_on, 'verified_at', iso_utc(p.verified_at),
          'sim_changed_at', iso_utc(p.sim_changed_at), 'linked_at', iso_utc(p.linked_at),
          'last_seen_on', p.last_seen_on, 'asked_from', p.number_blind IS NOT DISTINCT FROM c.notice_blind,
          'shared_by', (SELECT count(*) FROM phone o WHERE o.number_blind = p.number_blind AND o.disabled_at IS NULL))
          ORDER BY p.id), '[]')
        FROM phone p WHERE p.individual = c.individual AND p.disabled_at IS NULL),
    'others', (SELECT coalesce(jsonb_agg(jsonb_build_object('id', o.id, 'reference', o.reference, 'kind', o.kind,
                                                            'state', o.state, 'asked_at', iso_utc(o.asked_at))
                                         ORDER BY o.asked_at), '[]')
        FROM change_request o WHERE o.individual = c.individual AND o.id <> c.id AND o.decided_at IS NULL));
  RETURN shown || jsonb_build_object(
    'given', (SELECT count(*) FROM approval a
               WHERE a.change_request = c.id AND a.round = c.round AND a.verdict = 'approved'),
    'approvals', (SELECT coalesce(jsonb_agg(jsonb_build_object('stage', a.stage, 'round', a.round, 'by', s.shown_name,
          'verdict', a.verdict, 'evidence', a.evidence, 'at', iso_utc(a.decided_at)) ORDER BY a.round, a.stage), '[]')
        FROM approval a LEFT JOIN staff s ON s.id = a.actor WHERE a.change_request = c.id),
    'questions', (SELECT coalesce(jsonb_agg(jsonb_build_object('question', q.question, 'by', s.shown_name,
          'at', iso_utc(q.asked_at), 'answer', q.answer, 'channel', q.channel, 'answered_at', iso_utc(q.answered_at))
          ORDER BY q.id), '[]')
        FROM case_question q JOIN staff s ON s.id = q.asked_by WHERE q.change_request = c.id),
    'history', (SELECT coalesce(jsonb_agg(jsonb_build_object('at', iso_utc(h.at), 'kind', h.kind, 'actor', h.actor,
          'by', s.shown_name, 'detail', h.detail)
          ORDER BY h.at, h.kind <> 'change.approved', h.id), '[]')
        FROM (SELECT * FROM audit a WHERE a.record = c.id AND a.kind LIKE 'change.%' AND a.kind NOT LIKE 'change.bulk%'
               ORDER BY a.id DESC LIMIT 100) h
        LEFT JOIN staff s ON h.actor = 'staff:' || s.id),
    'corrections', (SELECT coalesce(jsonb_agg(jsonb_build_object('request', k.change_request, 'kind', k.kind,
          'before', k.before, 'after', k.after, 'by', s.shown_name, 'at', iso_utc(k.applied_at))
          ORDER BY k.applied_at DESC), '[]')
        FROM (SELECT * FROM correction o WHERE o.individual = subject_of(c) ORDER BY o.applied_at DESC LIMIT 20) k
        LEFT JOIN staff s ON s.id = k.applied_by),
    'may', case_choices(of_staff, c, at));
END $$;

-- A line of the queue: what it is about, and whose it is by initials only. Who opens it is written down.
CREATE FUNCTION case_row(of_staff bigint, c change_request, at timestamptz) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object('id', c.id, 'reference', c.reference, 'kind', c.kind, 'state', c.state,
           'revision', c.revision, 'channel', c.channel, 'trust', c.trust, 'operation', c.operation,
           'asked_at', iso_utc(c.asked_at), 'due_at', iso_utc(c.due_at), 'decided_at', iso_utc(c.decided_at),
           'late', c.decided_at IS NULL AND c.due_at <= at, 'needs', c.needs, 'reason', c.reason,
           'given', (SELECT count(*) FROM approval a
                      WHERE a.change_request = c.id AND a.round = c.round AND a.verdict = 'approved'),
           'mine', c.asked_by = of_staff OR EXISTS (SELECT FROM approval a WHERE a.change_request = c.id
                                                      AND a.round = c.round AND a.actor = of_staff),
           'question', (SELECT CASE WHEN q.answered_at IS NULL THEN 'asked' ELSE 'answered' END FROM case_question q
                         WHERE q.change_request = c.id ORDER BY q.id DESC LIMIT 1),
           'initials', (SELECT left(i.given_name, 1) || coalesce(left(i.family_name, 1), '') FROM individual i
                         WHERE i.id = subject_of(c)),
           'place', (SELECT l.name FROM location l
                      WHERE l.code = coalesce((SELECT g.location FROM registration_group g
                                                WHERE g.id = c.registration_group), c.location)))
$$;
