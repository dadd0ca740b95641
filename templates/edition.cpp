#include "templates/edition.hpp"

namespace mlango::templates {

std::expected<std::unique_ptr<const edition>, std::vector<std::string>> edition::load(const edition_sources& from,
                                                                                      std::uint32_t version) {
    auto words = catalogue::load(from.texts, from.languages);
    if (!words) return std::unexpected(std::move(words.error()));
    auto screens = menu::load(from.menu, *words);
    if (!screens) return std::unexpected(std::move(screens.error()));
    if (version == 0) version = version_of(from);
    return std::make_unique<const edition>(version, std::move(*words), std::move(*screens));
}

std::uint32_t edition::version_of(const edition_sources& from) {
    sources all = from.menu;
    all.insert(all.end(), from.texts.begin(), from.texts.end());
    for (const auto& code : from.languages) all.push_back({code, {}});
    return fingerprint(all) | 0x80000000U;
}

edition_shelf::edition_shelf(std::unique_ptr<const edition> first, std::chrono::seconds lasting) : lasting_(lasting) {
    held_.push_back({.what = std::move(first), .wanted = {}});
}

std::size_t edition_shelf::place_of(std::uint32_t version) const {
    for (std::size_t i = 0; i < held_.size(); ++i)
        if (held_[i].what->version == version) return i;
    return held_.size();
}

const edition* edition_shelf::find(std::uint32_t version) const {
    const std::size_t at = held_[current_].what->version == version ? current_ : place_of(version);
    if (at == held_.size()) return nullptr;
    held_[at].wanted = now_;
    return held_[at].what.get();
}

bool edition_shelf::hold(std::unique_ptr<const edition> next, moment now) {
    tidy(now);
    if (place_of(next->version) != held_.size()) return true;
    if (held_.size() >= most) return false;
    held_.push_back({.what = std::move(next), .wanted = now});
    return true;
}

bool edition_shelf::take(std::uint32_t version, moment now) {
    const std::size_t at = place_of(version);
    if (at == held_.size()) return false;
    held_[current_].wanted = now;
    current_ = at;
    return true;
}

void edition_shelf::tidy(moment now) {
    now_ = now;
    held_[current_].wanted = now;
    for (std::size_t i = held_.size() - 1; i > 0; --i) {
        if (i == current_ || now - held_[i].wanted <= lasting_) continue;
        held_.erase(held_.begin() + static_cast<std::ptrdiff_t>(i));
        if (current_ > i) --current_;
    }
}

}  // namespace mlango::templates
