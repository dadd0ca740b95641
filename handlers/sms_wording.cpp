#include "handlers/sms_wording.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <span>

#include "base/bytes.hpp"
#include "templates/folding.hpp"

namespace mlango::handlers {

namespace {

constexpr std::size_t longest_text = 1'600;

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c & 0x80) != 0;
}
bool is_upper_or_digit(char c) {
    return is_digit(c) || (c >= 'A' && c <= 'Z');
}

// Small letters of Latin-1, and the digits of Arabic writing as 0 to 9: what the rules below are written in.
std::string plain_digits(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto c = static_cast<unsigned char>(text[i]);
        const auto next = i + 1 < text.size() ? static_cast<unsigned char>(text[i + 1]) : 0U;
        const bool arabic = c == 0xD9 && next >= 0xA0 && next <= 0xA9;
        const bool extended = c == 0xDB && next >= 0xB0 && next <= 0xB9;
        if (arabic || extended) {
            out += static_cast<char>('0' + (next & 0x0F));
            ++i;
        } else {
            out += text[i];
        }
    }
    return out;
}

// Latin words count where a word begins with them, others wherever they stand.
bool holds_word(std::string_view text, std::string_view word) {
    if (word.empty()) return false;
    const bool latin = (word.front() & 0x80) == 0;
    for (std::size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1))
        if (!latin || at == 0 || !is_letter(text[at - 1])) return true;
    return false;
}

// Every language's list: a text may be written in another than the one that it is marked with.
bool holds_any(std::string_view small, const templates::word_lists& lists) {
    return std::ranges::any_of(lists, [&](const auto& of_language) {
        return std::ranges::any_of(of_language.second,
                                   [&](const std::string& word) { return holds_word(small, word); });
    });
}

// How many characters of `wanted` kind follow, at most `most`.
template <class Kind>
std::size_t run(std::string_view text, std::size_t at, Kind wanted, std::size_t most) {
    std::size_t length = 0;
    while (length < most && at + length < text.size() && wanted(text[at + length])) ++length;
    return length;
}

// As the registry writes them: 803-22C00011 (a household), 803-00000001 (a person); with or without marks between.
bool holds_registration_number(std::string_view text) {
    for (std::size_t begin = 0; begin + 10 <= text.size(); ++begin) {
        if (begin > 0 && (is_letter(text[begin - 1]) || is_digit(text[begin - 1]))) continue;
        if (run(text, begin, is_upper_or_digit, 3) != 3) continue;
        std::size_t at = begin + 3;
        const bool marked = text[at] == '-';
        if (marked) ++at;
        const std::size_t digits = run(text, at, is_digit, 10);
        if (marked && (digits == 8 || digits == 9)) return true;
        if (digits < 2) continue;
        std::size_t rest = at + 2;
        if (rest < text.size() && (text[rest] == '-' || text[rest] == 'C')) ++rest;
        const std::size_t serial = run(text, rest, is_digit, 8);
        if ((marked || rest > at + 2) && serial >= 5 && serial <= 7) return true;
    }
    return false;
}

struct digit_group {
    std::size_t begin, length;
};

std::vector<digit_group> groups_of(std::string_view text) {
    std::vector<digit_group> groups;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const std::size_t length = run(text, at, is_digit, text.size());
        if (length == 0) continue;
        groups.push_back({at, length});
        at += length;
    }
    return groups;
}

// 2026-11-22 or 22-11-2026.
bool is_date(std::string_view text, std::span<const digit_group> groups, std::size_t first) {
    if (first + 2 >= groups.size()) return false;
    const auto& [a, b, c] = std::tie(groups[first], groups[first + 1], groups[first + 2]);
    const auto joined = [&](const digit_group& left, const digit_group& right) {
        return left.begin + left.length + 1 == right.begin && text[right.begin - 1] == '-';
    };
    if (!joined(a, b) || !joined(b, c) || b.length > 2) return false;
    return (a.length == 4 && c.length <= 2) || (a.length <= 2 && c.length == 4);
}

// Nine digits or more in groups with a space or a hyphen between; a telephone number begins with + or 0.
bool holds_long_number(std::string_view text) {
    const auto groups = groups_of(text);
    for (std::size_t first = 0; first < groups.size();) {
        if (is_date(text, groups, first)) {
            first += 3;
            continue;
        }
        std::size_t digits = groups[first].length, next = first + 1;
        while (next < groups.size() && !is_date(text, groups, next)) {
            const std::size_t end = groups[next - 1].begin + groups[next - 1].length;
            if (groups[next].begin != end + 1 || (text[end] != ' ' && text[end] != '-')) break;
            digits += groups[next].length;
            ++next;
        }
        const std::size_t begin = groups[first].begin;
        const bool telephone = digits <= 15 && (text[begin] == '0' || (begin > 0 && text[begin - 1] == '+'));
        if (digits >= 9 && !telephone) return true;
        first = next;
    }
    return false;
}

// Four to eight digits that are no part of a dialled code (*384*1234#), in a text that speaks of a PIN or a code.
bool holds_code(std::string_view text, std::string_view small, const templates::word_lists& secret) {
    if (!holds_any(small, secret)) return false;
    return std::ranges::any_of(groups_of(text), [&](const digit_group& group) {
        if (group.length < 4 || group.length > 8) return false;
        const std::size_t end = group.begin + group.length;
        const bool dialled = group.begin > 0 && text[group.begin - 1] == '*' && end < text.size() &&
                             (text[end] == '*' || text[end] == '#');
        return !dialled;
    });
}

