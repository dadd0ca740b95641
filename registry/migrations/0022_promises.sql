-- What was promised and not done: an objection keeps data from being shared and counted, what is deleted can not be
-- read any more, a copy is handed out; who approves first says whose a number is to be; payers' reports on things add
-- up; a number that was refused can be asked for again.

-- Her shares end, as if she had taken them back; `made_too`: those that she made for others as well.
CREATE FUNCTION end_shares(of_person bigint, made_too boolean, hop bytea, at timestamptz) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  s wallet_share;
BEGIN
  FOR s IN
    UPDATE wallet_share w
       SET ended_at = at, ended_hop = hop, ended_why = 'all', code_sealed = NULL, presented_sealed = NULL
     WHERE (w.individual = of_person OR (made_too AND w.made_by = of_person)) AND w.ended_at IS NULL
       AND coalesce(w.valid_until, w.expires_at) > at
    RETURNING w.*
  LOOP
    IF s.status_list IS NOT NULL THEN PERFORM strike(s.status_list, s.status_index, 1::smallint); END IF;
    PERFORM append_consent(s.individual, 'withdrawn', s.id, NULL, NULL, at);
    INSERT INTO audit (kind, actor, individual, registration_group, record, detail, at)
    VALUES ('share.stopped', 'server', s.individual, s.registration_group, s.id, 'all', at);
  END LOOP;
END $$;

-- Whether a verifier may be shown that preset by that person now.
CREATE OR REPLACE FUNCTION may_be_shown(to_verifier bigint, of_person bigint, of_preset text, at timestamptz)
RETURNS boolean LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  RETURN (
  SELECT EXISTS (
    SELECT FROM verifier v, individual i
     WHERE v.id = to_verifier AND i.id = of_person AND v.state = 'active' AND v.expires_at > at
       AND of_preset = ANY (v.presets) AND i.process_status <> 'C'
       AND NOT EXISTS (SELECT FROM refused_country r WHERE r.operation = i.operation AND r.country = v.country)
       AND NOT EXISTS (SELECT FROM data_objection d WHERE d.individual = i.id AND d.use = 'sharing')
       AND NOT EXISTS (SELECT FROM wallet_holder h WHERE h.individual = i.id AND h.frozen_at IS NOT NULL)));
END $$;

-- What no rule of ours can keep is decided by somebody who has asked her: the use that she called "something else".
CREATE OR REPLACE FUNCTION begin_case() RETURNS trigger LANGUAGE plpgsql AS $$
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
  NEW.needs := CASE WHEN rule.approvals = 0 AND (NEW.trust < rule.least_trust OR NEW.channel <> 'phone' OR (
                           NEW.kind = 'data_object' AND NEW.after->>'use' NOT IN ('sharing', 'counting'))) THEN 1
                    ELSE coalesce(rule.approvals, 2) END;
  NEW.evidence := coalesce(rule.evidence, true);
  NEW.due_at := working_due(NEW.operation, NEW.asked_at, coalesce(rule.due_hours, 45) * interval '1 hour');
  RETURN NEW;
END $$;

-- Deleted: who it was can not be read any more, nobody finds her, and nothing reaches her; what was handed out stays
-- counted, and who looked stays written down. Values that she once asked to change go as well, and what she told staff.
-- A sealed value becomes one that no key opens.
CREATE OR REPLACE FUNCTION apply_data_delete(c change_request, at timestamptz, OUT outcome text) LANGUAGE plpgsql AS $$
DECLARE
  nothing constant bytea := decode(repeat('00', 37), 'hex');
  hers bigint[];
