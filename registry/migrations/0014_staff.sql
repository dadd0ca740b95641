-- Who works here: accounts, roles, what was granted to whom where and until when; and long work that goes on by steps.

-- Times as the console's answers say them: ISO 8601 in UTC, to the second.
CREATE FUNCTION iso_utc(at timestamptz) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
  RETURN to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"');

-- What a person may do. `personal`: it shows or changes what is known of people, so the training must not be over.
CREATE TABLE staff_permission (
  code     text PRIMARY KEY CHECK (code ~ '^[a-z]+\.[a-z_]+$'),
  personal boolean NOT NULL
);
INSERT INTO staff_permission VALUES
  ('cases.view', true), ('cases.decide', true), ('cases.confirm', true), ('cases.bulk', true),
  ('people.search', true), ('people.view', true), ('people.reset_pin', true), ('people.attach_number', true),
  ('people.break_glass', true),
  ('lists.view', true), ('lists.load', true), ('lists.release', true), ('lists.reconcile', true),
  ('tickets.view', true), ('tickets.answer', true), ('tickets.sensitive', true),
  ('notices.view', false), ('notices.write', false), ('notices.release', false),
  ('words.view', false), ('words.edit', false), ('words.publish', false),
  ('statistics.view', false),
  ('audit.view', true), ('audit.export', true),
  ('access.view', false), ('access.grant', false), ('access.accounts', false);

CREATE TABLE staff_role (
  code text PRIMARY KEY CHECK (code ~ '^[a-z_]{2,40}$'),
  name jsonb NOT NULL CHECK (is_named(name))
);
INSERT INTO staff_role VALUES
  ('registration', '{"en": "Registration officer", "fr": "Chargé de l’enregistrement", "ar": "مسؤول التسجيل"}'),
  ('registration_lead', '{"en": "Registration supervisor", "fr": "Superviseur de l’enregistrement", "ar": "مشرف التسجيل"}'),
  ('cash', '{"en": "Cash officer", "fr": "Chargé des transferts", "ar": "مسؤول المساعدات النقدية"}'),
  ('cash_release', '{"en": "Cash release", "fr": "Validation des transferts", "ar": "اعتماد المساعدات النقدية"}'),
  ('protection', '{"en": "Protection officer", "fr": "Chargé de protection", "ar": "مسؤول الحماية"}'),
  ('hotline', '{"en": "Hotline", "fr": "Ligne d’assistance", "ar": "الخط الساخن"}'),
  ('notices', '{"en": "Notices: writes", "fr": "Messages : rédige", "ar": "الإشعارات: كتابة"}'),
  ('notices_release', '{"en": "Notices: releases", "fr": "Messages : valide", "ar": "الإشعارات: اعتماد"}'),
  ('words', '{"en": "Words and menus", "fr": "Textes et menus", "ar": "النصوص والقوائم"}'),
  ('statistics', '{"en": "Reads figures", "fr": "Consulte les chiffres", "ar": "الاطلاع على الأرقام"}'),
  ('auditor', '{"en": "Auditor", "fr": "Auditeur", "ar": "مدقق"}'),
  ('representative', '{"en": "Representative", "fr": "Représentant", "ar": "الممثل"}'),
  ('administrator', '{"en": "Administrator of accounts", "fr": "Administrateur des comptes", "ar": "مدير الحسابات"}');

CREATE TABLE staff_role_permission (
  role       text NOT NULL REFERENCES staff_role,
  permission text NOT NULL REFERENCES staff_permission,
  PRIMARY KEY (role, permission)
);
INSERT INTO staff_role_permission
SELECT role, unnest(permissions) FROM (VALUES
  ('registration', ARRAY['cases.view', 'cases.decide', 'people.search', 'people.view', 'people.reset_pin',
                         'people.attach_number', 'tickets.view']),
  ('registration_lead', ARRAY['cases.view', 'cases.decide', 'cases.confirm', 'cases.bulk', 'people.search',
                              'people.view', 'people.reset_pin', 'people.attach_number', 'people.break_glass',
                              'statistics.view']),
  ('cash', ARRAY['lists.view', 'lists.load', 'lists.reconcile', 'people.search', 'people.view', 'tickets.view',
                 'tickets.answer']),
  ('cash_release', ARRAY['lists.view', 'lists.release']),
  ('protection', ARRAY['people.search', 'people.view', 'people.break_glass', 'tickets.view', 'tickets.answer',
                       'tickets.sensitive', 'cases.view']),
  ('hotline', ARRAY['people.search', 'people.view', 'people.reset_pin', 'tickets.view', 'tickets.answer']),
  ('notices', ARRAY['notices.view', 'notices.write']),
  ('notices_release', ARRAY['notices.view', 'notices.release']),
  ('words', ARRAY['words.view', 'words.edit', 'words.publish']),
  ('statistics', ARRAY['statistics.view']),
  ('auditor', ARRAY['audit.view', 'audit.export', 'access.view']),
  ('representative', ARRAY['access.view', 'access.grant', 'statistics.view', 'cases.view', 'lists.view',
                           'notices.view']),
  ('administrator', ARRAY['access.view', 'access.accounts', 'words.view', 'statistics.view'])) AS r(role, permissions);

