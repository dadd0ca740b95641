// The longest values that a place of the menu can be filled with, made from what values.yaml declares: each set is one
// case that the texts there must bear. Inside this room.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "proof/spelling.hpp"
#include "templates/declarations.hpp"

namespace mlango::proof {

// Which letters names are written with: the language's own, or in a language of Latin letters one that the GSM alphabet
// lacks, which makes the whole screen UCS-2. In other scripts, and in Latin letters for them, both are the same.
enum class lettering : std::uint8_t { own, beyond_gsm7 };

class worst_values {
public:
    // All must outlive what it gives.
    worst_values(const templates::declarations& declared, const templates::catalogue& words, const spelling& in)
        : declared_(declared), words_(words), in_(in) {}

    // The sets for texts with these arguments at a place ("phone", "phones.rows", "sms.request"), the longest first:
    // every word of a choice, both states of a flag, every month, every plural; all of them together where they are
    // few, else each alone beside the longest of the others. Never empty. What nobody declared is left out.
    [[nodiscard]] std::vector<templates::values> at(std::string_view place, std::span<const templates::text_id> texts,
                                                    std::span<const std::string> flags, lettering letters) const;

private:
    struct dimension;
    [[nodiscard]] dimension dimension_of(const templates::declared_value& value, std::string_view place,
                                         lettering letters) const;

    const templates::declarations& declared_;
    const templates::catalogue& words_;
    spelling in_;
};

// A text of exactly so many characters, in words of at most twelve. In Latin letters each of them is two or three.
[[nodiscard]] std::string longest_text(std::string_view script, std::size_t characters, lettering letters);

// The whole numbers in which plural forms differ, up to `largest`, itself among them.
[[nodiscard]] std::vector<std::int64_t> telling_numbers(std::int64_t largest);

}  // namespace mlango::proof
