-- What is sent because a hop was answered late is sent once, however often the hop was delivered.
ALTER TABLE outbox ADD COLUMN hop_key bytea CHECK (octet_length(hop_key) = 16);
CREATE UNIQUE INDEX outbox_of_hop ON outbox (hop_key) WHERE hop_key IS NOT NULL;
