// Whom she named to vouch for her when she has lost her PIN, and their word. Up to three, by number; a number that
// nobody is registered at looks the same to her and helps nobody. Who a guardian is, is settled when she is named, so
// that a number's next owner is none.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/seal.hpp"
#include "registry/ids.hpp"
#include "registry/pool.hpp"

namespace mlango::registry {

inline constexpr int most_guardians = 3;

struct named_guardian {
    std::int64_t id = 0;
    std::string tail;  // the last three digits of the number
};

// Somebody who named her.
struct ward {
    std::int64_t id = 0;  // of the naming
    std::string given_name;
    std::optional<std::int64_t> recovery;  // one that waits for her word
};

enum class naming { done, full, same };

class guardians {
public:
    guardians(pg_pool& pool, sealer& record, blinder& blind, const clock& time);

    task<std::vector<named_guardian>> of(person_id person);
    // Idempotent by hop. `same`: the number is named already, or is one of her own.
    task<naming> name(person_id person, std::string_view e164, const blind_key& hop);
    task<void> remove(person_id person, std::int64_t id);

    task<std::vector<ward>> wards_of(person_id person);
    // Her word as a guardian about an open recovery of a ward of hers: false ends it. After the second word it is ready
    // a day later, and the ward's numbers are told. The same word twice is one.
    task<void> speak(person_id person, std::int64_t recovery, bool it_is_her);

private:
    pg_pool& pool_;
    sealer& record_;
    blinder& blind_;
    const clock& time_;
};

}  // namespace mlango::registry