BEGIN
  PERFORM FROM individual i WHERE i.id = c.individual FOR UPDATE;
  UPDATE membership SET until = greatest(day_of(c.individual, at), since + 1)
   WHERE individual = c.individual AND until IS NULL;
  UPDATE individual i SET given_name = '—', family_name = NULL, birth_precision = 'Y', language = NULL,
         birth_date = greatest(date_trunc('year', i.birth_date)::date, '1890-01-02'), process_status = 'C',
         revision = i.revision + 1
   WHERE i.id = c.individual;
  -- Also what was asked from her numbers without her name, where nobody else answers at them.
  hers := ARRAY(
    SELECT t.id FROM ticket t
     WHERE t.individual = c.individual
        OR (t.individual IS NULL AND t.registration_group IS NULL AND t.number_blind IN (
             SELECT p.number_blind FROM phone p WHERE p.individual = c.individual AND NOT EXISTS (
               SELECT FROM phone o WHERE o.number_blind = p.number_blind AND o.individual <> c.individual))));
  UPDATE ticket SET number_sealed = NULL, number_blind = NULL,
         answer_sealed = CASE WHEN answer_sealed IS NOT NULL THEN nothing END
   WHERE id = ANY (hers);
  UPDATE ticket_words SET text_sealed = nothing WHERE ticket = ANY (hers);
  UPDATE ticket_entry SET text_sealed = nothing WHERE ticket = ANY (hers) AND text_sealed IS NOT NULL;
  UPDATE phone SET disabled_at = coalesce(disabled_at, at), nickname = NULL, number_sealed = nothing,
         number_blind = decode(md5(gen_random_uuid()::text), 'hex')
   WHERE individual = c.individual;
  UPDATE identity_number SET ended_at = coalesce(ended_at, at), number_sealed = nothing,
         number_blind = decode(md5(gen_random_uuid()::text), 'hex')
   WHERE individual = c.individual;
  UPDATE verification SET ended_at = coalesce(ended_at, apply_data_delete.at), reference = 'deleted'
   WHERE individual = c.individual;
  UPDATE verification_wait SET reference = 'deleted' WHERE individual = c.individual;
  UPDATE identity_check SET reference = 'deleted' WHERE individual = c.individual AND reference IS NOT NULL;
  PERFORM end_shares(c.individual, true, c.hop_key, at);
  UPDATE wallet_share SET code_sealed = NULL, presented_sealed = NULL
   WHERE individual = c.individual AND num_nonnulls(code_sealed, presented_sealed) > 0;
  PERFORM strike(w.status_list, w.status_index, 1::smallint) FROM wallet_credential w
   WHERE w.individual = c.individual AND w.ended_at IS NULL;
  UPDATE wallet_credential SET ended_at = at WHERE individual = c.individual AND ended_at IS NULL;
  UPDATE wallet_offer SET ended_at = at WHERE individual = c.individual AND ended_at IS NULL AND issued_at IS NULL;
  DELETE FROM pin WHERE individual = c.individual;
  UPDATE change_request SET before = '{}', after = '{}', asked_against = NULL
   WHERE individual = c.individual AND id <> c.id;
  UPDATE correction SET before = '{}', after = '{}' WHERE individual = c.individual;
  UPDATE registration_group g SET address_line = NULL, process_status = 'C', revision = g.revision + 1
   WHERE g.id = c.registration_group
     AND NOT EXISTS (SELECT FROM membership m WHERE m.registration_group = g.id AND m.until IS NULL);
  outcome := 'applied';
END $$;

CREATE OR REPLACE FUNCTION apply_data(c change_request, at timestamptz, OUT outcome text) LANGUAGE plpgsql AS $$
BEGIN
  IF c.kind = 'data_delete' THEN
    SELECT d.outcome INTO outcome FROM apply_data_delete(c, at) d;
    RETURN;
  END IF;
  IF c.kind = 'data_object' THEN
    IF c.after->>'use' IS NULL THEN outcome := 'incomplete'; RETURN; END IF;
    INSERT INTO data_objection (individual, use, since, change_request) VALUES (c.individual, c.after->>'use', at, c.id)
    ON CONFLICT (individual, use) DO NOTHING;
    IF c.after->>'use' = 'sharing' THEN PERFORM end_shares(c.individual, false, c.hop_key, at); END IF;
  ELSE
    INSERT INTO data_copy (change_request, individual, allowed_at) VALUES (c.id, c.individual, at);
  END IF;
  outcome := 'applied';
END $$;

