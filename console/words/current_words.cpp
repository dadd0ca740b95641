#include "console/words/current_words.hpp"

#include <algorithm>

namespace mlango::console {

task<sources_ptr> current_words::load(registry::publication_version version) {
    if (version == registry::the_files) co_return port_->files();
    auto content = co_await published_.load(version);
    co_return content ? port_->sources_of(std::move(*content)) : nullptr;
}

task<held_ptr> current_words::get() {
    const auto version = co_await drafts_.current();
    if (held_ && held_->version == version) co_return held_;
    auto made = std::make_shared<held_version>();
    made->version = version;
    made->from = co_await load(version);
    if (!made->from) throw registry::registry_unavailable("the current version is not what was stored");
    auto outline = co_await port_->outline(made->from);
    if (!outline) throw registry::registry_unavailable("too many proofs at once");
    made->outline = std::move(*outline);
    for (const auto& screen : made->outline.screens)
        for (const auto& key : screen.texts) {
            auto& screens = made->screens_of[key];
            if (std::ranges::find(screens, screen.name) == screens.end()) screens.push_back(screen.name);
        }
    held_ = made;
    co_return made;
}

}  // namespace mlango::console
