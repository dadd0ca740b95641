#include "proof/typing.hpp"

#include <algorithm>
#include <iterator>

#include "gsm/text.hpp"
#include "proof/check.hpp"
#include "proof/drawing.hpp"

namespace mlango::proof {
namespace {

using templates::language_index;
using templates::screen_index;

constexpr std::size_t most_pictures = 60;
constexpr std::size_t screens_of_common = 3;  // pictures of what stands on every screen
constexpr std::size_t rows_shown = 3;
constexpr gsm::screen_size one_sms{.septets = 160, .ucs2_units = 70};

// The fallback and the one that is typed in: what costs time is each language's.
templates::edition_sources in_two_languages(const templates::edition_sources& from, std::string_view language) {
    templates::edition_sources two{.menu = from.menu, .texts = {}, .languages = {}};
    for (const std::string& code : from.languages)
        if (code == language || code == from.languages.front()) two.languages.push_back(code);
    for (const auto& file : from.texts)
        if (std::ranges::any_of(two.languages, [&](const auto& code) { return file.name == code + ".yaml"; }))
            two.texts.push_back(file);
    return two;
}

std::size_t characters(std::string_view text) {
    return static_cast<std::size_t>(
        std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

picture_page page_of(std::string text, const gsm::screen_size& size) {
    const auto measured = gsm::measure(text);
    const bool gsm7 = measured.needs == gsm::alphabet::gsm7;
    return {
        .text = std::move(text), .units = measured.units, .room = gsm7 ? size.septets : size.ucs2_units, .gsm7 = gsm7};
}

class typed_part {
public:
    typed_part(const templates::edition& made, std::string_view language, std::span<const named_profile> profiles)
        : made_(made),
          profiles_(profiles),
          language_(made.words.find_language(language).value_or(0)),
          code_(made.words.languages()[language_].code),
          first_(first_screens(made.screens)) {}

    typed_proof of_text(std::string_view key) {
        typed_proof found;
        const auto text = made_.words.find(key);
        if (!text) return found;
        // What stands on every screen is as long in each of its cases.
        proof_part only{.screens = screens_with(*text, found),
                        .language = language_,
                        .text = text,
                        .longest_alone = key.starts_with("common.")};
        found.room = made_.words.room_of(*text);
        check_texts(made_, found.faults, only);
        check_sms(made_, found.faults);
        check_screens(made_, profiles_, found.faults, only);
        std::erase_if(found.faults, [&](const proof_fault& one) {
            if (!is_of_language(one.language, code_) && !(one.language.empty() && language_ == 0)) return true;
            if (one.screen == "texts." + std::string(key)) return false;
            if (std::ranges::find(found.screens, one.screen) == found.screens.end()) return true;
            // Of the screen's other texts nothing is told but what is drawn.
            return one.profile.empty() && one.text != key && one.what.find(key) == std::string::npos;
        });
        fault_list telling;
        check_discretion(made_, telling, only);
        std::ranges::copy_if(telling, std::back_inserter(found.faults), [&](const proof_fault& one) {
            return is_of_language(one.language, code_) && one.screen != "texts";
        });
        draw_text(*text, found);
        return found;
    }

    typed_proof of_file(std::string_view file) {
        typed_proof found;
        const std::string subject(file.substr(0, file.find('.')));
        const auto& screens = made_.screens.screens();
        proof_part only{.screens = std::vector<bool>(screens.size()),
                        .language = language_,
                        .text = std::nullopt,
                        .longest_alone = false};
        for (std::size_t i = 0; i < screens.size(); ++i)
            if (screens[i].subject == subject) {
                (*only.screens)[i] = true;
                found.screens.push_back(screens[i].name);
            }
        check_shape(made_, found.faults);
        check_sms(made_, found.faults);
        check_texts(made_, found.faults, only);
        check_discretion(made_, found.faults, only);
        check_screens(made_, profiles_, found.faults, only);
        // Texts that no screen shows are another translator's when the file has nothing to do with them.
        std::erase_if(found.faults, [&](const proof_fault& one) {
            return !one.language.empty() && !is_of_language(one.language, code_);
        });
        for (std::size_t i = 0; i < screens.size(); ++i)
            if ((*only.screens)[i]) draw_screen(static_cast<screen_index>(i), profiles_.first(1), found);
        return found;
    }

private:
    // By screen_index. What the engine itself adds stands everywhere.
    std::vector<bool> screens_with(templates::text_id text, typed_proof& found) const {
        const auto& screens = made_.screens.screens();
        std::vector<bool> on(screens.size(), made_.words.key_of(text).starts_with("common."));
        for (const text_use& use : uses_of(made_))
            if (use.text == text && use.screen != templates::no_screen) on[use.screen] = true;
        for (std::size_t i = 0; i < on.size(); ++i)
            if (on[i]) found.screens.push_back(screens[i].name);
        return on;
    }

    void draw_text(templates::text_id text, typed_proof& found) {
        const std::string key(made_.words.key_of(text));
        std::string longest = longest_of(text, {.language = language_});
        found.characters = characters(longest);
        if (found.screens.empty()) return draw_alone(text, std::move(longest), found);
        std::size_t drawn = 0;
        const bool common = key.starts_with("common.");
        for (const std::string& name : found.screens) {
            if (common && drawn++ == screens_of_common) break;
            draw_screen(made_.screens.find(name), profiles_, found);
        }
    }

    std::string longest_of(templates::text_id text, const spelling& in) const {
        const worst_values values(made_.screens.declared(), made_.words, in);
        std::string longest;
        for (const text_use& use : uses_of(made_)) {
            if (use.text != text) continue;
            for (const auto& held : values.at(use.place, {&text, 1}, {}, lettering::own)) {
                std::string shown = made_.words.format(text, in.index(made_.words), held);
                if (characters(shown) >= characters(longest)) longest = std::move(shown);
            }
        }
        return longest;
    }

    // What that gateway shows of it.
    [[nodiscard]] spelling seen_on(const gsm::gateway_profile& profile) const {
        const spelling own{.language = language_};
        return own.shown_on(profile, made_.words) ? own : spelling{.language = language_, .latin = true};
    }

    void draw_alone(templates::text_id text, std::string longest, typed_proof& found) {
        if (made_.words.key_of(text).starts_with("sms.")) {
            found.pictures.push_back({.screen = {}, .profile = "sms", .pages = {page_of(std::move(longest), one_sms)}});
            return;
        }
        for (const named_profile& one : profiles_) {
            const spelling in = seen_on(one.profile);
            found.pictures.push_back(
                {.screen = {},
                 .profile = one.name,
                 .pages = {page_of(in.latin ? longest_of(text, in) : longest, one.profile.screen)}});
        }
    }

    [[nodiscard]] handlers::answer longest_on(const templates::screen& screen, const spelling& in) const {
        const worst_values values(made_.screens.declared(), made_.words, in);
        const screen_texts texts = texts_of(screen);
        handlers::answer given;
        given.values = values.at(screen.name, texts.shown, texts.flags, lettering::own).front();
        if (screen.rows) {
            const auto cases = values.at(screen.name + ".rows", {&screen.rows->text, 1}, {}, lettering::own);
            for (std::size_t i = 0; i < rows_shown; ++i)
                given.rows.push_back({.id = std::to_string(i), .values = cases[i % cases.size()]});
        }
        return given;
    }

    void draw_screen(screen_index index, std::span<const named_profile> shown_on, typed_proof& found) {
        const auto& screen = made_.screens.at(index);
        if (!screen.act.empty()) return;
        const handlers::answer own = longest_on(screen, {.language = language_});
        for (const named_profile& one : shown_on) {
            const spelling in = seen_on(one.profile);
            if (found.pictures.size() == most_pictures) return;
            gsm::screen_size size = one.profile.screen;
            if (first_[index]) {
                size.septets -= std::min(size.septets, one.profile.first_screen_reserve);
                size.ucs2_units -= std::min(size.ucs2_units, one.profile.first_screen_reserve);
            }
            picture made{.screen = screen.name, .profile = one.name, .pages = {}};
            drawing pages = draw(made_,
                                 {.screen = index,
                                  .language = language_,
                                  .size = size,
                                  .has_hash_key = one.profile.has_hash_key,
                                  .first = first_[index],
                                  .refused = false,
                                  .latin = in.latin},
                                 in.latin ? longest_on(screen, in) : own);
            for (std::string& text : pages.pages) made.pages.push_back(page_of(std::move(text), size));
            found.pictures.push_back(std::move(made));
        }
    }

    const templates::edition& made_;
    std::span<const named_profile> profiles_;
    language_index language_;
    std::string code_;
    std::vector<bool> first_;
};

}  // namespace

typed_proof prove_text(const templates::edition_sources& from, std::string_view key, std::string_view language,
                       std::span<const named_profile> profiles) {
    const auto two = in_two_languages(from, language);
    const auto made = templates::edition::load(two);
    if (made) return typed_part(**made, language, profiles).of_text(key);
    typed_proof broken;
    broken.faults = prove(two, profiles);
    return broken;
}

typed_proof prove_file(const templates::edition_sources& from, std::string_view file, std::string_view language,
                       std::span<const named_profile> profiles) {
    const auto two = in_two_languages(from, language);
    const auto made = templates::edition::load(two);
    if (made) return typed_part(**made, language, profiles).of_file(file);
    typed_proof broken;
    broken.faults = prove(two, profiles);
    return broken;
}

}  // namespace mlango::proof
