// What a text takes as SMS, and which of its characters make it dear: for authors (`mlango sms cost`), previews of
// broadcasts, the console. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gsm/sms_text.hpp"

namespace mlango::gsm {

struct sms_size {
    sms_coding coding = sms_coding::gsm7;
    shift_tables tables;
    std::size_t units = 0;     // septets or UTF-16 code units
    std::size_t segments = 1;  // messages that are paid for
    std::size_t holds = 160;   // units that as many messages hold
    friend bool operator==(const sms_size&, const sms_size&) = default;
};

// "GSM-7", "UCS-2", "GSM-7 with tr locking, tr single shift".
[[nodiscard]] std::string encoding_name(const sms_size& size);

struct dear_character {
    std::string character;  // UTF-8
    char32_t code = 0;
    std::size_t count = 0;
};

struct sms_cost {
    sms_size size;
    std::vector<dear_character> dear;  // those that the default alphabet lacks, the most frequent first
    std::optional<sms_size> without;   // had each of them one of its letters in its place; nullopt: there are none
};

// not_text and too_long (more than 255 messages) only.
[[nodiscard]] std::expected<sms_cost, sms_fault> cost_of(std::string_view utf8, const encoding_rules& rules = {});

// A price of one message, exactly as it was written.
struct price {
    std::uint64_t smallest = 0;  // in units of 10^-decimals
    unsigned decimals = 0;       // at most 6

    // "0.8", "2", "0.0075"; at most 9 digits in all.
    [[nodiscard]] static std::optional<price> parse(std::string_view text);
    // Of so many messages, with at least two decimals: "1.60".
    [[nodiscard]] std::string of(std::size_t messages) const;
};

}  // namespace mlango::gsm
