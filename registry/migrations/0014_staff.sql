-- Who works here: accounts, roles, what was granted to whom where and until when; and long work that goes on by steps.

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