-- To whom it was given, and when.
ALTER TABLE data_copy
  ADD handed_at timestamptz,
  ADD handed_by bigint REFERENCES staff,
  ADD CHECK ((handed_at IS NULL) = (handed_by IS NULL));
CREATE INDEX data_copy_of ON data_copy (individual);
ALTER TABLE check_rule
  DROP CONSTRAINT check_rule_action_check,
  ADD CONSTRAINT check_rule_action_check CHECK (action IN ('pin_code', 'pin_release', 'number', 'copy'));
-- With her card, as her telephone tells her.
INSERT INTO check_rule SELECT 'copy', assurance, method
  FROM generate_series(1, 3) AS assurance, unnest(ARRAY['document', 'biometric']) AS method;

-- Marks what waits as given; done, or why not. Whoever gave it may do so again for a quarter of an hour: the line may
-- have broken before it was on paper.
CREATE FUNCTION hand_copy(of_staff bigint, of_person bigint, of_revision bigint, of_method text, of_reference text,
                          at timestamptz) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  outcome text;
  waiting bigint[];
BEGIN
  PERFORM 1 FROM individual i WHERE i.id = of_person FOR UPDATE;
  IF staff_opens(of_staff, of_person, at) IS DISTINCT FROM 'scope' THEN RETURN 'not_found'; END IF;
  waiting := ARRAY(
    SELECT k.change_request FROM data_copy k WHERE k.individual = of_person
       AND (k.handed_at IS NULL OR (k.handed_by = of_staff AND k.handed_at > at - interval '15 minutes')));
  IF cardinality(waiting) = 0 AND staff_may_person(of_staff, 'people.attach_number', of_person, at) THEN
    RETURN 'wrong_state';
  END IF;
  outcome := check_person(of_staff, 'people.attach_number', of_person, of_revision, 'copy', of_method, of_reference,
                          NULL, at);
  IF outcome <> 'done' THEN RETURN outcome; END IF;
  UPDATE data_copy k SET handed_at = at, handed_by = of_staff WHERE k.change_request = ANY (waiting);
  PERFORM open_person(of_staff, of_person, 'copy', at);
  RETURN 'done';
END $$;

-- Whose a number is to be is said by each who approves, and they must agree: else the second had approved what only
-- she chose.
ALTER TABLE approval ADD person bigint REFERENCES individual;
-- First approvals that did not say are needed anew.
UPDATE change_request SET state = 'pending', round = round + 1 WHERE kind = 'link_number' AND state = 'validated';

CREATE FUNCTION lives_by_card(of_person bigint, card text) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (SELECT FROM membership m JOIN individual i ON i.id = m.individual AND i.process_status = 'A'
                  WHERE m.individual = of_person AND m.until IS NULL AND m.registration_group = group_of_card(card))
$$;

-- An approval, and where it is the last one, its effect. Outcomes: 'approved' (one is still missing), 'applied',
-- 'conflict', 'incomplete', 'impossible', 'unreadable', 'evidence', 'own_approval', 'other_person' (than the first
-- approval says), and those of case_refusal. Only after 'approved' and 'applied' the approval is there.
CREATE OR REPLACE FUNCTION approve_case(of_staff bigint, of_case bigint, seen bigint, checked text[], opened jsonb,
                                        arguments bytea, nothing bytea, at timestamptz, OUT outcome text, OUT state text, OUT revision bigint)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  c change_request;
  given integer;
  whose bigint;
