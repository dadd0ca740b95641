// Where the synthetic population lives: operations, settlements with their zones, and collection points. The
// settlements are known ones, so that the demo is believable; zones, blocks and centres in them are invented.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mlango::registry::population {

// A short name on the screens' languages.
struct names_by_language {
    std::string en, sw, fr, ar;
    // {"en": …, "sw": …, "fr": …, "ar": …}
    [[nodiscard]] std::string json() const;
};

struct operation {
    std::string_view code;     // of registration numbers: three letters
    std::string_view country;  // ISO 3166-1 alpha-3
    std::size_t place;         // index of places(): the country
    std::string_view time_zone;
    std::string_view currency;  // ISO 4217
    int minor_digits;           // of that currency
    std::string_view provider;  // who pays cash out
};
[[nodiscard]] std::span<const operation> operations();

struct place {
    std::string code;        // e.g. KEN, KEN-KAK1, KEN-KAK1-03
    std::string parent;      // empty for a country
    int level;               // 0 country, 2 settlement, 3 zone
    std::size_t operation;   // index
    std::size_t settlement;  // index among the settlements; 0 for a country
    names_by_language name;
};

struct collection_point {
    std::int64_t id;
    std::string place;  // code of the settlement
    std::size_t settlement;
    names_by_language name;
    std::string_view hours;
};

// Parents stand before their children.
[[nodiscard]] const std::vector<place>& places();
// The zones of an operation: indexes into places().
[[nodiscard]] const std::vector<std::size_t>& zones_of(std::size_t operation);
[[nodiscard]] const std::vector<collection_point>& collection_points();
// The two points of a settlement stand at collection_points()[2 * settlement] and the next.
inline constexpr std::size_t points_a_settlement = 2;

// The points of an operation stand together.
struct point_range {
    std::size_t first;
    std::size_t count;
};
[[nodiscard]] point_range points_of(std::size_t operation);

}  // namespace mlango::registry::population
