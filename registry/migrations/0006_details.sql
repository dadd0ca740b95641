-- What she reports about her household and asks about her data, and what a number is to get: hours and letters.

ALTER TABLE change_request DROP CONSTRAINT change_request_kind_check;
ALTER TABLE change_request ADD CONSTRAINT change_request_kind_check CHECK (kind IN (
  'phone_add', 'phone_replace', 'phone_remove', 'address', 'link_number', 'language', 'birth', 'death', 'marriage',
  'departure', 'name', 'birth_date', 'data_delete', 'data_object', 'data_copy'));

-- A name that she typed, and the one that it shall replace, are read with the key only, like a number.
CREATE FUNCTION holds_no_name(recorded jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN coalesce(jsonb_typeof(recorded->'name') = 'object' AND recorded->'name' ?& ARRAY['masked', 'sealed'], true);
ALTER TABLE change_request ADD CONSTRAINT change_request_names CHECK (holds_no_name(before) AND holds_no_name(after));

ALTER TABLE number_preference
  ADD sms_hours text NOT NULL DEFAULT 'any' CHECK (sms_hours IN ('any', 'day', 'asked')),
  ADD script    text NOT NULL DEFAULT 'native' CHECK (script IN ('native', 'latin'));

-- Whether it answers something that she did herself. What nobody asked for (a reminder, a circular) is written with
-- false, and does not go to a number that wants only what it asked for.
ALTER TABLE outbox ADD asked boolean NOT NULL DEFAULT true;
