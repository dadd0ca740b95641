-- A page that is open asks again and again: her look at a record is written down once in ten minutes, so that the log and a
-- request's history tell of people, not of a page that fetches.
CREATE FUNCTION looked_lately(of_staff bigint, of_kind text, of_record bigint, at timestamptz) RETURNS boolean
LANGUAGE sql STABLE AS $$
  SELECT EXISTS (SELECT FROM audit a
                  WHERE a.actor = 'staff:' || of_staff AND a.actor LIKE 'staff:%' AND a.kind = of_kind
                    AND a.record = of_record AND a.at > looked_lately.at - interval '10 minutes'
                    AND a.at <= looked_lately.at)
$$;

-- One request with all that a decision needs; looking at it is written down. NULL: not there, or not for her. Looks leave
-- no less room in the history to what was done.
CREATE OR REPLACE FUNCTION show_case(of_staff bigint, of_case bigint, at timestamptz) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
  c change_request;
  shown jsonb;
BEGIN
  SELECT * INTO c FROM change_request r WHERE r.id = of_case;
  IF c.id IS NULL OR NOT staff_may_case(of_staff, 'cases.view', c, at) THEN RETURN NULL; END IF;
  INSERT INTO audit (kind, actor, individual, registration_group, record, detail, at)
  SELECT 'change.viewed', 'staff:' || of_staff, subject_of(c), c.registration_group, c.id, c.kind, at
   WHERE NOT looked_lately(of_staff, 'change.viewed', c.id, at);
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
          'verdict', a.verdict, 'evidence', a.evidence, 'at', iso_utc(a.decided_at),
          'person', (SELECT jsonb_build_object('id', i.id, 'name', whole_name_of(i)) FROM individual i
                      WHERE i.id = a.person)) ORDER BY a.round, a.stage), '[]')
        FROM approval a LEFT JOIN staff s ON s.id = a.actor WHERE a.change_request = c.id),
    'questions', (SELECT coalesce(jsonb_agg(jsonb_build_object('question', q.question, 'by', s.shown_name,
          'at', iso_utc(q.asked_at), 'answer', q.answer, 'channel', q.channel, 'answered_at', iso_utc(q.answered_at))
          ORDER BY q.id), '[]')
        FROM case_question q JOIN staff s ON s.id = q.asked_by WHERE q.change_request = c.id),
    'history', (SELECT coalesce(jsonb_agg(jsonb_build_object('at', iso_utc(h.at), 'kind', h.kind, 'actor', h.actor,
          'by', s.shown_name, 'detail', h.detail)
          ORDER BY h.at, h.kind <> 'change.approved', h.id), '[]')
        FROM ((SELECT * FROM audit a WHERE a.record = c.id AND a.kind LIKE 'change.%' AND a.kind NOT LIKE 'change.bulk%'
                  AND a.kind <> 'change.viewed' ORDER BY a.id DESC LIMIT 100)
              UNION ALL
              (SELECT * FROM audit a WHERE a.record = c.id AND a.kind LIKE 'change.%' AND a.kind = 'change.viewed'
                ORDER BY a.id DESC LIMIT 50)) h
        LEFT JOIN staff s ON h.actor = 'staff:' || s.id),
    'corrections', (SELECT coalesce(jsonb_agg(jsonb_build_object('request', k.change_request, 'kind', k.kind,
          'before', k.before, 'after', k.after, 'by', s.shown_name, 'at', iso_utc(k.applied_at))
          ORDER BY k.applied_at DESC), '[]')
        FROM (SELECT * FROM correction o WHERE o.individual = subject_of(c) ORDER BY o.applied_at DESC LIMIT 20) k
        LEFT JOIN staff s ON s.id = k.applied_by),
    'may', case_choices(of_staff, c, at));
END $$;

-- Many at once, as before; with `expected`, how many she was told that they are: where the filter finds another number,
-- nothing is begun (job NULL, total what it finds).
DROP FUNCTION begin_case_job(bigint, jsonb, text[], bytea, integer, timestamptz);
CREATE FUNCTION begin_case_job(of_staff bigint, wanted jsonb, checked text[], nothing bytea, most integer, expected bigint,
                               at timestamptz, OUT job bigint, OUT total bigint) LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO staff_job (kind, made_by, wanted, total, begun_at, moved_at)
  VALUES ('case_approval', of_staff,
          jsonb_build_object('filter', wanted, 'evidence', to_jsonb(checked), 'nothing', encode(nothing, 'hex')), 0, at, at)
  RETURNING id INTO job;
  INSERT INTO case_job_item (job, change_request, revision)
  SELECT begin_case_job.job, c.id, c.revision FROM cases_of(of_staff, 'cases.bulk', wanted, at) c
   WHERE c.decided_at IS NULL ORDER BY c.due_at, c.id LIMIT most;
  GET DIAGNOSTICS total = ROW_COUNT;
  IF expected IS NOT NULL AND total <> least(expected, most) THEN
    DELETE FROM case_job_item i WHERE i.job = begin_case_job.job;
    DELETE FROM staff_job j WHERE j.id = begin_case_job.job;
    job := NULL;
    RETURN;
  END IF;
  UPDATE staff_job j SET total = begin_case_job.total,
         state = CASE WHEN begin_case_job.total = 0 THEN 'done' ELSE 'running' END,
         finished_at = CASE WHEN begin_case_job.total = 0 THEN at END
   WHERE j.id = begin_case_job.job;
  INSERT INTO audit (kind, actor, record, detail, at)
  VALUES ('change.bulk_begun', 'staff:' || of_staff, job, wanted->>'kind', at);
END $$;