-- Nobody may hold both at once, wherever.
CREATE TABLE staff_role_conflict (
  role_a text NOT NULL REFERENCES staff_role,
  role_b text NOT NULL REFERENCES staff_role,
  PRIMARY KEY (role_a, role_b),
  CHECK (role_a < role_b)
);
INSERT INTO staff_role_conflict VALUES
  ('cash', 'cash_release'), ('notices', 'notices_release'), ('administrator', 'representative'),
  ('administrator', 'cash'), ('administrator', 'cash_release'), ('auditor', 'cash'), ('auditor', 'cash_release'),
  ('auditor', 'registration'), ('auditor', 'registration_lead'), ('administrator', 'auditor');

CREATE TABLE staff (
  id               bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
  name             text NOT NULL UNIQUE CHECK (name ~ '^[a-z0-9._-]{2,60}$'),   -- typed at sign-in
  shown_name       text NOT NULL CHECK (length(shown_name) BETWEEN 1 AND 80),
  language         text NOT NULL DEFAULT 'en' CHECK (language ~ '^[a-z]{2,3}$'),
  password         bytea CHECK (octet_length(password) BETWEEN 40 AND 200),
  password_changes boolean NOT NULL DEFAULT false,       -- was given by somebody else: to be replaced at sign-in
  totp_sealed      bytea CHECK (octet_length(totp_sealed) BETWEEN 40 AND 100),
  totp_step        bigint NOT NULL DEFAULT 0,            -- used last, so that a code works once (RFC 6238 §5.2)
  totp_confirmed   boolean NOT NULL DEFAULT false,
  issuer           text CHECK (length(issuer) <= 200),   -- of an identity provider, with its name for this person
  subject          text CHECK (length(subject) <= 200),
  trained_until    date,                                 -- data protection
  state            text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'suspended', 'ended')),
  failures         smallint NOT NULL DEFAULT 0 CHECK (failures BETWEEN 0 AND 1000),
  locked_until     timestamptz,
  signed_in_at     timestamptz,
  made_by          bigint REFERENCES staff,              -- none: the command line
  made_at          timestamptz NOT NULL,
  UNIQUE (issuer, subject),
  CHECK ((issuer IS NULL) = (subject IS NULL)),
  CHECK (made_by <> id)
);

-- What a guess costs after so many wrong ones: three are free, then each waits longer.
CREATE FUNCTION staff_wait_after(failures smallint) RETURNS interval LANGUAGE sql IMMUTABLE
  RETURN CASE WHEN failures < 3 THEN NULL WHEN failures = 3 THEN interval '1 minute'
              WHEN failures = 4 THEN interval '5 minutes' WHEN failures < 9 THEN interval '15 minutes'
              ELSE interval '1 hour' END;

-- A role in an operation, perhaps only for what lies around one office, or for one programme.
CREATE TABLE staff_grant (
  id          bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
  staff       bigint NOT NULL REFERENCES staff,
  role        text NOT NULL REFERENCES staff_role,
  operation   text NOT NULL REFERENCES operation,
  office      bigint REFERENCES office,
  programme   bigint REFERENCES programme,
  granted_by  bigint REFERENCES staff,                   -- none: the command line
  since       timestamptz NOT NULL,
  until       timestamptz NOT NULL,
  reviewed_by bigint REFERENCES staff,
  reviewed_at timestamptz,
  ended_by    bigint REFERENCES staff,
  ended_at    timestamptz,
  CHECK (until > since AND until <= since + interval '366 days'),
  CHECK (granted_by <> staff AND reviewed_by <> staff)
);
CREATE INDEX staff_grant_of ON staff_grant (staff) WHERE ended_at IS NULL;

