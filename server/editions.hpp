// What keeps a worker's shelf of editions at what is published. Each worker looks into the registry for itself, with
// one light statement a second; the server is never restarted for a menu.
//
// A conversation's next hop may come to any thread of any server. So a version is first held by all of them, and only
// some seconds after it was published do new conversations begin on it: `settle`, by the registry's clock.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/metrics.hpp"
#include "base/random.hpp"
#include "base/task.hpp"
#include "base/worker_pool.hpp"
#include "registry/publications.hpp"
#include "server/config/config.hpp"
#include "templates/edition.hpp"

namespace mlango::server {

[[nodiscard]] registry::publication_content content_of(const templates::edition_sources& from);
[[nodiscard]] templates::edition_sources sources_of(registry::publication_content content);

// What this program can serve: loads, and the menu names only handler functions that exist here. What was published
// was proven then; a menu of a newer program is refused by an older one in a rolling upgrade. `version` 0: of files.
[[nodiscard]] std::expected<std::unique_ptr<const templates::edition>, std::vector<std::string>> servable(
    const templates::edition_sources& from, std::uint32_t version = 0);

// How long a session may be on an edition that was superseded: the network's longest session, ten minutes in which a
// dropped one may be continued, the session that continues it, and a minute for what is under way.
[[nodiscard]] std::chrono::seconds longest_pinned(const config& settings);

struct edition_keeper_settings {
    std::chrono::milliseconds pause{1'000};  // between looks, a fifth of it more or less
    std::chrono::milliseconds settle{2'500};
    std::chrono::seconds lasting{1'020};  // what was current within it is held from the first look on
    bool tells_of_files = false;          // logs once when what is published is not what the files say
};

class edition_keeper {
public:
    // The shelf holds the edition of the files. `loading` parses, which takes some 20 ms for 120 texts in six
    // languages. Everything outlives the keeper.
    edition_keeper(templates::edition_shelf& shelf, registry::publications& store, worker_pool& loading,
                   const clock& time, random_source& random, metrics& numbers, edition_keeper_settings settings = {});

    // Looks now and then, until cancelled. A registry that is away is waited for; what is held stays.
    task<void> run();
    // One look: holds what was published, lets new conversations begin with the newest that is due and that this
    // program can serve. Throws registry::registry_unavailable.
    task<void> look();

private:
    task<bool> hold(std::uint32_t version);
    void tell_of_files(std::uint32_t served);
    void begin_with(std::uint32_t version);

    templates::edition_shelf& shelf_;
    registry::publications& store_;
    worker_pool& loading_;
    const clock& time_;
    random_source& random_;
    gauge& served_;
    counter& refused_count_;
    edition_keeper_settings settings_;
    std::uint32_t files_;                 // the version of the files
    std::vector<std::uint32_t> refused_;  // not to be read again and again
    std::optional<deadline> looked_;      // the last look that found the registry
    std::uint32_t same_as_files_ = 0;     // the published version whose content is that of the files
    bool crowded_ = false;
};

}  // namespace mlango::server
