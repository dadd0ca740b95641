#include "templates/edition.hpp"

#include <algorithm>

namespace mlango::templates {

std::expected<std::unique_ptr<const edition>, std::vector<std::string>> edition::load(const edition_sources& from,
                                                                                      std::uint32_t version) {
    auto words = catalogue::load(from.texts, from.languages);
    if (!words) return std::unexpected(std::move(words.error()));
    auto screens = menu::load(from.menu, *words);
    if (!screens) return std::unexpected(std::move(screens.error()));
    if (version == 0) {
        sources all = from.menu;
        all.insert(all.end(), from.texts.begin(), from.texts.end());
        for (const auto& code : from.languages) all.push_back({code, {}});
        version = fingerprint(all) | 0x80000000U;
    }
    return std::make_unique<const edition>(version, std::move(*words), std::move(*screens));
}

edition_shelf::edition_shelf(std::unique_ptr<const edition> first) {
    held_.push_back(std::move(first));
}

const edition* edition_shelf::find(std::uint32_t version) const {
    if (held_[current_]->version == version) return held_[current_].get();
    const auto found = std::ranges::find(held_, version, &edition::version);
    return found == held_.end() ? nullptr : found->get();
}

bool edition_shelf::take_again(std::uint32_t version) {
    const auto found = std::ranges::find(held_, version, &edition::version);
    if (found == held_.end()) return false;
    std::rotate(found, found + 1, held_.end());
    current_ = held_.size() - 1;
    return true;
}

void edition_shelf::put(std::unique_ptr<const edition> next) {
    if (take_again(next->version)) return;
    if (held_.size() == keep) held_.erase(held_.begin());
    held_.push_back(std::move(next));
    current_ = held_.size() - 1;
}

}  // namespace mlango::templates