-- The office's own place and all below it.
CREATE FUNCTION locations_of(of_office bigint) RETURNS SETOF text LANGUAGE sql STABLE AS $$
  WITH RECURSIVE below AS (
    SELECT o.location AS code FROM office o WHERE o.id = of_office
    UNION ALL
    SELECT l.code FROM below b JOIN location l ON l.parent = b.code)
  SELECT code FROM below
$$;

-- Where this person may do that now. Nothing for who is suspended, or whose training is over where people are touched.
CREATE FUNCTION staff_reach(of_staff bigint, of_permission text, at timestamptz)
RETURNS TABLE (operation text, office bigint, programme bigint) LANGUAGE sql STABLE AS $$
  SELECT DISTINCT g.operation, g.office, g.programme
    FROM staff s
    JOIN staff_grant g ON g.staff = s.id AND g.ended_at IS NULL AND g.since <= at AND g.until > at
    JOIN staff_role_permission p ON p.role = g.role AND p.permission = of_permission
    JOIN staff_permission what ON what.code = p.permission
   WHERE s.id = of_staff AND s.state = 'active'
     AND (NOT what.personal OR s.trained_until >= (at AT TIME ZONE 'UTC')::date)
$$;

-- `at_location` and `for_programme` may be NULL: of nothing that has one; then only who is not bound to one may.
CREATE FUNCTION staff_may(of_staff bigint, of_permission text, in_operation text, at_location text,
                          for_programme bigint, at timestamptz) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (
    SELECT FROM staff_reach(of_staff, of_permission, at) r
     WHERE r.operation = in_operation
       AND (r.office IS NULL OR at_location IN (SELECT locations_of(r.office)))
       AND (r.programme IS NULL OR r.programme = for_programme))
$$;
-- Programmes do not bound whom one may see: a group is in every programme that it is entitled by.
CREATE FUNCTION staff_may_group(of_staff bigint, of_permission text, of_group bigint, at timestamptz)
RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (
    SELECT FROM registration_group g, staff_reach(of_staff, of_permission, at) r
     WHERE g.id = of_group AND r.operation = g.operation
       AND (r.office IS NULL OR g.location IN (SELECT locations_of(r.office))))
$$;
CREATE FUNCTION staff_may_person(of_staff bigint, of_permission text, of_person bigint, at timestamptz)
RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (
    SELECT FROM individual i
      LEFT JOIN membership m ON m.individual = i.id AND m.until IS NULL
      LEFT JOIN registration_group g ON g.id = m.registration_group,
           staff_reach(of_staff, of_permission, at) r
     WHERE i.id = of_person AND r.operation = i.operation
       AND (r.office IS NULL OR g.location IN (SELECT locations_of(r.office))))
$$;

-- Work that takes long goes on by steps, each a transaction that does a piece and moves the cursor: it survives a closed
-- tab and a killed server. Each kind has a function of the schema that makes one step.
CREATE TABLE staff_job (
  id          bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
  kind        text NOT NULL CHECK (kind ~ '^[a-z_]{2,40}$'),
  made_by     bigint NOT NULL REFERENCES staff,
  operation   text REFERENCES operation,
  record      bigint,                                    -- what it works on, by the kind
  wanted      jsonb NOT NULL DEFAULT '{}' CHECK (pg_column_size(wanted) <= 8000),
  state       text NOT NULL DEFAULT 'running' CHECK (state IN ('running', 'done', 'stopped', 'failed')),
  total       bigint NOT NULL CHECK (total >= 0),
  done        bigint NOT NULL DEFAULT 0 CHECK (done >= 0),      -- rows dealt with, whatever came of them
  refused     bigint NOT NULL DEFAULT 0 CHECK (refused BETWEEN 0 AND done),
  cursor      bigint NOT NULL DEFAULT 0,
  problem     text CHECK (problem ~ '^[a-z_]{1,60}$'),
  begun_at    timestamptz NOT NULL,
  moved_at    timestamptz NOT NULL,
  finished_at timestamptz,
  CHECK ((finished_at IS NULL) = (state = 'running'))
) WITH (fillfactor = 50);
CREATE INDEX staff_job_open ON staff_job (id) WHERE state = 'running';
CREATE INDEX staff_job_of ON staff_job (made_by, id);

-- ---- Access: who gives which role to whom, who keeps the accounts, what is looked at again ----

-- Of what was looked at: a change names the one it saw. Signing in changes none of it.
ALTER TABLE staff ADD COLUMN revision integer NOT NULL DEFAULT 1,
                  ADD COLUMN reset_by bigint REFERENCES staff,       -- who gave the password or took the codes last
                  ADD COLUMN reset_at timestamptz,
                  ADD CHECK (reset_by <> id);