bool may_be_token(std::string_view segment) {
    const bool digits = std::ranges::any_of(segment, is_digit);
    const bool letters = std::ranges::any_of(segment, is_letter);
    return segment.size() > 24 || (segment.size() >= 5 && digits && letters) || (segment.size() >= 8 && digits);
}

// A link may name a place, never open something for whoever holds it: no query, no fragment, no user, no token.
bool holds_telling_link(std::string_view small) {
    for (std::size_t begin = 0; begin < small.size();) {
        const std::size_t end = std::min(small.find_first_of(" \n\r\t", begin), small.size());
        std::string_view word = small.substr(begin, end - begin);
        begin = end + 1;
        const std::size_t scheme = word.find("://");
        const std::size_t dot = word.find('.');
        const std::size_t slash = word.find('/', scheme == std::string_view::npos ? 0 : scheme + 3);
        const bool bare = dot != std::string_view::npos && slash != std::string_view::npos && dot < slash && dot > 0 &&
                          is_letter(word[dot - 1]);
        if (scheme == std::string_view::npos && !bare && !word.starts_with("www.")) continue;
        if (word.find_first_of("?#@=%&") != std::string_view::npos) return true;
        while (!word.empty()) {
            const std::size_t cut = std::min(word.find('/'), word.size());
            const std::string_view segment = word.substr(0, cut);
            if (segment.find('.') == std::string_view::npos && may_be_token(segment)) return true;
            word.remove_prefix(std::min(cut + 1, word.size()));
        }
    }
    return false;
}

bool is_text(std::string_view text) {
    return !text.empty() && text.size() <= longest_text && is_utf8(text) && std::ranges::none_of(text, [](char c) {
        return static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\r';
    });
}

bool uses_private(std::string_view key, templates::text_id text, templates::language_index language,
                  const templates::edition& edition) {
    return std::ranges::any_of(edition.words.arguments_of(text, language), [&](const std::string& name) {
        const auto* value = edition.screens.declared().find(name);
        return value != nullptr && value->bounds_at(key).is_private;
    });
}

constexpr auto harmless = std::to_array<std::string_view>({
    "sms.how",    // how to dial
    "sms.ready",  // dial and continue
    "sms.look",   // dial and look
});

}  // namespace

std::string_view name_of(wording_fault fault) {
    switch (fault) {
        case wording_fault::not_wordable:
            return "not wordable";
        case wording_fault::private_value:
            return "a private value";
        case wording_fault::forbidden_word:
            return "a forbidden word";
        case wording_fault::registration_number:
            return "a registration number";
        case wording_fault::long_number:
            return "a long number";
        case wording_fault::pin_or_code:
            return "a PIN or code";
        case wording_fault::link:
            return "a link with a token";
        case wording_fault::not_text:
            break;
    }
    return "no text";
}

std::string_view code_of(wording_fault fault) {
    switch (fault) {
        case wording_fault::not_wordable:
            return "not_wordable";
        case wording_fault::private_value:
            return "private_value";
        case wording_fault::forbidden_word:
            return "forbidden_word";
        case wording_fault::registration_number:
            return "registration_number";
        case wording_fault::long_number:
            return "long_number";
        case wording_fault::pin_or_code:
            return "pin_or_code";
        case wording_fault::link:
            return "link";
        case wording_fault::not_text:
            break;
    }
    return "not_text";
}

std::optional<wording_fault> fault_in(std::string_view text, const templates::declarations& declared) {
    if (!is_text(text)) return wording_fault::not_text;
    const std::string plain = plain_digits(text);
    const std::string small = templates::without_case(plain);
    for (const auto& [language, words] : declared.forbidden)
        for (const std::string& word : words)
            if (!word.empty() && small.contains(templates::without_case(word))) return wording_fault::forbidden_word;
    if (holds_any(small, declared.telling)) return wording_fault::forbidden_word;
    if (holds_registration_number(plain)) return wording_fault::registration_number;
    if (holds_long_number(plain)) return wording_fault::long_number;
    if (holds_code(plain, small, declared.secret)) return wording_fault::pin_or_code;
    if (holds_telling_link(small)) return wording_fault::link;
    return std::nullopt;
}

std::expected<std::string, wording_fault> words_of(const registry::outgoing_notice& notice,
                                                   std::string_view broadcast_text, const templates::edition& edition,
                                                   std::string_view service_code) {
    std::string worded;
    if (notice.broadcast) {
        worded = broadcast_text;
    } else if (notice.text == conversation_text) {
        worded = argument_of(notice, "text");
    } else {
        const auto text = notice.text.starts_with("sms.") ? edition.words.find(notice.text) : std::nullopt;
        if (!text) return std::unexpected(wording_fault::not_wordable);
        const auto language = edition.words.find_language(notice.language).value_or(0);
        if (uses_private(notice.text, *text, language, edition)) return std::unexpected(wording_fault::private_value);
        templates::values values{{"code", std::string(service_code)}};
        for (const auto& [name, value] : notice.arguments) values.set(name, value);
        worded = edition.words.format(*text, language, values);
    }
    if (const auto fault = fault_in(worded, edition.screens.declared())) return std::unexpected(*fault);
    return worded;
}

std::string_view argument_of(const registry::outgoing_notice& notice, std::string_view name) {
    const auto found = std::ranges::find(notice.arguments, name, &std::pair<std::string, std::string>::first);
    return found == notice.arguments.end() ? std::string_view() : found->second;
}

std::span<const std::string_view> harmless_twice() {
    return harmless;
}

}  // namespace mlango::handlers
