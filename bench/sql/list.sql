-- Her group's newest entitlements, as the list screen of every benchmarked server asks them.
SELECT e.id, coalesce(p.name->>$2, p.name->>'en') AS programme, e.kind, e.state, e.amount_minor, e.currency,
       coalesce(d.day, e.valid_from) AS day
  FROM entitlement e
  JOIN payment_list l ON l.id = e.payment_list
  JOIN cycle c ON c.id = l.cycle
  JOIN programme p ON p.id = c.programme
  LEFT JOIN distribution d ON d.id = e.distribution
 WHERE e.registration_group = $1 AND e.state <> 'cancelled'
 ORDER BY coalesce(d.day, e.valid_from) DESC, e.id DESC
 LIMIT 5