BEGIN
  SELECT * INTO c FROM change_request r WHERE r.id = of_case FOR UPDATE;
  IF c.kind = 'link_number' THEN whose := (opened->>'person')::bigint; END IF;
  SELECT count(*) INTO given FROM approval a
   WHERE a.change_request = c.id AND a.round = c.round AND a.verdict = 'approved';
  outcome := coalesce(case_refusal(of_staff, c, seen, at),
    CASE WHEN c.state = 'conflict' THEN 'conflict'
         WHEN EXISTS (SELECT FROM approval a WHERE a.change_request = c.id AND a.round = c.round AND a.actor = of_staff)
           THEN 'own_approval'
         -- The first approval is the deciding officer's, the second one her supervisor's.
         WHEN NOT staff_may_case(of_staff, CASE WHEN given = 0 THEN 'cases.decide' ELSE 'cases.confirm' END, c, at)
           THEN 'not_allowed'
         WHEN c.evidence AND cardinality(checked) = 0 THEN 'evidence'
         WHEN c.kind = 'link_number' AND whose IS NULL THEN 'incomplete'
         WHEN c.kind = 'link_number' AND NOT lives_by_card(whose, c.after->>'registration_number') THEN 'impossible'
         WHEN EXISTS (SELECT FROM approval a WHERE a.change_request = c.id AND a.round = c.round
                         AND a.verdict = 'approved' AND a.person IS DISTINCT FROM whose) THEN 'other_person' END);
  IF outcome IS NULL THEN
    IF given + 1 >= c.needs THEN
      outcome := settle_case(c.id, of_staff, opened, arguments, nothing, at);
    ELSE
      UPDATE change_request r SET state = 'validated' WHERE r.id = c.id;
      outcome := 'approved';
    END IF;
    IF outcome IN ('approved', 'applied') THEN
      INSERT INTO approval (change_request, round, stage, actor, verdict, evidence, person, decided_at)
      VALUES (c.id, c.round, given + 1, of_staff, 'approved', checked, whose, at);
      INSERT INTO audit (kind, actor, individual, registration_group, record, detail, at)
      VALUES ('change.approved', 'staff:' || of_staff, subject_of(c), c.registration_group, c.id, c.kind, at);
    END IF;
  END IF;
  SELECT r.state, r.revision INTO state, revision FROM change_request r WHERE r.id = of_case AND outcome <> 'not_found';
END $$;

-- A number for her that staff ask for: a case like her own, whose asker is known and can not decide it. Having made sure
-- of her at the counter she counts as one of the approvals; another is always needed. Asked again on the same day it is
-- the same case, while that one is undecided.
CREATE OR REPLACE FUNCTION ask_number(of_staff bigint, of_person bigint, of_revision bigint, of_method text,
                                      of_reference text, hop bytea, new_reference text, masked text, sealed_text text, blind bytea, at timestamptz,
                           OUT outcome text, OUT reference text, OUT made bigint) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  in_group bigint;
  before_it change_request;
BEGIN
  IF NOT staff_may_person(of_staff, 'people.attach_number', of_person, at) THEN outcome := 'not_found'; RETURN; END IF;
  LOOP
    SELECT * INTO before_it FROM change_request c WHERE c.hop_key = hop;
    EXIT WHEN NOT FOUND;
    IF before_it.decided_at IS NULL THEN
      outcome := 'done'; reference := before_it.reference; made := before_it.id;
      RETURN;
    END IF;
    -- Two that ask at once after the same one come to the same key.
    hop := substr(sha256(hop || convert_to(before_it.id::text, 'UTF8')), 1, 16);
  END LOOP;
  IF EXISTS (SELECT FROM phone p WHERE p.individual = of_person AND p.number_blind = blind AND p.disabled_at IS NULL) THEN
    outcome := 'same'; RETURN;
  END IF;
  outcome := check_person(of_staff, 'people.attach_number', of_person, of_revision, 'number', of_method, of_reference,
                          NULL, at);
  IF outcome <> 'done' THEN RETURN; END IF;
  SELECT m.registration_group INTO in_group FROM membership m WHERE m.individual = of_person AND m.until IS NULL;
  INSERT INTO change_request (reference, hop_key, kind, individual, registration_group, before, after, base_revision,
                              trust, channel, asked_by, asked_at)
  SELECT new_reference, hop, 'phone_add', of_person, in_group, '{}',
         jsonb_build_object('msisdn', jsonb_build_object('masked', masked, 'sealed', sealed_text, 'blind', base64url_of(blind))),
         (SELECT g.revision FROM registration_group g WHERE g.id = in_group), 2, 'staff', of_staff, at
  RETURNING id INTO made;
  UPDATE change_request c SET needs = greatest(1, c.needs - 1) WHERE c.id = made;
  reference := new_reference;
  INSERT INTO audit (at, kind, actor, individual, registration_group, record, detail)
  VALUES (at, 'change.asked', 'staff:' || of_staff, of_person, in_group, made, 'phone_add');
