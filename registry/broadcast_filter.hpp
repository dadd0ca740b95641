// To whom a broadcast goes: fields that all have to hold, each with one or several values of which one has to. Written
// by staff as "location=KE023,programme=Food|Cash,household=4-"; docs/broadcasts.md lists the fields. Pure.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mlango::registry {

struct broadcast_filter {
    std::vector<std::string> operations;    // codes; none: all
    std::vector<std::string> locations;     // beginnings of p-codes
    std::vector<std::string> programmes;    // ids, or names in any language
    std::vector<std::string> entitlements;  // states
    std::vector<std::string> languages;     // that she chose
    std::vector<std::string> answers;       // who answers the number
    int trust = 1;                          // of a number for a person, at least
    std::optional<int> fewest, most;        // people in the household
    bool principal = false;                 // only the household's principal
};

// Every fault, worded for who typed it.
[[nodiscard]] std::expected<broadcast_filter, std::vector<std::string>> parse_broadcast_filter(std::string_view text);

// As broadcast.filter holds it; `programmes` are the ids of those that it names. A field that was not given is absent.
[[nodiscard]] std::string to_json(const broadcast_filter& filter, const std::vector<std::int64_t>& programmes);

}  // namespace mlango::registry
