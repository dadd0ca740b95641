// The menu and the texts of the service, as their files are.
#pragma once

#include <filesystem>
#include <stdexcept>

#include "proof/proof.hpp"

namespace mlango::proof {

inline const templates::edition_sources& real_sources() {
    static const templates::edition_sources read = [] {
        const std::filesystem::path folder = std::filesystem::path(MLANGO_SOURCE_DIR) / "templates";
        auto menu = templates::read_sources(folder / "menus" / "main");
        auto texts = templates::read_sources(folder / "texts");
        if (!menu || !texts) throw std::runtime_error("the menu or the texts cannot be read");
        return templates::edition_sources{
            .menu = std::move(*menu), .texts = std::move(*texts), .languages = {"en", "sw", "fr", "ar", "am", "so"}};
    }();
    return read;
}

inline std::string told(const proof_fault& one) {
    return one.screen + " " + one.language + " " + one.profile + " +" + std::to_string(one.excess) + " " + one.what +
           (one.text.empty() ? "" : "\n" + one.text);
}

}  // namespace mlango::proof
