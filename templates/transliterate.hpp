// Text in the Latin letters that every handset and gateway shows, written as people write their language in such
// letters: "raqam sirri", "mistir kutir". What comes out holds only characters of the GSM 7-bit default alphabet
// (3GPP TS 23.038 §6.2.1), so that one letter never makes a screen of 160 characters one of 70. Callers: catalogue,
// which writes a language's texts in Latin letters once, at load, and locale_forms, which folds what is filled in.
//
// What each language says about itself stands under `latin:` of its file: whole words, and ICU transform rules for the
// rest (names, places). Other scripts go ICU's general way (Any-Latin; Latin-ASCII). One thread at a time.
#pragma once

#include <expected>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mlango::templates {

struct latin_forms {
    std::string language;
    std::string rules;                                       // ICU transform rules; may be empty
    std::vector<std::pair<std::string, std::string>> words;  // a word of the language, and as it is read
};

class transliterator {
public:
    // The error names the language and what is wrong: rules that ICU does not read, a word's form beyond the alphabet.
    [[nodiscard]] static std::expected<transliterator, std::string> make(const std::vector<latin_forms>& languages);
    transliterator(transliterator&&) noexcept;
    ~transliterator();

    // Malformed UTF-8 and letters that nothing is known of become '?', marks and signs of direction nothing.
    void append(std::string& out, std::string_view text) const;
    [[nodiscard]] std::string latin(std::string_view text) const;

    // Nothing to do: every character is one of the GSM 7-bit default alphabet and its extension.
    [[nodiscard]] static bool is_plain(std::string_view text);

private:
    struct state;
    explicit transliterator(std::unique_ptr<state> state);
    std::unique_ptr<state> state_;
};

}  // namespace mlango::templates
