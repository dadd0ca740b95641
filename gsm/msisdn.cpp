#include "gsm/msisdn.hpp"

#include <phonenumbers/phonenumberutil.h>

#include <algorithm>
#include <charconv>

namespace mlango::gsm {
namespace {

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;

constexpr std::size_t shortest = 7;
constexpr std::size_t longest = 15;
constexpr std::size_t typed_limit = 64;  // bytes: fifteen digits, each of two bytes and with a separator, and to spare

// What people put between digits, and what keyboards and pasted contacts put around them.
bool is_separator(char32_t c) {
    switch (c) {
        case U' ':
        case U'\t':
        case U'\r':
        case U'\n':
        case U'-':
        case U'.':
        case U'/':
        case U'(':
        case U')':
        case 0x00A0:  // no-break space
        case 0x00AD:  // soft hyphen
        case 0x061C:  // Arabic letter mark
        case 0x202F:  // narrow no-break space
        case 0x2212:  // minus sign
        case 0xFEFF:
            return true;
        default:  // spaces, joiners, marks of direction, dashes
            return (c >= 0x2000 && c <= 0x2015) || (c >= 0x202A && c <= 0x202E) || (c >= 0x2060 && c <= 0x2069);
    }
}

// The digit's value in ASCII, Arabic-Indic, extended Arabic-Indic (Persian, Urdu), Devanagari or full width.
std::optional<int> digit_of(char32_t c) {
    for (const char32_t zero : {0x30, 0x0660, 0x06F0, 0x0966, 0xFF10}) {
        if (c >= zero && c <= zero + 9) return static_cast<int>(c - zero);
    }
    return std::nullopt;
}

// One character of UTF-8 at `at`, which moves on; nullopt where it is malformed. Characters above U+FFFF, which no
// number has, count as malformed.
std::optional<char32_t> next_character(std::string_view text, std::size_t& at) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(i < text.size() ? text[i] : 0); };
    const auto continues = [&](std::size_t i) { return (byte(i) & 0xC0) == 0x80; };
    const unsigned char lead = byte(at);
    if (lead < 0x80) return text[at++];
    if (lead >= 0xC2 && lead < 0xE0 && continues(at + 1)) {
        const char32_t c = (lead & 0x1Fu) << 6 | (byte(at + 1) & 0x3Fu);
        at += 2;
        return c;
    }
    if ((lead & 0xF0) == 0xE0 && continues(at + 1) && continues(at + 2)) {
        const char32_t c = (lead & 0x0Fu) << 12 | (byte(at + 1) & 0x3Fu) << 6 | (byte(at + 2) & 0x3Fu);
        at += 3;
        return c;
    }
    return std::nullopt;
}

// Digits with at most one leading '+'; nullopt when anything else is in it.
std::optional<std::string> plain_digits(std::string_view text) {
    std::string plain;
    for (std::size_t at = 0; at < text.size();) {
        const std::optional<char32_t> c = next_character(text, at);
        if (!c) return std::nullopt;
        if (const std::optional<int> digit = digit_of(*c)) {
            plain += static_cast<char>('0' + *digit);
        } else if ((*c == U'+' || *c == 0xFF0B) && plain.empty()) {
            plain += '+';
        } else if (!is_separator(*c)) {
            return std::nullopt;
        }
    }
    return plain;
}

std::expected<PhoneNumber, msisdn_error> parse_valid(const std::string& plain, const std::string& region) {
    const PhoneNumberUtil& plans = *PhoneNumberUtil::GetInstance();
    PhoneNumber number;
    switch (plans.Parse(plain, region, &number)) {
        case PhoneNumberUtil::NO_PARSING_ERROR:
            break;
        case PhoneNumberUtil::TOO_LONG_NSN:
            return std::unexpected(msisdn_error::too_long);
        case PhoneNumberUtil::TOO_SHORT_AFTER_IDD:
        case PhoneNumberUtil::TOO_SHORT_NSN:
            return std::unexpected(msisdn_error::too_short);
        case PhoneNumberUtil::NOT_A_NUMBER:
            // libphonenumber says this of one or two digits.
            return std::unexpected(plain.size() < shortest ? msisdn_error::too_short : msisdn_error::not_a_number);
        default:
            return std::unexpected(msisdn_error::not_in_use);
    }
    switch (plans.IsPossibleNumberWithReason(number)) {
        case PhoneNumberUtil::TOO_SHORT:
        case PhoneNumberUtil::IS_POSSIBLE_LOCAL_ONLY:
            return std::unexpected(msisdn_error::too_short);
        case PhoneNumberUtil::TOO_LONG:
            return std::unexpected(msisdn_error::too_long);
        default:
            break;
    }
    if (!plans.IsValidNumber(number)) return std::unexpected(msisdn_error::not_in_use);
    return number;
}

}  // namespace

std::optional<msisdn> msisdn::from_e164(std::string_view text) {
    if (text.starts_with('+')) text.remove_prefix(1);
    if (text.size() < shortest || text.size() > longest || text.front() == '0') return std::nullopt;
    std::uint64_t value = 0;
    for (const char c : text) {
        if (c < '0' || c > '9') return std::nullopt;
        value = value * 10 + static_cast<std::uint64_t>(c - '0');
    }
    return msisdn(value);
}

std::expected<msisdn, msisdn_error> msisdn::from_typed(std::string_view text, std::string_view region) {
    if (text.size() > typed_limit) return std::unexpected(msisdn_error::too_long);
    const std::optional<std::string> plain = plain_digits(text);
    if (!plain) return std::unexpected(msisdn_error::not_a_number);
    if (plain->empty()) return std::unexpected(msisdn_error::empty);

    auto number = parse_valid(*plain, std::string(region));
    if (!number && plain->starts_with("00")) {
        // Many dial abroad with another prefix than 00 (Kenya: 000), yet numbers are written so in messages.
        const std::size_t first = plain->find_first_not_of('0');
        if (first != std::string::npos) {
            auto international = parse_valid('+' + plain->substr(first), std::string(region));
            if (international) number = std::move(international);
        }
    }
    if (!number) return std::unexpected(number.error());

    std::string e164;
    PhoneNumberUtil::GetInstance()->Format(*number, PhoneNumberUtil::E164, &e164);
    const std::optional<msisdn> parsed = from_e164(e164);
    if (!parsed) return std::unexpected(msisdn_error::not_in_use);
    return *parsed;
}

bool msisdn::knows_region(std::string_view region) {
    return PhoneNumberUtil::GetInstance()->GetCountryCodeForRegion(std::string(region)) != 0;
}

std::string msisdn::e164() const {
    std::array<char, longest + 2> text;
    text[0] = '+';
    const auto end = std::to_chars(text.data() + 1, text.data() + text.size(), value_).ptr;
    return {text.data(), end};
}

std::string msisdn::digits() const {
    return std::to_string(value_);
}

std::string msisdn::masked(int shown) const {
    const std::string all = digits();
    const auto kept = std::min<std::size_t>(static_cast<std::size_t>(std::max(shown, 0)), all.size());
    return "..." + all.substr(all.size() - kept);
}

}  // namespace mlango::gsm
