// The menu as a picture: every screen a box, from where a session begins to the right, a band for each subject (file);
// how much of a full screen its longest words take in each language; and, where figures are given, how many leave
// there. Caller: `mlango menu map`. Pure.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "templates/edition.hpp"

namespace mlango::proof {

struct screen_figures {
    std::string screen;
    std::uint64_t shown = 0;
    std::uint64_t left = 0;  // sessions that ended there
    bool goal = false;       // where they may well end
};

// A line a screen: screen,shown,left, or as the first line names the columns, like the console's export. The error
// names the line.
[[nodiscard]] std::expected<std::vector<screen_figures>, std::string> read_figures(std::string_view csv);

// A whole SVG file. Figures of screens that the menu does not have are left out.
[[nodiscard]] std::string map_of(const templates::edition& made, const std::vector<screen_figures>& figures);

}  // namespace mlango::proof
