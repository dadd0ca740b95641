// How a language can stand on a screen: in its own letters, and where those are not Latin in Latin ones, too: on a
// gateway without UCS-2, and on any for a handset that its owner said so of (handlers/ussd_desk). Callers: the checks
// of this room, `mlango menu check`.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gsm/ussd.hpp"
#include "templates/catalogue.hpp"

namespace mlango::proof {

struct spelling {
    templates::language_index language = 0;
    bool latin = false;  // transliterated

    // For format and append.
    [[nodiscard]] templates::language_index index(const templates::catalogue& words) const;
    // As faults name it: ar, ar-Latn.
    [[nodiscard]] std::string code(const templates::catalogue& words) const;
    [[nodiscard]] bool in_gsm_letters(const templates::catalogue& words) const;
    // Whether it is ever seen behind such a gateway.
    [[nodiscard]] bool shown_on(const gsm::gateway_profile& profile, const templates::catalogue& words) const;
};

// Each language, then those that are read in Latin letters; one whose file names a second language instead is proven as
// that.
[[nodiscard]] std::vector<spelling> spellings_of(const templates::catalogue& words);

// Whether a fault's language is this language, in whichever letters.
[[nodiscard]] bool is_of_language(std::string_view fault_language, std::string_view code);

}  // namespace mlango::proof
