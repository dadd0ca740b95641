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
