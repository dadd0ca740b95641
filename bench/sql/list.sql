-- What her group has still to come, as the list screen of every benchmarked server asks it.
SELECT e.id, coalesce(p.name->>$2, p.name->>'en') AS programme, e.kind, e.state, e.amount_minor, e.currency,
       coalesce(d.day, e.valid_from) AS day, e.valid_to, coalesce(o.name->>$2, o.name->>'en') AS place,
       coalesce(to_char(d.opens, 'HH24:MI') || '-' || to_char(d.closes, 'HH24:MI'), o.hours) AS hours
  FROM entitlement e
  JOIN payment_list l ON l.id = e.payment_list
  JOIN cycle c ON c.id = l.cycle
  JOIN programme p ON p.id = c.programme
  LEFT JOIN distribution d ON d.id = e.distribution
  LEFT JOIN collection_point o ON o.id = d.collection_point
 WHERE e.registration_group = $1 AND e.state IN ('pending', 'sent', 'available', 'error')
 ORDER BY (o.id IS NOT NULL AND e.state <> 'error' AND e.valid_to >= current_date) DESC, day, e.id  -- next distribution first
 LIMIT 11
