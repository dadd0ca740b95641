-- A long message of which the gateway took a part and then gave no answer: the ids that are known, and of how many parts
-- it is, so that the receipt of one does not stand for all.
ALTER TABLE outbox ADD parts smallint CHECK (parts BETWEEN 2 AND 255);  -- where fewer rows of outbox_part are known

-- As before; and a message is delivered when as many parts are as it has. A receipt that is known by reference or by
-- destination alone is of one part.
CREATE OR REPLACE FUNCTION join_receipt(of_gateway text, id_forms text[], raw_id text, destination bytea,
                                        given_reference bigint, gateways_word text, is_final boolean, at timestamptz)
    RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  form text;
  hit outbox_part;
  waiting bigint[];
  message bigint;
  outcome text := CASE WHEN gateways_word = 'delivered' THEN 'delivered' ELSE 'failed' END;
BEGIN
  FOREACH form IN ARRAY id_forms LOOP
    IF destination IS NOT NULL THEN
      SELECT * INTO hit FROM outbox_part p WHERE p.gateway = of_gateway AND p.lookup = form
         AND p.number_blind = destination ORDER BY p.state <> 'sent', p.outbox, p.part LIMIT 1;
      IF NOT FOUND THEN
        SELECT * INTO hit FROM outbox_part p WHERE p.gateway = of_gateway AND p.lookup = form
           AND p.number_blind IS NULL ORDER BY p.state <> 'sent', p.outbox, p.part LIMIT 1;
      END IF;
    ELSE
      SELECT * INTO hit FROM outbox_part p WHERE p.gateway = of_gateway AND p.lookup = form LIMIT 1;
      IF FOUND THEN
        PERFORM 1 FROM outbox_part p WHERE p.gateway = of_gateway AND p.lookup = form
           AND p.outbox <> hit.outbox LIMIT 1;
        IF FOUND THEN RETURN 'ambiguous'; END IF;
        SELECT * INTO hit FROM outbox_part p WHERE p.gateway = of_gateway AND p.lookup = form
         ORDER BY p.state <> 'sent', p.part LIMIT 1;
      END IF;
    END IF;
    EXIT WHEN hit.outbox IS NOT NULL;
  END LOOP;

  IF hit.outbox IS NULL THEN
    -- By our reference, which SMPP gives back in 16 bits; else by destination, where only one message can be meant.
    IF destination IS NOT NULL THEN
      waiting := ARRAY (SELECT o.id FROM outbox o WHERE o.gateway = of_gateway AND o.number_blind = destination
                           AND o.state IN ('sending', 'unknown') ORDER BY o.id LIMIT 100);
      IF given_reference > 0 THEN
        waiting := ARRAY (SELECT w FROM unnest(waiting) w
                           WHERE w = given_reference OR (given_reference < 65536 AND w & 65535 = given_reference));
      END IF;
    ELSIF given_reference > 0 THEN
      waiting := ARRAY (SELECT o.id FROM outbox o WHERE o.id = given_reference AND o.gateway = of_gateway);
    END IF;
    IF coalesce(cardinality(waiting), 0) <> 1 THEN RETURN 'none'; END IF;
    PERFORM 1 FROM outbox o WHERE o.id = waiting[1] AND o.state = 'unknown' AND o.parts IS NOT NULL FOR UPDATE;
    IF FOUND THEN
      IF raw_id IS NULL OR cardinality(id_forms) = 0 THEN RETURN 'none'; END IF;  -- of which part, nobody can say
      INSERT INTO outbox_part AS p (outbox, part, gateway, provider_id, lookup, number_blind)
      SELECT o.id, (SELECT 1 + count(*) FROM outbox_part p WHERE p.outbox = o.id), of_gateway, raw_id, id_forms[1], destination
        FROM outbox o WHERE o.id = waiting[1] AND (SELECT count(*) FROM outbox_part p WHERE p.outbox = o.id) < o.parts
      RETURNING p.* INTO hit;
      IF hit.outbox IS NULL THEN RETURN 'none'; END IF;
      IF NOT is_final THEN RETURN 'joined'; END IF;
    END IF;
  END IF;

  IF hit.outbox IS NOT NULL THEN
    -- One receipt of a message after the other, so that the last part's sees what the others' did.
    PERFORM 1 FROM outbox o WHERE o.id = hit.outbox FOR UPDATE;
    IF NOT is_final THEN
      UPDATE outbox o SET receipt = gateways_word WHERE o.id = hit.outbox AND o.state = 'sent'
         AND o.receipt IS DISTINCT FROM gateways_word;
      IF FOUND THEN RETURN 'joined'; ELSE RETURN 'duplicate'; END IF;
    END IF;
    UPDATE outbox_part p SET state = outcome
     WHERE p.outbox = hit.outbox AND p.part = hit.part AND p.state = 'sent';
    IF NOT FOUND THEN RETURN 'duplicate'; END IF;
    UPDATE outbox o SET receipt = gateways_word,
           settled_at = CASE WHEN done OR o.state <> 'unknown' THEN at ELSE o.settled_at END,
           state = CASE WHEN done THEN outcome ELSE o.state END,
           query_at = CASE WHEN done THEN NULL ELSE o.query_at END
      FROM (SELECT outcome = 'failed' OR NOT EXISTS (SELECT FROM outbox_part p
              WHERE p.outbox = hit.outbox AND p.state <> 'delivered')
              AND (SELECT count(*) FROM outbox_part p WHERE p.outbox = hit.outbox)
                  >= (SELECT coalesce(m.parts, 1) FROM outbox m WHERE m.id = hit.outbox) AS done) d
     WHERE o.id = hit.outbox AND o.state NOT IN ('delivered', 'failed');
    RETURN 'joined';
  END IF;

  UPDATE outbox o SET receipt = gateways_word, settled_at = at, reason = NULL,
         state = CASE WHEN is_final THEN outcome ELSE 'sent' END,
         query_at = CASE WHEN NOT is_final THEN o.query_at END
   WHERE o.id = waiting[1] AND o.state = 'unknown' RETURNING o.id INTO message;
  IF message IS NULL THEN RETURN 'none'; END IF;
  IF raw_id IS NOT NULL AND cardinality(id_forms) > 0 THEN
    INSERT INTO outbox_part (outbox, part, gateway, provider_id, lookup, number_blind, state)
    VALUES (message, 1, of_gateway, raw_id, id_forms[1], destination, CASE WHEN is_final THEN outcome ELSE 'sent' END)
    ON CONFLICT DO NOTHING;
  END IF;
  RETURN 'joined';
END $$;
