#include "proof/map_layout.hpp"

#include <algorithm>
#include <deque>
#include <map>

namespace mlango::proof {
namespace {

using templates::no_screen;
using templates::screen_index;

std::vector<arrow> arrows_of(const templates::menu& screens) {
    std::vector<arrow> arrows;
    for (std::size_t i = 0; i < screens.screens().size(); ++i) {
        const auto& screen = screens.screens()[i];
        const auto from = static_cast<screen_index>(i);
        const auto add = [&](screen_index to, const std::string& label) {
            if (to == no_screen) return;
            const auto same =
                std::ranges::find_if(arrows, [&](const arrow& one) { return one.from == from && one.to == to; });
            if (same == arrows.end())
                arrows.push_back({from, to, label});
            else
                same->label += ", " + label;
        };
        for (const auto& option : screen.options) add(option.to, option.key);
        if (screen.rows) add(screen.rows->to, "1-9");
        if (screen.input) add(screen.input->to, "…");
        for (const auto& [outcome, to] : screen.on) add(to, outcome);
    }
    return arrows;
}

}  // namespace

map_layout lay_out(const templates::menu& screens) {
    map_layout made;
    const std::size_t count = screens.screens().size();
    made.screens.resize(count);
    made.arrows = arrows_of(screens);
    std::deque<screen_index> waiting;
    std::vector<screen_index> reached;
    const auto reach = [&](screen_index to, int column) {
        if (made.screens[to].placed) return;
        made.screens[to] = {.placed = true, .column = column, .line = 0};
        waiting.push_back(to);
        reached.push_back(to);
    };
    reach(screens.entry(), 0);
    for (const screen_index own : {screens.pin(), screens.no_pin(), screens.sorry()}) reach(own, 1);
    while (!waiting.empty()) {
        const screen_index from = waiting.front();
        waiting.pop_front();
        for (const arrow& one : made.arrows)
            if (one.from == from) reach(one.to, made.screens[from].column + 1);
    }
    for (std::size_t i = 0; i < count; ++i) reach(static_cast<screen_index>(i), 0);

    for (const screen_index one : reached) {
        const std::string& subject = screens.at(one).subject;
        if (std::ranges::find(made.bands, subject, &band::subject) == made.bands.end())
            made.bands.push_back({.subject = subject, .first_line = 0, .lines = 0});
    }
    for (band& one : made.bands) {
        one.first_line = made.lines;
        std::map<int, int> used;  // lines of each column
        for (const screen_index i : reached) {
            if (screens.at(i).subject != one.subject) continue;
            placed_screen& at = made.screens[i];
            at.line = one.first_line + used[at.column]++;
            one.lines = std::max(one.lines, used[at.column]);
            made.columns = std::max(made.columns, at.column + 1);
        }
        made.lines += one.lines;
    }
    return made;
}

}  // namespace mlango::proof
