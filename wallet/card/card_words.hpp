// The printed card's words in one language: wallet/card/words/{language}.yaml, data like the menus' texts. Another
// language is another file. Callers: `mlango card`, card_page.
#pragma once

#include <expected>
#include <map>
#include <string>
#include <string_view>

namespace mlango::wallet {

// {code} stands for what she dials, {address} for where a card is checked. All are required.
struct card_words {
    std::string language;  // "sw"
    std::string cut_and_fold;
    std::string valid_until;
    std::string scan_to_check;  // {address}
    std::string yours;          // she decides to whom she shows it
    std::string lost;           // {code}
    std::string codes_title;
    std::string codes_how;   // {code}
    std::string codes_keep;  // apart from the card, and nobody may ask for them
    std::string codes_only;  // no copy exists
    std::string yes, no;
    std::map<std::string, std::string, std::less<>> kinds;  // of credentials, by name
    std::map<std::string, std::string, std::less<>> facts;  // by claim
};

// The message names the language and the key.
[[nodiscard]] std::expected<card_words, std::string> parse_card_words(const std::string& yaml, std::string language);

// `text` with {name} replaced.
[[nodiscard]] std::string filled(std::string text, std::string_view name, std::string_view value);

}  // namespace mlango::wallet
