#include "templates/menu.hpp"

#include <algorithm>

namespace mlango::templates {

screen_index screen::outcome(std::string_view outcome_name) const {
    for (const auto& [listed, target] : on)
        if (listed == outcome_name) return target;
    return no_screen;
}

screen_index menu::find(std::string_view name) const {
    const auto found = std::ranges::find(screens_, name, &screen::name);
    return found == screens_.end() ? no_screen : static_cast<screen_index>(found - screens_.begin());
}

std::vector<std::string> menu::handler_names() const {
    std::vector<std::string> names;
    for (const screen& one : screens_)
        for (const std::string* name : {&one.load, &one.act})
            if (!name->empty()) names.push_back(*name);
    std::ranges::sort(names);
    names.erase(std::ranges::unique(names).begin(), names.end());
    return names;
}

}  // namespace mlango::templates