ALTER TABLE staff_grant ADD COLUMN revision integer NOT NULL DEFAULT 1,
                        ADD CHECK ((ended_by IS NULL) OR (ended_at IS NOT NULL)),
                        ADD CHECK ((reviewed_by IS NULL) = (reviewed_at IS NULL));
CREATE INDEX staff_grant_in ON staff_grant (operation, until) WHERE ended_at IS NULL;

-- What whoever holds a role has to give. Who watches her, and who keeps the accounts, is nobody's gift here: the command
-- line's.
CREATE TABLE staff_role_gift (
  role  text NOT NULL REFERENCES staff_role,
  gives text NOT NULL REFERENCES staff_role,
  PRIMARY KEY (role, gives)
);
INSERT INTO staff_role_gift
SELECT 'representative', unnest(ARRAY['registration', 'registration_lead', 'cash', 'cash_release', 'protection',
                                      'hotline', 'notices', 'notices_release', 'words', 'statistics',
                                      'representative']);

CREATE FUNCTION scope_covers(wide_office bigint, wide_programme bigint, narrow_office bigint, narrow_programme bigint)
RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT (wide_office IS NULL
          OR EXISTS (SELECT FROM office o WHERE o.id = narrow_office AND o.location IN (SELECT locations_of(wide_office))))
     AND (wide_programme IS NULL OR wide_programme IS NOT DISTINCT FROM narrow_programme)
$$;

-- Where, and until when, she has that role to give.
CREATE FUNCTION staff_gifts(of_staff bigint, of_role text, at timestamptz)
RETURNS TABLE (operation text, office bigint, programme bigint, until timestamptz) LANGUAGE sql STABLE AS $$
  SELECT g.operation, g.office, g.programme, g.until
    FROM staff s
    JOIN staff_grant g ON g.staff = s.id AND g.ended_at IS NULL AND g.since <= at AND g.until > at
    JOIN staff_role_permission p ON p.role = g.role AND p.permission = 'access.grant'
    JOIN staff_role_gift f ON f.role = g.role AND f.gives = of_role
   WHERE s.id = of_staff AND s.state = 'active'
$$;

CREATE FUNCTION staff_has_gift(of_staff bigint, of_role text, in_operation text, at_office bigint, for_programme bigint,
                               at timestamptz) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (SELECT FROM staff_gifts(of_staff, of_role, at) r
                  WHERE r.operation = in_operation AND scope_covers(r.office, r.programme, at_office, for_programme))
$$;

CREATE FUNCTION staff_conflict(of_staff bigint, with_role text, from_when timestamptz, to_when timestamptz)
RETURNS text LANGUAGE sql STABLE AS $$
  SELECT g.role FROM staff_grant g
    JOIN staff_role_conflict c ON (c.role_a, c.role_b) IN ((g.role, with_role), (with_role, g.role))
   WHERE g.staff = of_staff AND g.ended_at IS NULL AND g.since < to_when AND g.until > from_when
   ORDER BY g.role LIMIT 1
$$;

-- Whatever wrote it, and however many do so at once: what one person holds changes one at a time, and each sees what
-- the one before left.
CREATE FUNCTION keep_roles_apart() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM staff WHERE id = NEW.staff FOR NO KEY UPDATE;
  IF NEW.ended_at IS NULL
     AND (TG_OP = 'INSERT' OR (OLD.staff, OLD.role, OLD.since, OLD.until) <> (NEW.staff, NEW.role, NEW.since, NEW.until)
          OR OLD.ended_at IS NOT NULL)
     AND staff_conflict(NEW.staff, NEW.role, NEW.since, NEW.until) IS NOT NULL
  THEN
    RAISE EXCEPTION 'these roles are not held together'
      USING ERRCODE = 'exclusion_violation', CONSTRAINT = 'staff_role_conflict', TABLE = 'staff_grant';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER staff_roles_apart BEFORE INSERT OR UPDATE ON staff_grant FOR EACH ROW EXECUTE FUNCTION keep_roles_apart();

-- In one order, so that two who change each other do not wait for ever.
CREATE FUNCTION lock_staff(one bigint, other bigint) RETURNS void LANGUAGE sql AS $$
  SELECT FROM staff WHERE id IN (one, other) ORDER BY id FOR NO KEY UPDATE
$$;

CREATE FUNCTION staff_actor(of_staff bigint) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce('staff:' || of_staff, 'command')
$$;

