// Drafts, faults and pictures as the staff API writes them. Pure. Inside console/words.
#pragma once

#include <boost/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "console/words/port.hpp"
#include "registry/staff/word_drafts.hpp"

namespace mlango::console {

[[nodiscard]] boost::json::value text_or_null(const std::optional<std::string>& text);
[[nodiscard]] boost::json::object as_json(const registry::word_draft& draft,
                                          const std::optional<std::string>& published);
[[nodiscard]] boost::json::array as_json(const std::vector<word_fault>& faults);
[[nodiscard]] boost::json::object as_json(const typed_words& proven);

// A whole number of a body, within bounds; nullopt: it is absent, or none.
[[nodiscard]] std::optional<std::int64_t> whole_number(const boost::json::object& body, std::string_view name,
                                                       std::int64_t least, std::int64_t most);

}  // namespace mlango::console
