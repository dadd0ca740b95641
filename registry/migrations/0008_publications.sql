-- What was published of the menu and its texts: whole, numbered, never changed; and which of it was current when.

CREATE TABLE publication (
  version      integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY CHECK (version > 0),
  digest       bytea NOT NULL UNIQUE CHECK (octet_length(digest) = 32),      -- SHA-256 of the content
  languages    jsonb NOT NULL CHECK (jsonb_typeof(languages) = 'array'),    -- their order; the first is the fallback
  menu         jsonb NOT NULL CHECK (jsonb_typeof(menu) = 'array'),          -- [[file name, content], …]
  texts        jsonb NOT NULL CHECK (jsonb_typeof(texts) = 'array'),
  screens      integer NOT NULL CHECK (screens > 0),
  words        integer NOT NULL CHECK (words > 0),                           -- keys of texts
  note         text NOT NULL CHECK (length(note) <= 200),
  published_by text NOT NULL CHECK (length(published_by) BETWEEN 1 AND 60),
  published_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- The last row tells what new conversations begin with. No version: the files beside the program.
CREATE TABLE publication_current (
  id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  version integer REFERENCES publication,
  before  bigint REFERENCES publication_current,   -- where a roll back leads; none: to the files
  action  text NOT NULL CHECK (action IN ('publish', 'roll_back')),
  made_by text NOT NULL CHECK (length(made_by) BETWEEN 1 AND 60),
  at      timestamptz NOT NULL DEFAULT clock_timestamp(),
  CHECK (version IS NOT NULL OR action = 'roll_back')
);

CREATE FUNCTION keep_publication() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'what was published is not changed' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER publication_kept BEFORE UPDATE OR DELETE ON publication
  FOR EACH ROW EXECUTE FUNCTION keep_publication();
CREATE TRIGGER publication_not_emptied BEFORE TRUNCATE ON publication
  FOR EACH STATEMENT EXECUTE FUNCTION keep_publication();
CREATE TRIGGER publication_current_kept BEFORE UPDATE OR DELETE ON publication_current
  FOR EACH ROW EXECUTE FUNCTION keep_publication();
CREATE TRIGGER publication_current_not_emptied BEFORE TRUNCATE ON publication_current
  FOR EACH STATEMENT EXECUTE FUNCTION keep_publication();