-- Gives a role; `by_staff` is NULL for the command line, which may give every role everywhere. Outcomes: given; own;
-- not_held, out_of_scope, too_long (longer than she holds it herself); not_found, not_active, training_over;
-- no_such_place, bad_until; incompatible, with the role that is in the way. The same role in the same place is replaced,
-- so that prolonging leaves one.
CREATE FUNCTION staff_give(by_staff bigint, to_staff bigint, of_role text, in_operation text, at_office bigint,
                           for_programme bigint, until_when timestamptz, at timestamptz,
                           OUT outcome text, OUT given bigint, OUT in_the_way text) LANGUAGE plpgsql AS $$
DECLARE
  receiver staff;
BEGIN
  PERFORM lock_staff(by_staff, to_staff);
  IF by_staff = to_staff THEN outcome := 'own'; RETURN; END IF;
  IF by_staff IS NOT NULL THEN
    IF NOT EXISTS (SELECT FROM staff_gifts(by_staff, of_role, at)) THEN outcome := 'not_held'; RETURN; END IF;
    IF NOT staff_has_gift(by_staff, of_role, in_operation, at_office, for_programme, at) THEN
      outcome := 'out_of_scope'; RETURN;
    END IF;
    IF NOT EXISTS (SELECT FROM staff_gifts(by_staff, of_role, at) r
                    WHERE r.operation = in_operation AND scope_covers(r.office, r.programme, at_office, for_programme)
                      AND r.until >= until_when) THEN
      outcome := 'too_long'; RETURN;
    END IF;
  END IF;
  SELECT * INTO receiver FROM staff WHERE id = to_staff;
  IF NOT FOUND THEN outcome := 'not_found'; RETURN; END IF;
  IF receiver.state <> 'active' THEN outcome := 'not_active'; RETURN; END IF;
  IF NOT EXISTS (SELECT FROM staff_role WHERE code = of_role)
     OR NOT EXISTS (SELECT FROM operation WHERE code = in_operation)
     OR (at_office IS NOT NULL AND NOT EXISTS (
           SELECT FROM office o, operation p
            WHERE o.id = at_office AND o.active AND p.code = in_operation AND office_country(o.id) = p.country))
     OR (for_programme IS NOT NULL AND NOT EXISTS (
           SELECT FROM programme WHERE id = for_programme AND state <> 'finished')) THEN
    outcome := 'no_such_place'; RETURN;
  END IF;
  IF until_when <= at OR until_when > at + interval '366 days' THEN outcome := 'bad_until'; RETURN; END IF;
  IF (receiver.trained_until >= (at AT TIME ZONE 'UTC')::date) IS NOT TRUE
     AND EXISTS (SELECT FROM staff_role_permission p JOIN staff_permission w ON w.code = p.permission
                  WHERE p.role = of_role AND w.personal) THEN
    outcome := 'training_over'; RETURN;
  END IF;
  in_the_way := staff_conflict(to_staff, of_role, at, until_when);
  IF in_the_way IS NOT NULL THEN outcome := 'incompatible'; RETURN; END IF;
  WITH before AS (
    UPDATE staff_grant g SET ended_at = at, ended_by = by_staff, revision = revision + 1
     WHERE g.staff = to_staff AND g.role = of_role AND g.operation = in_operation AND g.ended_at IS NULL AND g.until > at
       AND (g.office, g.programme) IS NOT DISTINCT FROM (at_office, for_programme)
    RETURNING g.id)
  INSERT INTO audit (kind, actor, record, detail)
  SELECT 'grant.replaced', staff_actor(by_staff), id, of_role FROM before;
  INSERT INTO staff_grant (staff, role, operation, office, programme, granted_by, since, until)
  VALUES (to_staff, of_role, in_operation, at_office, for_programme, by_staff, at, until_when) RETURNING id INTO given;
  INSERT INTO audit (kind, actor, record, detail) VALUES ('grant.given', staff_actor(by_staff), given, of_role);
  outcome := 'given';
END $$;

-- The country that an office stands in: where its place's line of parents ends.
CREATE FUNCTION office_country(of_office bigint) RETURNS text LANGUAGE sql STABLE AS $$
  WITH RECURSIVE up AS (
    SELECT l.code, l.parent FROM office o JOIN location l ON l.code = o.location WHERE o.id = of_office
    UNION ALL
    SELECT l.code, l.parent FROM up JOIN location l ON l.code = up.parent)
  SELECT code FROM up WHERE parent IS NULL
$$;

