// The status lists as they are served: held in memory, kept up with the registry every few seconds, signed again when
// something changed or the token grows old. One object a thread. Callers: exchange serves token(); server spawns run().
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/task.hpp"

namespace mlango::wallet {

struct parts;  // wallet/parts.hpp

class status_lists {
public:
    explicit status_lists(const parts& house);
    ~status_lists();

    // Loads what is there, then every `pause` what changed. Ends with its task group.
    task<void> run();
    // One round; tests call it.
    task<void> look();

    // The signed token (application/statuslist+jwt) of the list that the URI ends with; nullptr: no such list. Lives
    // until the next call of look().
    [[nodiscard]] const std::string* token(std::string_view list) const;
    // Changes with each token: an ETag.
    [[nodiscard]] std::string version(std::string_view list) const;
    [[nodiscard]] std::vector<std::string> names() const;

private:
    struct state;
    std::unique_ptr<state> state_;
};

}  // namespace mlango::wallet
