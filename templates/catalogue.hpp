// The words: one YAML file a language (templates/texts/en.yaml, …), each text in ICU MessageFormat with named
// arguments. Formatting caches ICU objects, so a catalogue belongs to one thread; loading is cheap enough to do once a
// thread. A text without ICU syntax beyond {name} of strings never touches ICU when it is formatted.
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "templates/message.hpp"
#include "templates/source.hpp"
#include "templates/value.hpp"

namespace mlango::templates {

using text_id = std::uint16_t;  // index of a key, the same in every language
using language_index = std::uint8_t;

struct language {
    std::string code;      // ISO 639: en, sw, fr, ar, am, so
    std::string own_name;  // "Kiswahili", as the language choice shows it
    std::string script;    // ISO 15924: Latn, Arab, Ethi
    bool right_to_left = false;
    bool reviewed = false;  // by a native speaker
};

class catalogue {
public:
    // Loads every language of `from`. The first of `order` is the fallback and must hold every text; the others are
    // shown in that order in the language choice. Faults (all of them): broken YAML or pattern, a key missing from the
    // fallback, an argument that the fallback's text does not have.
    [[nodiscard]] static std::expected<catalogue, std::vector<std::string>> load(const sources& from,
                                                                                 const std::vector<std::string>& order);
    // Every *.yaml of the folder.
    [[nodiscard]] static std::expected<catalogue, std::vector<std::string>> load(
        const std::filesystem::path& folder,
        const std::vector<std::string>& order = {"en", "sw", "fr", "ar", "am", "so"});
    catalogue(catalogue&&) noexcept;
    ~catalogue();

    [[nodiscard]] const std::vector<language>& languages() const;
    [[nodiscard]] std::optional<language_index> find_language(std::string_view code) const;
    // How to say it where only Latin letters can be shown: the same language transliterated, or the second language
    // that its file names (`without_script`). The index is for format and append, beyond languages(); what they give it
    // holds only characters of the GSM 7-bit alphabet. Of such an index: itself.
    [[nodiscard]] language_index in_latin(language_index language) const;
    // What becomes of a name in such words.
    [[nodiscard]] std::string latin(std::string_view word) const;

    [[nodiscard]] std::optional<text_id> find(std::string_view key) const;
    [[nodiscard]] std::string_view key_of(text_id text) const;
    [[nodiscard]] std::size_t size() const;

    // The text in that language (in the fallback language where it is missing), its arguments filled in. A missing
    // argument becomes an empty string; formatting never fails. In a language of Latin letters a value is folded to
    // those that keep a screen of 160 characters (Şahin: Sahin), unless the text says {name, verbatim}.
    [[nodiscard]] std::string format(text_id text, language_index language, const values& arguments) const;
    // Appends instead; the hop path uses it to build a screen in one string.
    void append(std::string& out, text_id text, language_index language, const values& arguments) const;

    // Texts present in the language (for the completeness test), and the argument names of one.
    [[nodiscard]] bool has(text_id text, language_index language) const;
    [[nodiscard]] std::vector<std::string> arguments_of(text_id text, language_index language) const;
    // Each place of an argument; empty where the language lacks the text.
    [[nodiscard]] std::vector<argument_use> uses_of(text_id text, language_index language) const;
    // Which plural form the language takes for a number.
    [[nodiscard]] plural_category category(language_index language, std::int64_t number, bool ordinal) const;
    // The characters that the fallback's file says a line may have; 0: it says nothing.
    [[nodiscard]] std::size_t room_of(text_id text) const;

private:
    struct state;
    explicit catalogue(std::unique_ptr<state> state);
    std::unique_ptr<state> state_;
};

}  // namespace mlango::templates
