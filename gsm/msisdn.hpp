// A phone number as the network knows it (E.164). Only msisdn.cpp includes libphonenumber.
#pragma once

#include <compare>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace mlango::gsm {

enum class msisdn_error { empty, not_a_number, too_short, too_long, not_in_use };

class msisdn {
public:
    // "+254711000001" or "254711000001": 7 to 15 digits, no leading zero (ITU-T E.164). No numbering plan is consulted:
    // a network may send numbers that libphonenumber does not know yet.
    [[nodiscard]] static std::optional<msisdn> from_e164(std::string_view text);
    // What a person typed: national or international, spaces, dashes, Arabic-Indic digits. `region` is the ISO 3166
    // code of the gateway's country, used for national forms. Checked against the numbering plan.
    [[nodiscard]] static std::expected<msisdn, msisdn_error> from_typed(std::string_view text, std::string_view region);

    // Whether `region` is a country from_typed() knows the numbering plan of.
    [[nodiscard]] static bool knows_region(std::string_view region);

    [[nodiscard]] std::string e164() const;    // "+254711000001"
    [[nodiscard]] std::string digits() const;  // "254711000001"
    // What a screen may show of somebody's number: the last `shown` digits behind three full stops, "...001" (the
    // character U+2026 would make the whole screen UCS-2).
    [[nodiscard]] std::string masked(int shown = 3) const;
    [[nodiscard]] std::uint64_t value() const { return value_; }
    friend auto operator<=>(const msisdn&, const msisdn&) = default;

private:
    explicit msisdn(std::uint64_t value) : value_(value) {}
    std::uint64_t value_;
};

}  // namespace mlango::gsm
