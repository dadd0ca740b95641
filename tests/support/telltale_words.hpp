// Words that tell whoever looks over her shoulder what this service is. They stand on no screen before the PIN.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace mlango::test {

// The first that the text holds, in any case of Latin letters; empty: none.
inline std::string_view telltale_in(std::string_view text) {
    static constexpr std::string_view words[] = {
        "refugee",   "asylum",   "unhcr",   "wfp",        "unicef",  "displaced", "stateless", "persecut",
        "beneficia", "vulnerab", "réfugi",  "refugi",     "asile",   "hcr",       "apatride",  "bénéficiaire",
        "kimbizi",   "mnufaika", "qaxooti", "magangelyo", "barakac", "ስደተኛ",      "ጥገኝነት",     "ተፈናቃይ",
        "لاجئ",      "لجوء",     "نازح",    "المفوضية",   "مستفيد",
    };
    std::string small(text);
    std::ranges::transform(small, small.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    for (const std::string_view word : words)
        if (small.find(word) != std::string::npos) return word;
    return {};
}

}  // namespace mlango::test
