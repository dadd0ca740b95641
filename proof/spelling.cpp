#include "proof/spelling.hpp"

#include "templates/transliterate.hpp"

namespace mlango::proof {
namespace {

constexpr std::string_view own_latin = "Latn", transliterated = "-Latn";

// And not another language's words in its place.
bool is_read(const templates::catalogue& words, templates::language_index language) {
    for (std::size_t i = 0; i < words.size(); ++i) {
        const auto text = static_cast<templates::text_id>(i);
        if (!words.has(text, language) || !words.arguments_of(text, language).empty()) continue;
        const std::string own = words.format(text, language, {});
        if (!templates::transliterator::is_plain(own))
            return words.format(text, words.in_latin(language), {}) == words.latin(own);
    }
    return false;
}

}  // namespace

templates::language_index spelling::index(const templates::catalogue& words) const {
    return latin ? words.in_latin(language) : language;
}

std::string spelling::code(const templates::catalogue& words) const {
    return words.languages()[language].code + std::string(latin ? transliterated : std::string_view());
}

bool spelling::in_gsm_letters(const templates::catalogue& words) const {
    return latin || words.languages()[language].script == own_latin;
}

bool spelling::shown_on(const gsm::gateway_profile& profile, const templates::catalogue& words) const {
    return profile.ucs2 || in_gsm_letters(words);
}

std::vector<spelling> spellings_of(const templates::catalogue& words) {
    std::vector<spelling> all;
    for (const bool latin : {false, true})
        for (std::size_t i = 0; i < words.languages().size(); ++i) {
            const auto language = static_cast<templates::language_index>(i);
            if (!latin || (words.languages()[i].script != own_latin && is_read(words, language)))
                all.push_back({.language = language, .latin = latin});
        }
    return all;
}

bool is_of_language(std::string_view fault_language, std::string_view code) {
    return fault_language.starts_with(code) &&
           (fault_language.size() == code.size() || fault_language.substr(code.size()) == transliterated);
}

}  // namespace mlango::proof
