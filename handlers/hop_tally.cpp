#include "handlers/hop_tally.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace mlango::handlers {

std::shared_ptr<hop_tally::page> hop_tally::page_of(const templates::edition& what) {
    auto made = std::make_shared<page>();
    for (const auto& screen : what.screens.screens()) made->screen_names.push_back(screen.name);
    for (const auto& language : what.words.languages()) made->language_codes.push_back(language.code);
    made->screens.resize(made->screen_names.size());
    made->languages.resize(made->language_codes.size());
    pages_.push_back(made);
    return made;
}

void hop_tally::began(std::string_view name) {
    auto found = std::ranges::find(gateways_, name, &gateway::name);
    // Gateways are configured, and few.
    if (found == gateways_.end()) found = gateways_.insert(gateways_.end(), {.name = std::string(name), .sessions = 0});
    ++found->sessions;
}

registry::counted_figures hop_tally::take() {
    std::map<std::string, registry::counted_screen> screens;
    std::map<std::string, std::uint64_t> languages;
    std::uint64_t hops = 0, ended = 0, sessions = 0;
    for (const auto& one : pages_) {
        for (std::size_t i = 0; i < one->screens.size(); ++i) {
            const auto now = std::exchange(one->screens[i], {});
            if (now.shown == 0 && now.answered == 0) continue;
            auto& into = screens[one->screen_names[i]];
            into.screen = one->screen_names[i];
            into.shown += now.shown;
            into.answered += now.answered;
            into.ended += now.ended;
            hops += now.shown;
            ended += now.ended;
        }
        for (std::size_t i = 0; i < one->languages.size(); ++i)
            if (const auto now = std::exchange(one->languages[i], 0); now > 0) languages[one->language_codes[i]] += now;
    }
    // Of editions that nobody counts on any more.
    std::erase_if(pages_, [](const auto& one) { return one.use_count() == 1; });
    registry::counted_figures taken;
    for (auto& [name, counts] : screens) taken.screens.push_back(std::move(counts));
    const auto add = [&](std::string_view kind, std::string name, std::uint64_t count) {
        if (count > 0) taken.kinds.push_back({.kind = std::string(kind), .name = std::move(name), .count = count});
    };
    for (const auto& [code, count] : languages) add("language", code, count);
    for (auto& one : gateways_) {
        sessions += one.sessions;
        add("gateway", one.name, std::exchange(one.sessions, 0));
    }
    add("session", {}, sessions);
    add("hop", {}, hops);
    add("ended", {}, ended);
    add("apology", {}, std::exchange(apologies_, 0));
    return taken;
}

}  // namespace mlango::handlers