END $$;

-- About somebody's conduct or her safety, whoever wrote it down.
CREATE FUNCTION is_sensitive_topic(topic text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN coalesce(topic IN ('staff', 'safety', 'protection'), false);

-- Of each thing that is hers, how much was not handed out yet; `but`: as if that reference had not been reported.
CREATE FUNCTION items_left(of_entitlement bigint, but text) RETURNS TABLE (item text, quantity numeric)
LANGUAGE sql STABLE AS $$
  SELECT n.item, n.quantity - coalesce((
           SELECT sum((d.lines->>n.item)::numeric) FROM redemption d
            WHERE d.entitlement = n.entitlement AND d.provider_reference IS DISTINCT FROM but), 0)
    FROM entitlement_line n WHERE n.entitlement = of_entitlement
$$;
CREATE FUNCTION items_rest(of_entitlement bigint, but text) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT coalesce(jsonb_object_agg(l.item, trim_scale(l.quantity)::text), '{}') FROM items_left(of_entitlement, but) l
   WHERE l.quantity > 0
$$;
CREATE FUNCTION same_items(one jsonb, other jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT NOT EXISTS (
    SELECT FROM jsonb_each_text(one) a FULL JOIN jsonb_each_text(other) b ON a.key = b.key
     WHERE coalesce(a.value::numeric, 0) <> coalesce(b.value::numeric, 0))
$$;

-- A reference that is there already says the same as before, or it is wrong; what was handed out is never more than
-- what was hers, and never taken back.
CREATE OR REPLACE FUNCTION report_faults(of_upload bigint, above integer, upto integer, of_states "char"[],
                                         at timestamptz)
RETURNS TABLE (line integer, column_name text, rule text) LANGUAGE sql STABLE AS $$
  WITH r AS MATERIALIZED (
    SELECT x.*, e.state AS stands, e.kind AS of_kind, e.amount_minor AS hers, e.currency AS her_currency,
           x.outcome IN ('collected', 'partial') AS handed, k.id IS NOT NULL AS known, k.amount_minor AS known_amount,
           k.lines AS known_items,
           coalesce((SELECT sum(d.amount_minor) FROM redemption d WHERE d.entitlement = e.id
                        AND d.provider_reference IS DISTINCT FROM x.reference), 0) AS before
      FROM list_row x LEFT JOIN entitlement e ON e.id = x.entitlement
      LEFT JOIN redemption k ON k.entitlement = x.entitlement AND k.provider_reference = x.reference
     WHERE x.upload = of_upload AND x.line > above AND x.line <= upto AND x.state = ANY (of_states))
  SELECT r.line, CASE WHEN r.order_number IS NULL THEN 'registration_number' ELSE 'order_number' END, 'not_on_list' FROM r
   WHERE r.entitlement IS NULL AND num_nonnulls(r.order_number, r.registration_key) > 0
  UNION ALL
  SELECT r.line, CASE WHEN r.order_number IS NULL THEN 'registration_number' ELSE 'order_number' END, 'twice' FROM r
   WHERE r.entitlement IS NOT NULL
     AND (SELECT min(o.line) FROM list_row o WHERE o.upload = of_upload AND o.entitlement = r.entitlement) < r.line
  UNION ALL
  SELECT r.line, 'amount', 'more_than_entitled' FROM r
   WHERE r.handed AND NOT r.known AND r.before + r.amount_minor > r.hers
  UNION ALL
  SELECT r.line, 'amount', 'not_all' FROM r
   WHERE r.outcome = 'collected' AND NOT r.known AND r.before + r.amount_minor < r.hers
  UNION ALL
  SELECT r.line, 'item:' || i.key, 'more_than_entitled' FROM r CROSS JOIN jsonb_each_text(r.items) i
   WHERE r.entitlement IS NOT NULL AND r.handed AND NOT r.known AND i.value::numeric > coalesce((
     SELECT l.quantity FROM items_left(r.entitlement, r.reference) l WHERE l.item = i.key), 0)
  UNION ALL
  SELECT r.line, 'item:' || l.item, 'not_all' FROM r CROSS JOIN LATERAL items_left(r.entitlement, r.reference) l
   WHERE r.outcome = 'collected' AND r.items IS NOT NULL AND NOT r.known
     AND coalesce((r.items->>l.item)::numeric, 0) < l.quantity
  UNION ALL
  SELECT r.line, 'reference', 'differs' FROM r
   WHERE r.known AND r.handed AND CASE
     WHEN r.of_kind = 'in_kind'
       THEN NOT same_items(coalesce(r.items, items_rest(r.entitlement, r.reference)), r.known_items)
     ELSE coalesce(r.amount_minor, r.hers - r.before) <> r.known_amount END
  UNION ALL
  SELECT r.line, 'currency', 'not_of_list' FROM r WHERE r.currency IS NOT NULL AND r.her_currency <> r.currency
  UNION ALL
  SELECT r.line, 'outcome', 'already_collected' FROM r
   WHERE (r.outcome IN ('not_collected', 'failed') AND r.stands IN ('redeemed', 'partial'))
      OR (r.handed AND r.stands = 'redeemed' AND NOT r.known)
  UNION ALL
  SELECT r.line, 'reference', 'taken' FROM r
   WHERE r.reference IS NOT NULL AND EXISTS (SELECT FROM redemption d WHERE d.provider_reference = r.reference
            AND d.entitlement IS DISTINCT FROM r.entitlement)
  UNION ALL
  SELECT r.line, 'reference', 'twice' FROM r
   WHERE r.reference IS NOT NULL
     AND (SELECT min(o.line) FROM list_row o WHERE o.upload = of_upload AND o.reference = r.reference) < r.line
  UNION ALL
  SELECT r.line, 'collected_on', 'future' FROM r WHERE r.collected_at > at + interval '1 day'
$$;

CREATE OR REPLACE FUNCTION report_apply_step(of_job bigint, at timestamptz, most integer) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
  s record;
  actor_name text;
  good bigint;
  failed bigint;
BEGIN
  SELECT * INTO s FROM list_step_begin(of_job, most, at, '{g}');
  IF (s.j).id IS NULL THEN RETURN 0; END IF;
  IF s.upto IS NULL THEN
    UPDATE list_upload SET state = 'applied', applied_at = at WHERE id = (s.u).id;
    UPDATE payment_list l SET revision = revision + 1, state = CASE
           WHEN l.state = 'accepted' AND NOT EXISTS (
             SELECT FROM entitlement e WHERE e.payment_list = l.id AND e.state IN ('pending', 'sent', 'available', 'partial'))
           THEN 'finished' ELSE l.state END
     WHERE id = (s.l).id;
    UPDATE staff_job SET state = 'done', finished_at = at, moved_at = at WHERE id = of_job;
    RETURN 0;
  END IF;
  actor_name := 'staff:' || (s.j).made_by;
  -- Whoever hands something out at this moment waits, and the rules are asked once more.
  PERFORM FROM entitlement e WHERE e.id IN (
    SELECT r.entitlement FROM list_row r WHERE r.upload = (s.u).id AND r.line > (s.j).cursor AND r.line <= s.upto AND r.state = 'g')
   ORDER BY e.id FOR UPDATE;
  WITH late AS (
    SELECT DISTINCT f.line, f.column_name, f.rule
      FROM report_faults((s.u).id, (s.j).cursor::integer, s.upto, '{g}', at) f WHERE f.rule <> 'twice'),
  told AS (
    INSERT INTO list_error (upload, line, column_name, rule) SELECT (s.u).id, l.line, l.column_name, l.rule FROM late l
    ON CONFLICT DO NOTHING)
  UPDATE list_row r SET state = 'f' FROM (SELECT DISTINCT late.line FROM late) l WHERE r.upload = (s.u).id AND r.line = l.line;
  GET DIAGNOSTICS failed = ROW_COUNT;
  WITH mine AS MATERIALIZED (
    SELECT r.line, r.entitlement, r.outcome, r.reference, r.reason, e.registration_group, e.collector, e.kind,
           e.state AS stands, coalesce(r.collected_at, at) AS collected_at,
           CASE WHEN e.kind = 'in_kind' THEN NULL
                ELSE coalesce(r.amount_minor, e.amount_minor - b.before) END AS amount,
           CASE WHEN e.kind = 'in_kind' THEN coalesce(r.items, items_rest(e.id, r.reference)) END AS items,
           CASE WHEN e.kind = 'in_kind' THEN r.items IS NULL OR same_items(r.items, items_rest(e.id, r.reference))
                ELSE b.before + coalesce(r.amount_minor, e.amount_minor - b.before) = e.amount_minor END AS whole,
           EXISTS (SELECT FROM redemption d WHERE d.provider_reference = r.reference) AS known
      FROM list_row r JOIN entitlement e ON e.id = r.entitlement
      CROSS JOIN LATERAL (SELECT coalesce(sum(d.amount_minor), 0) AS before FROM redemption d
                           WHERE d.entitlement = e.id AND d.provider_reference IS DISTINCT FROM r.reference) b
     WHERE r.upload = (s.u).id AND r.line > (s.j).cursor AND r.line <= s.upto AND r.state = 'g'),
  handed AS (
    INSERT INTO redemption (entitlement, redeemed_at, amount_minor, lines, collector, proof, provider_reference)
    SELECT m.entitlement, m.collected_at, m.amount, m.items, m.collector, 'provider', m.reference
      FROM mine m WHERE m.outcome IN ('collected', 'partial') AND NOT m.known AND (m.items <> '{}' OR m.amount > 0)),
  moved AS (
    UPDATE entitlement e SET fail_code = CASE m.outcome WHEN 'failed' THEN coalesce(m.reason, 'failed') END,
           state = CASE m.outcome WHEN 'not_collected' THEN 'not_collected' WHEN 'failed' THEN 'error'
                     WHEN 'collected' THEN 'redeemed'
                     ELSE CASE WHEN m.whole THEN 'redeemed' ELSE 'partial' END END
      FROM mine m WHERE e.id = m.entitlement AND NOT m.known
    RETURNING e.id, e.registration_group, e.state, m.stands),
  noted AS (
    INSERT INTO audit (kind, actor, registration_group, record, detail)
    SELECT 'entitlement.reported', actor_name, v.registration_group, v.id, v.state FROM moved v
     WHERE v.state <> v.stands ORDER BY v.id)
  UPDATE list_row r SET state = 'a' FROM mine m WHERE r.upload = (s.u).id AND r.line = m.line;
  GET DIAGNOSTICS good = ROW_COUNT;
  PERFORM open_mismatch(r.entitlement, at) FROM list_row r JOIN entitlement e ON e.id = r.entitlement
     JOIN receipt w ON w.entitlement = e.id
   WHERE r.upload = (s.u).id AND r.line > (s.j).cursor AND r.line <= s.upto AND r.state = 'a' AND word_differs(e.state, w.answer);
  UPDATE staff_job j SET cursor = s.upto, done = j.done + good + failed, refused = j.refused + failed, moved_at = at
   WHERE id = of_job;
  RETURN good + failed;
END $$;

-- What was all handed out, in parts, before parts were added up.
WITH turned AS (
  UPDATE entitlement e SET state = 'redeemed'
   WHERE e.kind = 'in_kind' AND e.state = 'partial' AND items_rest(e.id, NULL) = '{}'
  RETURNING e.id, e.registration_group)
INSERT INTO audit (kind, actor, registration_group, record, detail)
SELECT 'entitlement.turned', 'server', registration_group, id, 'redeemed' FROM turned;