-- Ends a grant (`keep` false) or says that it is still right. Who holds it may give it back, never confirm it.
-- Outcomes: done; own; not_found (also of what she may not decide); stale; over.
CREATE FUNCTION staff_decide_grant(by_staff bigint, of_grant bigint, seen integer, keep boolean, at timestamptz,
                                   OUT outcome text, OUT now_revision integer) LANGUAGE plpgsql AS $$
DECLARE
  held staff_grant;
BEGIN
  PERFORM lock_staff(by_staff, (SELECT staff FROM staff_grant WHERE id = of_grant));
  SELECT * INTO held FROM staff_grant WHERE id = of_grant FOR NO KEY UPDATE;
  IF NOT FOUND THEN outcome := 'not_found'; RETURN; END IF;
  IF by_staff IS NOT NULL AND held.staff = by_staff THEN
    IF keep THEN outcome := 'own'; RETURN; END IF;
  ELSIF by_staff IS NOT NULL
        AND NOT staff_has_gift(by_staff, held.role, held.operation, held.office, held.programme, at) THEN
    outcome := 'not_found'; RETURN;
  END IF;
  now_revision := held.revision;
  IF held.revision <> seen THEN outcome := 'stale'; RETURN; END IF;
  IF held.ended_at IS NOT NULL OR held.until <= at THEN outcome := 'over'; RETURN; END IF;
  now_revision := held.revision + 1;
  IF keep THEN
    UPDATE staff_grant SET reviewed_by = by_staff, reviewed_at = at, revision = now_revision WHERE id = of_grant;
  ELSE
    UPDATE staff_grant SET ended_by = by_staff, ended_at = at, revision = now_revision WHERE id = of_grant;
  END IF;
  INSERT INTO audit (kind, actor, record, detail)
  VALUES (CASE WHEN keep THEN 'grant.confirmed' ELSE 'grant.ended' END, staff_actor(by_staff), of_grant, held.role);
  outcome := 'done';
END $$;

-- A grant is looked at again every 90 days.
CREATE FUNCTION grant_due(of_grant staff_grant) RETURNS timestamptz LANGUAGE sql IMMUTABLE AS $$
  SELECT greatest(of_grant.since, of_grant.reviewed_at) + interval '90 days'
$$;

-- Which grants somebody with that permission may see.
CREATE FUNCTION staff_sees_grant(by_staff bigint, of_permission text, of_grant staff_grant, at timestamptz)
RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (SELECT FROM staff_reach(by_staff, of_permission, at) r
                  WHERE r.operation = of_grant.operation
                    AND scope_covers(r.office, r.programme, of_grant.office, of_grant.programme))
$$;

-- An account is kept by who keeps accounts wherever it holds something: else she would gain what lies beyond her.
CREATE FUNCTION staff_keeps_account(by_staff bigint, of_staff bigint, at timestamptz) RETURNS boolean
LANGUAGE sql STABLE AS $$
  SELECT EXISTS (SELECT FROM staff_reach(by_staff, 'access.accounts', at))
     AND NOT EXISTS (
       SELECT FROM staff_grant g WHERE g.staff = of_staff AND g.ended_at IS NULL AND g.until > at
          AND NOT staff_sees_grant(by_staff, 'access.accounts', g, at))
$$;

-- Somebody new, who holds nothing yet. Outcomes: made; not_allowed; name_taken; linked (to another account).
CREATE FUNCTION staff_make(by_staff bigint, of_name text, shown text, of_language text, of_password bytea,
                           of_issuer text, of_subject text, trained date, at timestamptz,
                           OUT outcome text, OUT made bigint) LANGUAGE plpgsql AS $$
DECLARE
  broken text;
BEGIN
  PERFORM lock_staff(by_staff, by_staff);
  IF NOT EXISTS (SELECT FROM staff_reach(by_staff, 'access.accounts', at)) THEN outcome := 'not_allowed'; RETURN; END IF;
  BEGIN
    INSERT INTO staff (name, shown_name, language, password, password_changes, issuer, subject, trained_until, made_by,
                       made_at)
    VALUES (of_name, shown, of_language, of_password, of_password IS NOT NULL, of_issuer, of_subject, trained, by_staff,
            at)
    RETURNING id INTO made;
  EXCEPTION WHEN unique_violation THEN
    GET STACKED DIAGNOSTICS broken = CONSTRAINT_NAME;
    outcome := CASE broken WHEN 'staff_name_key' THEN 'name_taken' ELSE 'linked' END;
    RETURN;
  END;
  INSERT INTO audit (kind, actor, record) VALUES ('staff.made', staff_actor(by_staff), made);
  outcome := 'made';
END $$;

