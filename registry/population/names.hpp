// Names that are common and widely known where a family comes from, and how a person's name is put together there.
// Caller: households. Combined by chance: nobody is meant.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace mlango::registry::population {

// Where the second part of a name comes from.
enum class second_name : std::uint8_t {
    of_father,  // the father's given name; a wife keeps her own
    of_family,  // handed on by the father; a wife keeps her own
    own,        // each child is given one
};

struct name_book {
    std::string_view origin;  // ISO 3166-1 alpha-3
    second_name rule;
    std::span<const std::string_view> women;
    std::span<const std::string_view> men;
    std::span<const std::string_view> second;  // empty with of_father: taken from `men`
};

// One a country of origin, in a fixed order.
[[nodiscard]] std::span<const name_book> name_books();
// The book of a country; a country without one is a bug: std::out_of_range.
[[nodiscard]] const name_book& name_book_of(std::string_view origin);

// The lists, by region, in names_*.cpp.
namespace names {
[[nodiscard]] name_book south_sudan();
[[nodiscard]] name_book congo();
[[nodiscard]] name_book burundi();
[[nodiscard]] name_book rwanda();
[[nodiscard]] name_book somalia();
[[nodiscard]] name_book ethiopia();
[[nodiscard]] name_book eritrea();
[[nodiscard]] name_book sudan();
[[nodiscard]] name_book syria();
[[nodiscard]] name_book yemen();
}  // namespace names

}  // namespace mlango::registry::population
