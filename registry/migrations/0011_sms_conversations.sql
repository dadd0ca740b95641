-- Conversations by SMS. A message that came in is answered exactly once, also when a server dies in between: it waits
-- until it was handled, and one number's messages are handled one after the other.

-- waiting → done, or → asked (she was asked whether her words go to staff), kept (words that could not be acted on; staff
-- find them here), failed (gave up after several attempts). The text stays only while somebody may need it.
ALTER TABLE inbox
  ADD COLUMN state         text NOT NULL DEFAULT 'done' CHECK (state IN ('waiting', 'asked', 'done', 'kept', 'failed')),
  ADD COLUMN claimed_until timestamptz,
  ADD COLUMN attempts      smallint NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  ADD COLUMN asked_at      timestamptz,
  ALTER COLUMN text_sealed DROP NOT NULL,
  ADD CONSTRAINT inbox_text CHECK (text_sealed IS NOT NULL OR state = 'done'),
  ADD CONSTRAINT inbox_asked CHECK (state <> 'asked' OR asked_at IS NOT NULL);
ALTER TABLE inbox ALTER COLUMN state SET DEFAULT 'waiting';
CREATE INDEX inbox_waiting ON inbox (number_blind, id) WHERE state = 'waiting';
CREATE INDEX inbox_asked_since ON inbox (asked_at) WHERE state = 'asked';

-- How it was asked, so that staff confirm what came by SMS: nobody gave a PIN there.
ALTER TABLE ticket
  ADD COLUMN channel text NOT NULL DEFAULT 'phone' CHECK (channel IN ('phone', 'sms', 'staff'));
INSERT INTO ticket_term VALUES ('message', '', 5);

-- By SMS she writes more than a screen takes.
ALTER TABLE ticket_words
  DROP CONSTRAINT ticket_words_text_sealed_check,
  ADD CONSTRAINT ticket_words_text_sealed_check CHECK (octet_length(text_sealed) BETWEEN 29 AND 2000);
