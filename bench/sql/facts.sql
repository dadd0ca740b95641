-- What each number's own screens must show: for every number with one person behind it, who is a principal with a usable
-- PIN, has chosen her language, and has something with a place or an order number on top of her list: her next
-- distribution, else what comes first.
-- shown_name and card are partly hidden, as the menu shows them. first_page is what the entitlement's first page must show:
-- the place, else the order number, which may stand on the second page below a place. In Arabic the list's first page
-- holds what comes next and no row, so the same keys lead elsewhere: left out.
-- caller(n, number_blind) is a temporary table.
SELECT c.n, i.language, f.programme, f.order_number AS "order",
       coalesce(f.place, f.order_number) AS first_page,
       left(i.given_name, 1) || '***' || coalesce(' ' || left(i.family_name, 1) || '***', '') AS shown_name,
       '***' || right(g.registration_number, 4) AS card
  FROM caller c
  JOIN phone p ON p.number_blind = c.number_blind AND p.disabled_at IS NULL
  JOIN individual i ON i.id = p.individual
  JOIN membership m ON m.individual = i.id AND m.until IS NULL AND m.relationship = 'PA'
  JOIN registration_group g ON g.id = m.registration_group
  JOIN pin ON pin.individual = i.id AND pin.failures = 0 AND pin.locked_until IS NULL
  LEFT JOIN number_preference n ON n.number_blind = p.number_blind
  CROSS JOIN LATERAL (
    SELECT e.order_number, coalesce(o.name->>i.language, o.name->>'en') AS programme,
           coalesce(p.name->>i.language, p.name->>'en') AS place
      FROM entitlement e
      JOIN payment_list l ON l.id = e.payment_list
      JOIN cycle y ON y.id = l.cycle
      JOIN programme o ON o.id = y.programme
      LEFT JOIN distribution d ON d.id = e.distribution
      LEFT JOIN collection_point p ON p.id = d.collection_point
     WHERE e.registration_group = m.registration_group AND e.state IN ('pending', 'sent', 'available', 'error')
     ORDER BY (p.id IS NOT NULL AND e.state <> 'error' AND e.valid_to >= current_date) DESC,
              coalesce(d.day, e.valid_from), e.id
     LIMIT 1) f
 WHERE i.process_status <> 'C' AND i.language IS NOT NULL AND i.language <> 'ar' AND coalesce(n.language, i.language) = i.language
   AND (f.order_number IS NOT NULL OR f.place IS NOT NULL) AND p.trust > 0 AND p.sim_changed_at IS NULL
   AND NOT EXISTS (SELECT 1 FROM phone other
                    WHERE other.number_blind = p.number_blind AND other.individual <> p.individual
                      AND other.disabled_at IS NULL)
 ORDER BY c.n
