#include "registry/population/places.hpp"

#include <array>

#include <fmt/format.h>

namespace mlango::registry::population {

namespace {

struct settlement {
    std::size_t operation;
    std::string_view code;
    std::string_view name;
    std::string_view arabic;
    int zones;
};

constexpr std::array settlements = {
    settlement{0, "KAK1", "Kakuma 1", "كاكوما 1", 4},
    settlement{0, "KAK2", "Kakuma 2", "كاكوما 2", 3},
    settlement{0, "KAK3", "Kakuma 3", "كاكوما 3", 3},
    settlement{0, "KAK4", "Kakuma 4", "كاكوما 4", 2},
    settlement{0, "KAL1", "Kalobeyei 1", "كالوبيي 1", 3},
    settlement{0, "KAL2", "Kalobeyei 2", "كالوبيي 2", 3},
    settlement{0, "KAL3", "Kalobeyei 3", "كالوبيي 3", 2},
    settlement{0, "HAGA", "Hagadera", "هاغاديرا", 6},
    settlement{0, "IFO", "Ifo", "إيفو", 5},
    settlement{0, "DAGA", "Dagahaley", "داغاهالي", 5},
    settlement{0, "NAI", "Nairobi", "نيروبي", 4},
    settlement{1, "NAKI", "Nakivale", "ناكيفالي", 5},
    settlement{1, "BIDI", "Bidi Bidi", "بيدي بيدي", 5},
    settlement{1, "KYAN", "Kyangwali", "كيانغوالي", 4},
    settlement{1, "RHIN", "Rhino Camp", "راينو كامب", 4},
    settlement{1, "KYAK", "Kyaka II", "كياكا 2", 3},
    settlement{1, "KAMP", "Kampala", "كمبالا", 3},
};

constexpr std::array operation_list = {
    operation{"KEN", "KEN", 0, "Africa/Nairobi", "KES", 2, "M-Pesa"},
    operation{"UGA", "UGA", 1, "Africa/Kampala", "UGX", 0, "Airtel Money"},
};

std::vector<place> all_places() {
    std::vector<place> out = {{"KEN", "", 0, 0, 0, {"Kenya", "Kenya", "Kenya", "كينيا"}},
                              {"UGA", "", 0, 1, 0, {"Uganda", "Uganda", "Ouganda", "أوغندا"}}};
    for (std::size_t s = 0; s < settlements.size(); ++s) {
        const settlement& at = settlements[s];
        const std::string_view country = operation_list[at.operation].country;
        const std::string code = fmt::format("{}-{}", country, at.code);
        const std::string name(at.name);
        out.push_back({code, std::string(country), 2, at.operation, s, {name, name, name, std::string(at.arabic)}});
        for (int zone = 1; zone <= at.zones; ++zone)
            out.push_back({fmt::format("{}-{:02}", code, zone),
                           code,
                           3,
                           at.operation,
                           s,
                           {fmt::format("{}, Zone {}", name, zone), fmt::format("{}, Eneo {}", name, zone),
                            fmt::format("{}, zone {}", name, zone), fmt::format("{}، منطقة {}", at.arabic, zone)}});
    }
    return out;
}

std::vector<collection_point> all_points() {
    constexpr std::array<std::string_view, points_a_settlement> latin = {"A", "B"};
    constexpr std::array<std::string_view, points_a_settlement> arabic = {"أ", "ب"};
    constexpr std::array<std::string_view, 3> hours = {"08:00-16:00", "08:00-13:00", "09:00-15:00"};
    std::vector<collection_point> out;
    for (std::size_t s = 0; s < settlements.size(); ++s)
        for (std::size_t k = 0; k < points_a_settlement; ++k) {
            const settlement& at = settlements[s];
            out.push_back(
                {static_cast<std::int64_t>(out.size() + 1),
                 fmt::format("{}-{}", operation_list[at.operation].country, at.code),
                 s,
                 {fmt::format("{} Centre {}", at.name, latin[k]), fmt::format("{} Kituo {}", at.name, latin[k]),
                  fmt::format("{} Centre {}", at.name, latin[k]), fmt::format("{} مركز {}", at.arabic, arabic[k])},
                 hours[out.size() % hours.size()]});
        }
    return out;
}

}  // namespace

std::string names_by_language::json() const {
    return fmt::format(R"({{"en": "{}", "sw": "{}", "fr": "{}", "ar": "{}"}})", en, sw, fr, ar);
}

std::span<const operation> operations() {
    return operation_list;
}

const std::vector<place>& places() {
    static const std::vector<place> list = all_places();
    return list;
}

const std::vector<std::size_t>& zones_of(std::size_t operation) {
    static const std::array<std::vector<std::size_t>, operation_list.size()> zones = [] {
        std::array<std::vector<std::size_t>, operation_list.size()> out;
        for (std::size_t i = 0; i < places().size(); ++i)
            if (places()[i].level == 3) out[places()[i].operation].push_back(i);
        return out;
    }();
    return zones.at(operation);
}

point_range points_of(std::size_t operation) {
    point_range out{0, 0};
    for (const settlement& at : settlements) {
        if (at.operation < operation) out.first += points_a_settlement;
        if (at.operation == operation) out.count += points_a_settlement;
    }
    return out;
}

const std::vector<collection_point>& collection_points() {
    static const std::vector<collection_point> list = all_points();
    return list;
}

}  // namespace mlango::registry::population
