// For whom a card is printed, by a number that staff type. Caller: `mlango card`.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/task.hpp"
#include "registry/ids.hpp"
#include "registry/pool.hpp"

namespace mlango::registry {

struct card_holder {
    person_id person;
    std::string language;  // ISO 639; empty: she chose none
};

// By individual number, or the principal by registration number.
[[nodiscard]] task<std::optional<card_holder>> find_card_holder(pg_pool& pool, std::string_view number);

}  // namespace mlango::registry
