// What is published with the drafts over it: the words as they would be, and where a draft was written against words
// that others have replaced since. Pure. Callers: the door of words.
#pragma once

#include <expected>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "console/words/port.hpp"
#include "registry/staff/word_drafts.hpp"
#include "templates/text_file.hpp"

namespace mlango::console {

// What stands published under that key, or in that file of the menu (language empty); nullopt: nothing.
[[nodiscard]] std::optional<std::string> published_words(const templates::edition_sources& from,
                                                         const menu_outline& outline, std::string_view language,
                                                         std::string_view name);

// The draft was begun on other words than those that are published now.
[[nodiscard]] bool conflicts(const registry::word_draft& draft, const std::optional<std::string>& published);

// The error says which file can not take them.
[[nodiscard]] std::expected<templates::edition_sources, std::string> with_drafts(
    const templates::edition_sources& from, const std::vector<registry::word_draft>& drafts);

// SHA-256 of the UTF-8, 32 bytes, as the registry notes what was read.
[[nodiscard]] std::string words_digest(std::string_view words);

}  // namespace mlango::console
