// The kinds of gateways that every conversation is played on: what a screen holds, what the first screen keeps for the
// network, whether phones have #, and how one hop is told from the next.
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

#include "gsm/ussd.hpp"

namespace mlango::test {

struct test_profile {
    std::string_view name;  // letters, digits and _
    gsm::screen_size screen;
    std::size_t first_screen_reserve = 0;
    bool has_hash_key = true;
    gsm::hop_identity identity = gsm::hop_identity::transcript;

    [[nodiscard]] gsm::gateway_profile profile() const {
        gsm::gateway_profile made;
        made.screen = screen;
        made.first_screen_reserve = first_screen_reserve;
        made.has_hash_key = has_hash_key;
        return made;
    }
    [[nodiscard]] gsm::screen_size first_screen() const {
        return {.septets = screen.septets - std::min(screen.septets, first_screen_reserve),
                .ucs2_units = screen.ucs2_units - std::min(screen.ucs2_units, first_screen_reserve)};
    }
};

inline constexpr std::array<test_profile, 5> test_profiles{{
    {.name = "full", .screen = {.septets = 160, .ucs2_units = 70}},
    {.name = "small", .screen = {.septets = 140, .ucs2_units = 63}, .has_hash_key = false},
    {.name = "nalo", .screen = {.septets = 120, .ucs2_units = 60}, .identity = gsm::hop_identity::none},
    {.name = "reserve", .screen = {.septets = 160, .ucs2_units = 70}, .first_screen_reserve = 20},
    {.name = "hubtel",
     .screen = {.septets = 160, .ucs2_units = 70},
     .has_hash_key = false,
     .identity = gsm::hop_identity::sequence},
}};

}  // namespace mlango::test
