// A screen drawn by the real engine, page by page, with given values in place of the registry's. Inside this room.
#pragma once

#include <string>
#include <vector>

#include "handlers/engine.hpp"
#include "templates/edition.hpp"

namespace mlango::proof {

struct drawing {
    std::vector<std::string> pages;
    bool complete = true;  // false: the pages did not end
};

struct drawing_place {
    templates::screen_index screen = 0;
    templates::language_index language = 0;
    gsm::screen_size size;
    bool has_hash_key = true;
    bool first = false;    // the session begins with it: there is no way back
    bool refused = false;  // the words after a wrong input, in place of the screen's
    bool latin = false;    // in Latin letters, as on a gateway without UCS-2
};

// `given` is what the screen's handler function would answer; a screen without one shows the words among it, as fields
// of a form. A screen so large that everything stands on its first page is drawn with an `unlimited` size.
[[nodiscard]] drawing draw(const templates::edition& made, const drawing_place& where, const handlers::answer& given);

inline constexpr gsm::screen_size unlimited{.septets = 1'000'000, .ucs2_units = 1'000'000};

}  // namespace mlango::proof
