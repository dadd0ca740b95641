-- What is in telephones' wallets can be taken back for good, and counts for the hop that took it back.
ALTER TABLE wallet_credential ADD ended_hop bytea CHECK (octet_length(ended_hop) = 16);

-- Offers first: an issue that is under way holds its offer, is waited for here, and its credential is then seen.
CREATE FUNCTION end_phone_credentials(of_person bigint, moment timestamptz, by_hop bytea, by_actor text, why text)
RETURNS bigint LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  how_many bigint;
BEGIN
  UPDATE wallet_offer SET ended_at = moment WHERE individual = of_person AND ended_at IS NULL AND issued_at IS NULL;
  WITH done AS (
    UPDATE wallet_credential SET ended_at = moment, ended_hop = by_hop
     WHERE individual = of_person AND medium = 'phone' AND ended_at IS NULL AND valid_until > moment
    RETURNING id, individual, status_list, status_index),
  struck AS MATERIALIZED (SELECT strike(status_list, status_index, 1::smallint) AS changed FROM done),
  noted AS (
    INSERT INTO audit (kind, actor, individual, record, detail)
    SELECT 'credential.ended', by_actor, individual, id, why FROM done)
  SELECT count(*) FROM done WHERE (SELECT count(changed) FROM struck) >= 0 INTO how_many;
  RETURN how_many;
END $$;

-- A PIN that came back after an offer was made: what was offered may not have been hers to offer.
CREATE FUNCTION offer_stands(o wallet_offer) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN o.ended_at IS NULL
     AND NOT EXISTS (SELECT FROM pin k WHERE k.individual = o.individual AND k.recovered_at > o.made_at);
END $$;

-- How sure the registry must be of her for what a credential says.
ALTER TABLE wallet_credential ADD needs smallint NOT NULL DEFAULT 0 CHECK (needs BETWEEN 0 AND 3);
UPDATE wallet_credential SET needs = 2 WHERE kind IN ('identity_document', 'identity_number');

-- The end of what such a credential is about, where that has one: the assistance, the government's number, the
-- verification that it stands on. Days end where she is registered.
CREATE FUNCTION credential_end(of_person bigint, of_facts text[], of_needs integer, moment timestamptz)
RETURNS timestamptz LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN (
    SELECT least(
        CASE WHEN 'entitlement' = ANY (of_facts) THEN
          (((wallet_facts(i.id, moment)->'entitlement'->>'valid_until')::date + 1)::timestamp AT TIME ZONE o.timezone)
            - interval '1 second' END,
        CASE WHEN 'identity_number' = ANY (of_facts) THEN
          (SELECT n.valid_until::timestamp AT TIME ZONE o.timezone FROM identity_number n
            WHERE n.individual = i.id AND n.ended_at IS NULL
              AND (n.valid_until > day_of(i.id, moment)) IS NOT FALSE
            ORDER BY n.id LIMIT 1) - interval '1 second' END,
        CASE WHEN of_needs >= 2 THEN
          (SELECT date_trunc('hour', max(v.valid_until), 'UTC') + interval '1 hour' FROM verification v
            WHERE v.individual = i.id AND v.ended_at IS NULL AND v.at <= moment AND v.valid_until > moment
              AND (of_needs = 2 OR v.method = 'biometric')) END)
      FROM individual i JOIN operation o ON o.code = i.operation WHERE i.id = of_person);
END $$;

-- As before, but what is revoked stays so, whoever lifts a suspension at the same moment.
CREATE OR REPLACE FUNCTION strike(of_list bigint, at_index integer, to_value smallint) RETURNS integer
LANGUAGE sql VOLATILE AS $$
  UPDATE wallet_status SET value = to_value, changed_at = clock_timestamp()
   WHERE list = of_list AND index = at_index AND value <> to_value AND value <> 1 RETURNING 1
$$;

-- Whether the registry can no longer state what a credential says. A registration on hold is not over.
CREATE FUNCTION credential_lapsed(c wallet_credential, moment timestamptz) RETURNS boolean LANGUAGE plpgsql STABLE
  SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  RETURN NOT EXISTS (
    SELECT FROM individual i
      JOIN membership m ON m.individual = i.id AND m.until IS NULL
      JOIN registration_group g ON g.id = m.registration_group
     WHERE i.id = c.individual AND i.process_status IN ('A', 'H') AND g.process_status IN ('A', 'H')
       AND (c.needs < 2 OR i.process_status = 'H' OR assurance_of(i.id, moment) >= c.needs)
       AND ('identity_number' <> ALL (c.facts) OR EXISTS (
              SELECT FROM identity_number n
               WHERE n.individual = i.id AND n.ended_at IS NULL AND n.since <= c.issued_at
                 AND (n.valid_until > day_of(i.id, moment)) IS NOT FALSE))
       AND ('entitlement' <> ALL (c.facts) OR EXISTS (
              SELECT FROM entitlement e
               WHERE e.registration_group = g.id AND e.state IN ('pending', 'sent', 'available')
                 AND e.valid_to >= day_of(i.id, moment))));
