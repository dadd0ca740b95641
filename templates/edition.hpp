// A menu with its words: what one published version is. Immutable; conversations stay on the edition they began with
// while others begin on a newer one. An edition belongs to one thread, as its catalogue does.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <vector>

#include "templates/catalogue.hpp"
#include "templates/menu.hpp"
#include "templates/source.hpp"

namespace mlango::templates {

struct edition_sources {
    sources menu;
    sources texts;
    std::vector<std::string> languages;  // their order; the first is the fallback
};

struct edition {
    std::uint32_t version = 0;  // a published one's number; of files that nobody published: from 2^31 on
    catalogue words;
    menu screens;

    // `version` 0: a fingerprint of the sources, with the highest bit set.
    [[nodiscard]] static std::expected<std::unique_ptr<const edition>, std::vector<std::string>> load(
        const edition_sources& from, std::uint32_t version = 0);
};

// The editions that live side by side on one thread. References stay good until `keep` more editions were put.
class edition_shelf {
public:
    explicit edition_shelf(std::unique_ptr<const edition> first);

    [[nodiscard]] const edition& current() const { return *held_[current_]; }
    // nullptr: not held.
    [[nodiscard]] const edition* find(std::uint32_t version) const;
    // Becomes what new conversations begin with. One that is held already is taken again (a roll back).
    void put(std::unique_ptr<const edition> next);
    // False when it is not held.
    bool take_again(std::uint32_t version);

    static constexpr std::size_t keep = 16;

private:
    std::vector<std::unique_ptr<const edition>> held_;  // oldest first
    std::size_t current_ = 0;
};

}  // namespace mlango::templates
