-- One entitlement of her group, as the detail screen of every benchmarked server asks it.
SELECT coalesce(p.name->>$3, p.name->>'en') AS programme, e.kind, e.state, e.amount_minor, e.currency,
       coalesce(d.day, e.valid_from) AS day, e.valid_to, coalesce(o.name->>$3, o.name->>'en') AS place, o.hours,
       e.order_number, i.given_name AS collector, r.answer
  FROM entitlement e
  JOIN payment_list l ON l.id = e.payment_list
  JOIN cycle c ON c.id = l.cycle
  JOIN programme p ON p.id = c.programme
  JOIN individual i ON i.id = e.collector
  LEFT JOIN distribution d ON d.id = e.distribution
  LEFT JOIN collection_point o ON o.id = d.collection_point
  LEFT JOIN receipt r ON r.entitlement = e.id
 WHERE e.id = $1 AND e.registration_group = $2