END $$;

-- Decoys beside cards are suspended and come back.
DROP INDEX wallet_status_decoy;
CREATE INDEX wallet_status_decoy ON wallet_status (list) WHERE decoy AND value <> 1;

-- Counts a try that was nobody's: `agent_most` within 15 minutes make the agent wait as long, `house_most` of a verifier
-- within a day suspend it. Locks in one order: verifier, agent.
CREATE FUNCTION count_miss(of_verifier bigint, of_agent bigint, moment timestamptz, agent_most integer,
                           house_most integer) RETURNS void LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  house verifier;
BEGIN
  UPDATE verifier v
     SET misses = CASE WHEN v.misses_since > moment - interval '24 hours' THEN v.misses + 1 ELSE 1 END,
         misses_since = CASE WHEN v.misses_since > moment - interval '24 hours' THEN v.misses_since ELSE moment END,
         (state, reason) = (
           SELECT CASE WHEN over THEN 'suspended' ELSE v.state END, CASE WHEN over THEN 'misses' ELSE v.reason END
             FROM (SELECT v.state = 'active' AND v.misses_since > moment - interval '24 hours'
                          AND v.misses + 1 >= house_most AS over) o)
   WHERE v.id = of_verifier RETURNING * INTO house;
  UPDATE verifier_agent a
     SET misses = CASE WHEN a.misses_since > moment - interval '15 minutes' THEN (a.misses + 1) % agent_most ELSE 1 END,
         misses_since = CASE WHEN a.misses_since > moment - interval '15 minutes' THEN a.misses_since ELSE moment END,
         blocked_until = CASE WHEN a.misses_since > moment - interval '15 minutes' AND a.misses + 1 >= agent_most
                              THEN moment + interval '15 minutes' ELSE a.blocked_until END
   WHERE a.id = of_agent;
  IF house.state = 'suspended' AND house.misses = house_most THEN
    INSERT INTO audit (kind, actor, record, detail) VALUES ('verifier.suspended', 'system', house.id, 'misses');
  END IF;
END $$;

-- As before, but a prohibition ends on its day, too.
CREATE OR REPLACE FUNCTION acts_as(actor bigint, subject bigint, of_kind text, at timestamptz) RETURNS text
LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  RETURN (SELECT CASE
    WHEN actor = acts_as.subject THEN 'self'
    WHEN EXISTS (SELECT FROM delegation d WHERE d.delegate = actor AND d.subject = acts_as.subject
                    AND d.ended_at IS NULL AND NOT d.allowed AND d.until > day_of(d.subject, acts_as.at)) THEN NULL
    WHEN EXISTS (SELECT FROM delegation d WHERE d.delegate = actor AND d.subject = acts_as.subject
                    AND d.ended_at IS NULL AND d.allowed AND d.until > day_of(d.subject, acts_as.at)) THEN 'guardian'
    WHEN EXISTS (
      SELECT FROM membership parent
        JOIN individual p ON p.id = parent.individual AND p.process_status = 'A'
        JOIN membership child ON child.registration_group = parent.registration_group AND child.until IS NULL
        JOIN individual c ON c.id = child.individual
       WHERE parent.individual = actor AND parent.until IS NULL AND parent.relationship IN ('PA', 'HUS', 'WIF')
         AND child.individual = acts_as.subject
         AND p.birth_date + interval '18 years' <= day_of(p.id, acts_as.at)
         AND c.birth_date + interval '18 years' > day_of(c.id, acts_as.at)) THEN 'child'
    WHEN of_kind = 'entitlement' AND EXISTS (
      SELECT FROM alternate_collector a
        JOIN entitlement e ON e.id = a.entitlement
        JOIN membership m ON m.registration_group = e.registration_group AND m.until IS NULL
       WHERE a.individual = actor AND a.taken_back_at IS NULL AND a.begins_at <= acts_as.at
         AND m.individual = acts_as.subject AND e.collector = acts_as.subject
         AND e.state IN ('pending', 'sent', 'available', 'error')
         AND e.valid_to >= day_of(acts_as.subject, acts_as.at)) THEN 'collector'
    END);
END $$;

-- What is forgotten is found by its age.
CREATE INDEX wallet_ask_old ON wallet_ask (made_at);
CREATE INDEX wallet_offer_old ON wallet_offer (made_at);