-- What one account is changed by; `what`: describe (shown_name, training; NULL leaves them), suspend, resume, end,
-- password (which she has to replace), codes (taken: enrolled anew), unlink. Outcomes: done; own; not_found; stale; over
-- (the account ended, or is in that state); second_person: who reset the one factor can not reset the other before she
-- has been there, or could sign in as her.
CREATE FUNCTION staff_keep(by_staff bigint, of_staff bigint, seen integer, what text, shown text, trained date,
                           of_password bytea, at timestamptz, OUT outcome text, OUT now_revision integer)
LANGUAGE plpgsql AS $$
DECLARE
  kept staff;
BEGIN
  PERFORM lock_staff(by_staff, of_staff);
  SELECT * INTO kept FROM staff WHERE id = of_staff;
  IF NOT FOUND OR NOT staff_keeps_account(by_staff, of_staff, at) THEN outcome := 'not_found'; RETURN; END IF;
  IF by_staff = of_staff THEN outcome := 'own'; RETURN; END IF;
  now_revision := kept.revision;
  IF kept.revision <> seen THEN outcome := 'stale'; RETURN; END IF;
  IF kept.state = 'ended' OR (what = 'suspend' AND kept.state <> 'active') OR (what = 'resume' AND kept.state <> 'suspended')
     OR (what = 'unlink' AND kept.issuer IS NULL) THEN
    outcome := 'over'; RETURN;
  END IF;
  IF kept.reset_by = by_staff AND kept.signed_in_at IS NOT NULL
     AND ((what = 'password' AND NOT kept.totp_confirmed) OR (what = 'codes' AND kept.password_changes)) THEN
    outcome := 'second_person'; RETURN;
  END IF;
  now_revision := kept.revision + 1;
  UPDATE staff SET
    revision = now_revision,
    shown_name = CASE WHEN what = 'describe' THEN coalesce(shown, shown_name) ELSE shown_name END,
    trained_until = CASE WHEN what = 'describe' THEN coalesce(trained, trained_until) ELSE trained_until END,
    state = CASE what WHEN 'suspend' THEN 'suspended' WHEN 'resume' THEN 'active' WHEN 'end' THEN 'ended' ELSE state END,
    password = CASE what WHEN 'password' THEN of_password WHEN 'end' THEN NULL ELSE password END,
    password_changes = CASE what WHEN 'password' THEN true ELSE password_changes END,
    totp_sealed = CASE WHEN what IN ('codes', 'end') THEN NULL ELSE totp_sealed END,
    totp_confirmed = CASE WHEN what IN ('codes', 'end') THEN false ELSE totp_confirmed END,
    failures = CASE WHEN what IN ('password', 'codes', 'resume') THEN 0 ELSE failures END,
    locked_until = CASE WHEN what IN ('password', 'codes', 'resume') THEN NULL ELSE locked_until END,
    issuer = CASE WHEN what IN ('unlink', 'end') THEN NULL ELSE issuer END,
    subject = CASE WHEN what IN ('unlink', 'end') THEN NULL ELSE subject END,
    reset_by = CASE WHEN what IN ('password', 'codes') THEN by_staff ELSE reset_by END,
    -- Sessions that began before are over.
    reset_at = CASE WHEN what IN ('password', 'codes', 'suspend', 'unlink', 'end') THEN at ELSE reset_at END
   WHERE id = of_staff;
  IF what = 'end' THEN
    WITH over AS (
      UPDATE staff_grant SET ended_at = at, ended_by = by_staff, revision = revision + 1
       WHERE staff = of_staff AND ended_at IS NULL AND until > at RETURNING id, role)
    INSERT INTO audit (kind, actor, record, detail) SELECT 'grant.ended', staff_actor(by_staff), id, role FROM over;
  END IF;
  INSERT INTO audit (kind, actor, record, detail)
  VALUES (CASE what WHEN 'describe' THEN 'staff.changed' WHEN 'suspend' THEN 'staff.suspended' WHEN 'resume' THEN 'staff.resumed'
                    WHEN 'end' THEN 'staff.ended' WHEN 'password' THEN 'staff.password_reset'
                    WHEN 'codes' THEN 'staff.codes_reset' ELSE 'staff.unlinked' END,
          staff_actor(by_staff), of_staff,
          CASE WHEN what = 'describe' AND trained IS NOT NULL THEN 'training' END);
  outcome := 'done';
END $$;

