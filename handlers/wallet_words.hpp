// What the wallet's data names (kinds of cards, presets, facts) in her words, and what a card states as rows of a
// screen. For the wallet's and the verifiers' screens alone. Not for: deciding anything.
#pragma once

#include <boost/json/object.hpp>

#include <string>
#include <string_view>
#include <vector>

#include "handlers/handler.hpp"
#include "wallet/assurance.hpp"

namespace mlango::handlers {

// In her language: the catalogue's "kinds.…", "presets.…" and "facts.…"; of what the menu does not know, the name that
// credentials.yaml gives it.
[[nodiscard]] std::string kind_words(const hop_context& hop, std::string_view kind);
[[nodiscard]] std::string preset_words(const hop_context& hop, std::string_view preset);
// The facts of a preset, one after the other; empty where there is no such preset.
[[nodiscard]] std::string sees_words(const hop_context& hop, std::string_view preset);

// Claim and value, a row each; a long value goes on in rows of its own.
[[nodiscard]] std::vector<row> fact_rows(const hop_context& hop, const boost::json::object& facts);

// Six digits as "482 913"; ten as wallet::spoken_share_code.
[[nodiscard]] std::string in_groups(std::string_view digits);

struct local_moment {
    std::chrono::year_month_day day;
    std::string hour;  // 10:42
};
[[nodiscard]] local_moment local(wall_time at, std::chrono::seconds offset);

// How sure this session is that the phone is hers.
task<wallet::session_standing> standing_of(hop_context& hop);

}  // namespace mlango::handlers
