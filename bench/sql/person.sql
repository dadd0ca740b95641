-- Who is behind a number (by its blind index), as the dial of every benchmarked server asks it.
SELECT p.id, p.individual, m.registration_group, coalesce(i.language, n.language, 'en') AS language,
       pin.individual IS NOT NULL AS has_pin
  FROM phone p
  JOIN individual i ON i.id = p.individual
  JOIN membership m ON m.individual = i.id AND m.until IS NULL
  LEFT JOIN pin ON pin.individual = i.id
  LEFT JOIN number_preference n ON n.number_blind = p.number_blind
 WHERE p.number_blind = $1 AND p.disabled_at IS NULL
 ORDER BY p.id
 LIMIT 9
