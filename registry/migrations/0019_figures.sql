-- What is counted of conversations, without anybody in it; and the words and menus that staff are writing.

-- Counts of an hour, by what was counted: gateways and languages by their code, the rest with an empty name.
CREATE TABLE figure_hour (
  hour  timestamptz NOT NULL CHECK (hour = date_trunc('hour', hour, 'UTC')),
  kind  text NOT NULL CHECK (kind IN ('session', 'hop', 'ended', 'apology', 'gateway', 'language')),
  name  text NOT NULL CHECK (length(name) <= 60),
  count bigint NOT NULL CHECK (count >= 0),
  PRIMARY KEY (hour, kind, name)
) WITH (fillfactor = 70);

-- Screens by day only: who stood beside somebody with a telephone would read her out of an hour's figures. Shown, and not
-- answered or ended there: she left.
CREATE TABLE figure_screen_day (
  day      date NOT NULL,
  screen   text NOT NULL CHECK (length(screen) BETWEEN 1 AND 60),
  shown    bigint NOT NULL CHECK (shown >= 0),
  answered bigint NOT NULL CHECK (answered >= 0),
  ended    bigint NOT NULL CHECK (ended >= 0),           -- the last screen, by the menu
  PRIMARY KEY (day, screen)
) WITH (fillfactor = 70);

-- Deliveries by day, without reading what is older.
CREATE INDEX outbox_created ON outbox USING brin (created_at);

-- One menu serves every operation: who changes it may do so for more than an office or a programme.
CREATE FUNCTION staff_may_for_all(of_staff bigint, of_permission text, at timestamptz) RETURNS boolean
LANGUAGE sql STABLE AS $$
  SELECT EXISTS (SELECT FROM staff_reach(of_staff, of_permission, at) r WHERE r.office IS NULL AND r.programme IS NULL)
$$;
CREATE FUNCTION staff_may_somewhere(of_staff bigint, of_permission text, at timestamptz) RETURNS boolean
LANGUAGE sql STABLE AS $$
  SELECT EXISTS (SELECT FROM staff_reach(of_staff, of_permission, at))
$$;

CREATE SEQUENCE word_revision;

-- What staff wrote and nobody published yet: a text of a language, or a file of the menu. `was` is what stood there when
-- it was begun: where something else was published meanwhile, that is shown and nothing is overwritten.
CREATE TABLE word_draft (
  language  text NOT NULL CHECK (language ~ '^([a-z]{2,3})?$'),                  -- empty: a file of the menu
  name      text NOT NULL CHECK (name ~ '^[a-z0-9_]+(\.[a-z0-9_]+)*$' AND length(name) <= 80),
  words     text NOT NULL,
  was       text,
  revision  bigint NOT NULL UNIQUE DEFAULT nextval('word_revision'),
  edited_by bigint NOT NULL REFERENCES staff,
  edited_at timestamptz NOT NULL,
  PRIMARY KEY (language, name),
  CHECK (octet_length(words) <= CASE WHEN language = '' THEN 50000 ELSE 4000 END),
  CHECK (language <> '' OR name ~ '\.yaml$')
);

-- Whose words they are and who read them, by what they were then: other words are unread again.
CREATE TABLE word_review (
  language    text NOT NULL,
  name        text NOT NULL,
  digest      bytea NOT NULL CHECK (octet_length(digest) = 32),                  -- SHA-256
  written_by  bigint REFERENCES staff,                                           -- none: not written here
  reviewed_by bigint REFERENCES staff CHECK (reviewed_by <> written_by),
  reviewed_at timestamptz,
  PRIMARY KEY (language, name),
  CHECK ((reviewed_by IS NULL) = (reviewed_at IS NULL))
);

-- Everything that is drafted becomes a version, if it is still that from which the content was made. Outcomes: done,
-- unchanged (the content is current already), stale, not_allowed.
CREATE FUNCTION publish_drafts(of_staff bigint, of_digest bytea, of_languages jsonb, of_menu jsonb, of_texts jsonb,
  of_screens integer, of_words integer, of_note text, seen_current integer, seen_revision bigint, seen_drafts bigint,
  at timestamptz) RETURNS TABLE (outcome text, made_version integer) LANGUAGE plpgsql AS $$
DECLARE
  last_id bigint;
  last_version integer;
  chosen integer;
