// What differs between two versions of the menu and its texts, by screens, texts and other entries, wherever they stand
// in the files. Pure.
#pragma once

#include <string>
#include <vector>

#include "templates/edition.hpp"

namespace mlango::server {

enum class change_kind { added, removed, changed };

struct edition_change {
    change_kind kind = change_kind::changed;
    std::string what;  // "screens home", "en texts home.assistance", "languages"
    std::string was;   // on one line; empty when added
    std::string is;    // empty when removed
    friend bool operator==(const edition_change&, const edition_change&) = default;
};

// By `what`. Throws std::runtime_error, worded for the operator, when a file is not YAML.
[[nodiscard]] std::vector<edition_change> changes_between(const templates::edition_sources& before,
                                                          const templates::edition_sources& after);

}  // namespace mlango::server
