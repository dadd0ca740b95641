#include "console/lists/list_values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>

#include "base/iso_day.hpp"

namespace mlango::console {

namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool all_digits(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, is_digit);
}
char upper(char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}
bool is_prefix(char c) {
    return is_digit(c) || (c >= 'A' && c <= 'Z');
}

// Upper case without blanks: files come from hands.
std::string folded(std::string_view text) {
    std::string out;
    for (const char c : text)
        if (c != ' ') out += upper(c);
    return out;
}

std::int64_t number_of(std::string_view digits) {
    std::int64_t value = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return value;
}

constexpr std::string_view no_decimals = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF ";
constexpr std::string_view three_decimals = "BHD IQD JOD KWD LYD OMR TND ";
constexpr std::string_view two_decimals =
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC "
    "CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD "
    "KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO "
    "NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL "
    "THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VES WST XCD YER ZAR ZMW ZWG ";

}  // namespace

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blank = " \t\r\n";
    const auto first = text.find_first_not_of(blank);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

by_rule<std::string> read_registration_number(std::string_view text) {
    const std::string number = folded(text);
    if (number.size() < 10 || number.size() > 15 || !std::ranges::all_of(number.substr(0, 3), is_prefix))
        return std::unexpected("number_form");
    std::string_view rest = std::string_view(number).substr(3);
    if (rest.front() == '-') rest.remove_prefix(1);
    if (rest.size() < 7 || !all_digits(rest.substr(0, 2))) return std::unexpected("number_form");
    const std::string_view year = rest.substr(0, 2);
    rest.remove_prefix(2);
    if (rest.front() == '-' || rest.front() == 'C') rest.remove_prefix(1);
    if (rest.size() < 5 || rest.size() > 7 || !all_digits(rest)) return std::unexpected("number_form");
    return fmt::format("{}{}{}", std::string_view(number).substr(0, 3), year, rest);
}

by_rule<std::string> read_individual_number(std::string_view text) {
    std::string number = folded(text);
    if (number.size() > 3 && number[3] != '-') number.insert(3, "-");
    if (number.size() < 12 || number.size() > 13 || !std::ranges::all_of(number.substr(0, 3), is_prefix) ||
        !all_digits(std::string_view(number).substr(4)))
        return std::unexpected("number_form");
    return number;
}

by_rule<std::string> read_order_number(std::string_view text) {
    if (text.size() != 9 || !all_digits(text)) return std::unexpected("number_form");
    return std::string(text);
}

std::optional<int> minor_digits(std::string_view currency) {
    if (currency.size() != 3 || !std::ranges::all_of(currency, [](char c) { return c >= 'A' && c <= 'Z'; }))
        return std::nullopt;
    const std::string word = std::string(currency) + ' ';
    if (two_decimals.contains(word)) return 2;
    if (no_decimals.contains(word)) return 0;
    if (three_decimals.contains(word)) return 3;
    return std::nullopt;
}

by_rule<std::int64_t> read_amount(std::string_view text, int digits) {
    const auto point = text.find('.');
    const std::string_view whole = text.substr(0, point);
    const std::string_view parts = point == std::string_view::npos ? std::string_view() : text.substr(point + 1);
    if (!all_digits(whole) || whole.size() > 12 || (point != std::string_view::npos && !all_digits(parts)))
        return std::unexpected("amount_form");
    if (parts.size() > static_cast<std::size_t>(digits) &&
        parts.find_first_not_of('0', static_cast<std::size_t>(digits)) != std::string_view::npos)
        return std::unexpected("too_fine");
    std::int64_t minor = number_of(whole);
    for (std::size_t i = 0; i < static_cast<std::size_t>(digits); ++i)
        minor = minor * 10 + (i < parts.size() ? parts[i] - '0' : 0);
    if (minor == 0) return std::unexpected("not_positive");
    return minor;
}

std::string amount_text(std::int64_t minor, int digits) {
    std::string text = fmt::format("{:0{}}", minor, digits + 1);
    if (digits > 0) text.insert(text.size() - static_cast<std::size_t>(digits), ".");
    return text;
}

by_rule<std::string> read_quantity(std::string_view text) {
    constexpr int places = 3;
    if (text.find('.') == std::string_view::npos ? text.size() > 8 : text.find('.') > 8)
        return std::unexpected("quantity_form");
    const auto thousandths = read_amount(text, places);
    if (!thousandths)
        return std::unexpected(thousandths.error() == "amount_form" ? "quantity_form" : thousandths.error());
    std::string out = amount_text(*thousandths, places);
    out.erase(out.find_last_not_of('0') + 1);
    if (out.back() == '.') out.pop_back();
    return out;
}

by_rule<std::string> read_day(std::string_view text) {
    const bool formed = text.size() == 10 && text[4] == '-' && text[7] == '-' && all_digits(text.substr(0, 4)) &&
                        all_digits(text.substr(5, 2)) && all_digits(text.substr(8));
    if (!formed) return std::unexpected("day_form");
    const auto day = read_iso_day(text);
    if (!day || int(day->year()) < 2000 || int(day->year()) > 2099) return std::unexpected("no_such_day");
    return std::string(text);
}

by_rule<std::string> read_time(std::string_view text) {
    const bool formed =
        text.size() == 5 && text[2] == ':' && all_digits(text.substr(0, 2)) && all_digits(text.substr(3));
    if (!formed || number_of(text.substr(0, 2)) > 23 || number_of(text.substr(3)) > 59)
        return std::unexpected("time_form");
    return std::string(text);
}

by_rule<std::string> read_moment(std::string_view text) {
    if (text.size() == 10) {
        auto day = read_day(text);
        if (day) *day += "T12:00:00Z";
        return day;
    }
    const bool formed = text.size() == 20 && (text[10] == 'T' || text[10] == ' ') && text[16] == ':' && text[19] == 'Z';
    if (!formed || !read_day(text.substr(0, 10)) || !read_time(text.substr(11, 5)) || !all_digits(text.substr(17, 2)) ||
        number_of(text.substr(17, 2)) > 59)
        return std::unexpected("day_form");
    return std::string(text);
}

by_rule<std::int64_t> read_key(std::string_view text) {
    if (!all_digits(text) || text.size() > 15 || number_of(text) == 0) return std::unexpected("unknown");
    return number_of(text);
}

by_rule<std::string> read_words(std::string_view text, std::size_t most) {
    const bool control = std::ranges::any_of(text, [](unsigned char c) { return c < 0x20 || c == 0x7f; });
    if (control) return std::unexpected("control_character");
    if (text.size() > most) return std::unexpected("too_long");
    return std::string(text);
}

by_rule<std::string> read_code(std::string_view text) {
    const bool fits = !text.empty() && text.size() <= 40 && std::ranges::all_of(text, [](char c) {
        return is_digit(c) || (c >= 'a' && c <= 'z') || c == '_';
    });
    if (!fits) return std::unexpected("code_form");
    return std::string(text);
}

}  // namespace mlango::console
