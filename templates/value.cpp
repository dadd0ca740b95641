#include "templates/value.hpp"

#include <algorithm>

namespace mlango::templates {

void values::set(std::string_view name, value what) {
    for (auto& [known, held] : list_)
        if (known == name) {
            held = std::move(what);
            return;
        }
    list_.emplace_back(name, std::move(what));
}

const value* values::find(std::string_view name) const {
    for (const auto& [known, held] : list_)
        if (known == name) return &held;
    return nullptr;
}

bool values::flag(std::string_view name) const {
    const value* held = find(name);
    const bool* set = held == nullptr ? nullptr : std::get_if<bool>(held);
    return set != nullptr && *set;
}

}  // namespace mlango::templates