BEGIN
  IF NOT staff_may_for_all(of_staff, 'words.publish', at) THEN
    RETURN QUERY SELECT 'not_allowed', NULL::integer; RETURN;
  END IF;
  LOCK TABLE publication_current, word_draft IN SHARE ROW EXCLUSIVE MODE;
  SELECT c.id, c.version INTO last_id, last_version FROM publication_current c ORDER BY c.id DESC LIMIT 1;
  IF coalesce(last_version, 0) <> seen_current
     OR (SELECT (coalesce(max(d.revision), 0), count(*)) FROM word_draft d) IS DISTINCT FROM (seen_revision, seen_drafts)
  THEN
    RETURN QUERY SELECT 'stale', last_version; RETURN;
  END IF;
  INSERT INTO publication (digest, languages, menu, texts, screens, words, published_by, note)
  SELECT of_digest, of_languages, of_menu, of_texts, of_screens, of_words, s.name, of_note FROM staff s
   WHERE s.id = of_staff
  ON CONFLICT (digest) DO NOTHING;
  SELECT p.version INTO STRICT chosen FROM publication p WHERE p.digest = of_digest;
  IF chosen IS DISTINCT FROM last_version THEN
    INSERT INTO publication_current (version, before, action, made_by)
    SELECT chosen, last_id, 'publish', s.name FROM staff s WHERE s.id = of_staff;
    INSERT INTO audit (kind, actor, record, detail)
    VALUES ('menu.published', 'staff:' || of_staff, chosen, 'from.' || coalesce(last_version::text, 'files'));
  END IF;
  INSERT INTO word_review AS r (language, name, digest, written_by)
  SELECT d.language, d.name, sha256(convert_to(d.words, 'UTF8')), d.edited_by FROM word_draft d WHERE d.language <> ''
  ON CONFLICT ON CONSTRAINT word_review_pkey DO UPDATE
    SET digest = excluded.digest, written_by = excluded.written_by, reviewed_by = NULL, reviewed_at = NULL
  WHERE r.digest <> excluded.digest;
  DELETE FROM word_draft;
  RETURN QUERY SELECT CASE WHEN chosen IS DISTINCT FROM last_version THEN 'done' ELSE 'unchanged' END, chosen;
END $$;

-- `to_version` 0: the files; NULL: what was current before. Drafts stay.
CREATE FUNCTION roll_back_words(of_staff bigint, to_version integer, seen_current integer, at timestamptz)
RETURNS TABLE (outcome text, made_version integer) LANGUAGE plpgsql AS $$
DECLARE
  last publication_current;
  target publication_current;
BEGIN
  IF NOT staff_may_for_all(of_staff, 'words.publish', at) THEN
    RETURN QUERY SELECT 'not_allowed', NULL::integer; RETURN;
  END IF;
  LOCK TABLE publication_current IN SHARE ROW EXCLUSIVE MODE;
  SELECT * INTO last FROM publication_current c ORDER BY c.id DESC LIMIT 1;
  IF coalesce(last.version, 0) <> seen_current THEN
    RETURN QUERY SELECT 'stale', last.version; RETURN;
  END IF;
  IF last.version IS NULL AND coalesce(to_version, 0) = 0 THEN
    RETURN QUERY SELECT 'nothing_before', NULL::integer; RETURN;
  END IF;
  IF to_version IS NULL THEN
    SELECT * INTO target FROM publication_current c WHERE c.id = last.before;
  ELSIF to_version <> 0 THEN
    SELECT * INTO target FROM publication_current c
     WHERE c.version = to_version AND c.version IS DISTINCT FROM last.version ORDER BY c.id DESC LIMIT 1;
    IF NOT FOUND THEN RETURN QUERY SELECT 'no_such_version', NULL::integer; RETURN; END IF;
  END IF;
  INSERT INTO publication_current (version, before, action, made_by)
  SELECT target.version, target.before, 'roll_back', s.name FROM staff s WHERE s.id = of_staff;
  INSERT INTO audit (kind, actor, record, detail)
  VALUES ('menu.rolled_back', 'staff:' || of_staff, target.version, 'from.' || coalesce(last.version::text, 'files'));
  RETURN QUERY SELECT 'done', coalesce(target.version, 0);
END $$;
