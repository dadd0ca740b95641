// A menu with its words: what one published version is. Immutable; conversations stay on the edition they began with
// while others begin on a newer one. An edition belongs to one thread, as its catalogue does.
#pragma once

#include <chrono>
#include <cstddef>
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

    // `version` 0: version_of(from).
    [[nodiscard]] static std::expected<std::unique_ptr<const edition>, std::vector<std::string>> load(
        const edition_sources& from, std::uint32_t version = 0);
    // Of sources that nobody published: their fingerprint, with the highest bit set.
    [[nodiscard]] static std::uint32_t version_of(const edition_sources& from);
};

// The editions that live side by side on one thread. What was superseded stays for as long as a conversation may be on
// it: a reference that find() or current() gave is good for `lasting`. The first, of the files, stays always.
class edition_shelf {
public:
    using moment = std::chrono::steady_clock::time_point;

    // `lasting`: how long an edition stays after it was superseded and after it was last found.
    explicit edition_shelf(std::unique_ptr<const edition> first, std::chrono::seconds lasting = std::chrono::hours(1));

    // What new conversations begin with.
    [[nodiscard]] const edition& current() const { return *held_[current_].what; }
    // nullptr: not held.
    [[nodiscard]] const edition* find(std::uint32_t version) const;
    // Beside the current one, ready to be found and taken. True when it is held already. False when there is no room:
    // `most` editions are held and each of them may still be wanted.
    bool hold(std::unique_ptr<const edition> next, moment now);
    // Makes one that is held the current one; false when it is not held.
    bool take(std::uint32_t version, moment now);
    // Lets go of what nobody can be on any more. To be called every few seconds: find() remembers the time it was told.
    void tidy(moment now);

    [[nodiscard]] std::size_t size() const { return held_.size(); }

    static constexpr std::size_t most = 16;

private:
    struct place {
        std::unique_ptr<const edition> what;
        mutable moment wanted;  // when it was last current, put here or found
    };
    [[nodiscard]] std::size_t place_of(std::uint32_t version) const;

    std::vector<place> held_;
    std::size_t current_ = 0;
    std::chrono::seconds lasting_;
    moment now_{};
};

}  // namespace mlango::templates
