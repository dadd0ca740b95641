// The proof of what somebody is typing: of one text in one language, or of one file of the menu, with pictures of the
// screens that it stands on. Nothing else is drawn, so that it answers between two key strokes; before publishing,
// everything is proven (proof.hpp). Caller: the staff's door of words. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "proof/proof.hpp"

namespace mlango::proof {

struct picture_page {
    std::string text;
    std::size_t units = 0, room = 0;  // septets, or UCS-2 units
    bool gsm7 = true;
};

// A screen as a phone shows it, with the longest values.
struct picture {
    std::string screen;   // empty: the text by itself
    std::string profile;  // "sms": three messages, or one of a notice
    std::vector<picture_page> pages;
};

struct typed_proof {
    std::vector<proof_fault> faults;
    std::vector<picture> pictures;
    std::vector<std::string> screens;  // on which it stands; all of the menu for the engine's own words
    std::size_t characters = 0;        // of a text with its longest values
    std::size_t room = 0;              // that the line has; 0: none stated
};

// `from` holds the text already. Loads the fallback and `language` only; what can not be loaded is told as faults.
[[nodiscard]] typed_proof prove_text(const templates::edition_sources& from, std::string_view key,
                                     std::string_view language, std::span<const named_profile> profiles);

// `file` as it is named among the menu's sources. Pictures are of the first profile.
[[nodiscard]] typed_proof prove_file(const templates::edition_sources& from, std::string_view file,
                                     std::string_view language, std::span<const named_profile> profiles);

}  // namespace mlango::proof