-- She binds her account to an identity provider's name for her, herself, signed in otherwise. Outcomes: done; linked
-- (another account has it); over (hers has one).
CREATE FUNCTION staff_link(of_staff bigint, of_issuer text, of_subject text, at timestamptz, OUT outcome text)
LANGUAGE plpgsql AS $$
BEGIN
  UPDATE staff SET issuer = of_issuer, subject = of_subject, revision = revision + 1
   WHERE id = of_staff AND state = 'active' AND issuer IS NULL;
  IF NOT FOUND THEN outcome := 'over'; RETURN; END IF;
  INSERT INTO audit (kind, actor, record) VALUES ('staff.linked', staff_actor(of_staff), of_staff);
  outcome := 'done';
EXCEPTION WHEN unique_violation THEN
  outcome := 'linked';
END $$;


-- A grant as colleagues see it; names of places and roles by language.
CREATE FUNCTION grant_json(g staff_grant, by_staff bigint, at timestamptz) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object(
    'id', g.id, 'staff', g.staff, 'name', s.name, 'shown_name', s.shown_name, 'signed_in_at', iso_utc(s.signed_in_at),
    'trained_until', s.trained_until, 'role', g.role, 'role_name', r.name, 'operation', g.operation,
    'office', g.office, 'office_name', o.name, 'programme', g.programme, 'programme_name', p.name,
    'since', iso_utc(g.since), 'until', iso_utc(g.until),
    'granted_by', giver.shown_name, 'reviewed_at', iso_utc(g.reviewed_at), 'reviewed_by', looked.shown_name,
    'due_at', iso_utc(grant_due(g)), 'ended_at', iso_utc(g.ended_at), 'ended_by', ender.shown_name,
    'state', CASE WHEN g.ended_at IS NOT NULL THEN 'ended' WHEN g.until <= at THEN 'over' ELSE 'live' END,
    'own', g.staff = by_staff,
    'may_decide', g.staff <> by_staff AND g.ended_at IS NULL AND g.until > at
                  AND staff_has_gift(by_staff, g.role, g.operation, g.office, g.programme, at),
    'revision', g.revision)
    FROM staff s JOIN staff_role r ON r.code = g.role
    LEFT JOIN office o ON o.id = g.office
    LEFT JOIN programme p ON p.id = g.programme
    LEFT JOIN staff giver ON giver.id = g.granted_by
    LEFT JOIN staff looked ON looked.id = g.reviewed_by
    LEFT JOIN staff ender ON ender.id = g.ended_by
   WHERE s.id = g.staff
$$;

-- Of a colleague whose roles all lie elsewhere nothing is told; somebody without any is everybody's to give one.
CREATE FUNCTION staff_sees_staff(by_staff bigint, of_staff bigint, at timestamptz) RETURNS boolean
LANGUAGE sql STABLE AS $$
  SELECT by_staff = of_staff
      OR NOT EXISTS (SELECT FROM staff_grant g WHERE g.staff = of_staff AND g.ended_at IS NULL AND g.until > at)
      OR EXISTS (SELECT FROM staff_grant g WHERE g.staff = of_staff AND staff_sees_grant(by_staff, 'access.view', g, at))
$$;

CREATE FUNCTION staff_json(s staff, by_staff bigint, at timestamptz) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object(
    'id', s.id, 'name', s.name, 'shown_name', s.shown_name, 'language', s.language, 'state', s.state,
    'trained_until', s.trained_until, 'trained', coalesce(s.trained_until >= (at AT TIME ZONE 'UTC')::date, false),
    'signed_in_at', iso_utc(s.signed_in_at), 'made_at', iso_utc(s.made_at),
    'has_password', s.password IS NOT NULL, 'password_waits', s.password_changes, 'has_codes', s.totp_confirmed,
    'linked', s.issuer IS NOT NULL, 'locked', coalesce(s.locked_until > at, false), 'own', s.id = by_staff,
    'may_keep', s.id <> by_staff AND staff_keeps_account(by_staff, s.id, at), 'revision', s.revision,
    'grants', (SELECT coalesce(jsonb_agg(grant_json(g, by_staff, at) ORDER BY g.ended_at IS NOT NULL, g.until <= at, g.id DESC), '[]')
                 FROM (SELECT * FROM staff_grant h WHERE h.staff = s.id ORDER BY h.id DESC LIMIT 100) g
                WHERE g.staff = by_staff OR staff_sees_grant(by_staff, 'access.view', g, at)))
$$;

-- The console looks in the log by time and by who did it.
CREATE INDEX audit_at ON audit (at, id);
CREATE INDEX audit_of_kind ON audit (kind, at, id);
CREATE INDEX audit_of_staff ON audit (actor, at, id) WHERE actor LIKE 'staff:%';
