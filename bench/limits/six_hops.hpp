// The reference session without a menu engine: what a key press costs when nothing is general. Same keys, same queries
// and same store as the real one: dial → 1 list → 1 detail → 0 list → 0 home → 5 help, a GET and a SET of some 300
// bytes a hop, English labels around the rows. No sealing, no limits, no idempotency, no fitting: those are what the
// difference to `mlango serve` pays for.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/seal.hpp"
#include "bench/limits/links.hpp"

namespace mlango::bench {

class six_hops {
public:
    // Prepares the queries of `sql` (person.sql, list.sql, detail.sql).
    six_hops(redis_link& redis, pg_link& registry, const key_set& blind_keys, const std::filesystem::path& sql);
    // A POST form of the Africa's Talking dialect in, "CON …" out.
    task<std::string> answer(std::string_view form);

private:
    redis_link& redis_;
    pg_link& registry_;
    blinder blind_;
};

// The value of a field, percent-decoded; empty when it is not there.
[[nodiscard]] std::string form_value(std::string_view form, std::string_view name);

}  // namespace mlango::bench
