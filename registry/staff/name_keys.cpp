#include "registry/staff/name_keys.hpp"

#include "registry/array_parameter.hpp"
#include "registry/staff/name_key.hpp"

namespace mlango::registry {

namespace {

const registered_statement name_keys_due{"name_keys_due", R"(
    SELECT d.individual, d.turn, i.given_name, i.family_name
      FROM name_key_due d LEFT JOIN individual i ON i.id = d.individual
     ORDER BY d.individual LIMIT $1::integer)"};

// Where somebody else has changed the name since it was read, its turn has moved on, and nothing is put.
const registered_statement name_keys_put{"name_keys_put", R"(
    WITH done AS (
      DELETE FROM name_key_due d USING unnest($1::bigint[], $2::bigint[]) AS g (individual, turn)
       WHERE d.individual = g.individual AND d.turn = g.turn
      RETURNING d.individual)
    INSERT INTO name_key AS k (individual, spelled, sounds)
    SELECT i.id, g.spelled, g.sounds::text[]
      FROM unnest($1::bigint[], $3::text[], $4::text[]) AS g (individual, spelled, sounds)
      JOIN done ON done.individual = g.individual
      JOIN individual i ON i.id = g.individual
    ON CONFLICT (individual) DO UPDATE SET spelled = excluded.spelled, sounds = excluded.sounds)"};

std::string array_of(const std::vector<std::string>& keys) {
    array_parameter out;
    for (const std::string& key : keys) out.add(key);
    return *out.take();
}

}  // namespace

task<int> name_keys::keep(int most) {
    std::vector<parameter> asked;
    asked.emplace_back(std::to_string(most));
    const rows due = co_await pool_.read(name_keys_due, std::move(asked));
    if (due.empty()) co_return 0;
    array_parameter people, turns, spelled, sounds;
    for (int row = 0; row < due.size(); ++row) {
        const name_key key = name_key_of(due.text(row, 2), due.text(row, 3));
        people.add(due.number(row, 0));
        turns.add(due.number(row, 1));
        spelled.add(key.spelled);
        sounds.add(array_of(key.sounds));
    }
    std::vector<parameter> given;
    given.push_back(people.take());
    given.push_back(turns.take());
    given.push_back(spelled.take());
    given.push_back(sounds.take());
    co_await pool_.write(name_keys_put, std::move(given));
    co_return due.size();
}

}  // namespace mlango::registry
