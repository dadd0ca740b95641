// Where each screen of the map stands. Inside this room.
#pragma once

#include <string>
#include <vector>

#include "templates/menu.hpp"

namespace mlango::proof {

struct arrow {
    templates::screen_index from = 0, to = 0;
    std::string label;  // keys, "1-9" for rows, "…" for typed words, outcomes; several joined by ", "
};

struct placed_screen {
    bool placed = false;
    int column = 0;  // steps from where a session begins
    int line = 0;    // from the top of the map, across all bands
};

struct band {
    std::string subject;
    int first_line = 0, lines = 0;
};

struct map_layout {
    std::vector<placed_screen> screens;  // by screen_index
    std::vector<band> bands;
    std::vector<arrow> arrows;
    int columns = 0, lines = 0;
};

// The subjects in the order in which she comes to them; a screen's column is its distance from the entry, what the
// engine goes to by itself (the PIN, the apology) counted from there.
[[nodiscard]] map_layout lay_out(const templates::menu& screens);

}  // namespace mlango::proof
