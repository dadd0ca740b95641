#include "gsm/sms_cost.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "gsm/utf8.hpp"

namespace mlango::gsm {
namespace {

sms_size size_of(const encoded_sms& made, joining join) {
    std::size_t header = made.segments.front().udh.size();
    if (made.joined == joining::payload) header = 6;  // what the SMSC writes
    if (made.joined == joining::sar || (join == joining::sar && made.parts > 1)) header = 7;
    return {made.coding, made.tables, made.units, made.parts, made.parts * units_in_one(made.coding, header)};
}

std::expected<sms_size, sms_fault> size_of(std::string_view utf8, const encoding_rules& rules) {
    const auto made = encode_sms(utf8, rules);
    if (!made) return std::unexpected(made.error());
    return size_of(*made, rules.join);
}

struct sorted_out {
    std::vector<dear_character> dear;
    std::string cheap;  // the text with a letter in place of each
};

sorted_out sort_out(std::string_view utf8) {
    sorted_out result;
    std::map<char32_t, std::size_t> counts;
    const auto* const start = reinterpret_cast<const unsigned char*>(utf8.data());
    for (std::size_t at = 0; at < utf8.size();) {
        const utf8_character next = decode_utf8(start + at, utf8.size() - at);
        if (septets_of(next.character).count == 0) {
            ++counts[next.character];
            result.cheap += 'x';
        } else {
            result.cheap += utf8.substr(at, next.length);
        }
        at += next.length;
    }
    for (const auto& [code, count] : counts) {
        dear_character& one = result.dear.emplace_back(std::string(), code, count);
        append_utf8(one.character, code);
    }
    std::ranges::sort(result.dear, {}, [](const dear_character& one) { return std::pair(~one.count, one.code); });
    return result;
}

}  // namespace

std::string encoding_name(const sms_size& size) {
    if (size.coding == sms_coding::ucs2) return "UCS-2";
    std::string name = "GSM-7";
    if (size.tables.locking != national_language::none)
        name += fmt::format(" with {} locking", code_of(size.tables.locking));
    if (size.tables.single != national_language::none)
        name += fmt::format("{} {} single shift", size.tables.locking == national_language::none ? " with" : ",",
                            code_of(size.tables.single));
    return name;
}

std::expected<sms_cost, sms_fault> cost_of(std::string_view utf8, const encoding_rules& asked) {
    encoding_rules rules = asked;
    rules.most_segments = 255;
    const auto size = size_of(utf8, rules);
    if (!size) return std::unexpected(size.error());
    sms_cost cost{*size, {}, std::nullopt};
    auto [dear, cheap] = sort_out(utf8);
    if (dear.empty()) return cost;
    cost.dear = std::move(dear);
    const auto without = size_of(cheap, rules);
    if (without) cost.without = *without;
    return cost;
}

std::optional<price> price::parse(std::string_view text) {
    price parsed;
    bool point = false;
    std::size_t digits = 0;
    for (const char c : text) {
        if (c == '.' && !point && digits > 0) {
            point = true;
        } else if (c >= '0' && c <= '9') {
            parsed.smallest = parsed.smallest * 10 + static_cast<std::uint64_t>(c - '0');
            parsed.decimals += point ? 1 : 0;
            ++digits;
        } else {
            return std::nullopt;
        }
    }
    if (digits == 0 || digits > 9 || parsed.decimals > 6 || text.ends_with('.')) return std::nullopt;
    return parsed;
}

std::string price::of(std::size_t messages) const {
    std::uint64_t total = smallest * messages, scale = 1;
    unsigned shown = decimals;
    for (; shown < 2; ++shown) total *= 10;
    for (unsigned i = 0; i < shown; ++i) scale *= 10;
    return fmt::format("{}.{:0{}}", total / scale, total % scale, shown);
}

}  // namespace mlango::gsm
