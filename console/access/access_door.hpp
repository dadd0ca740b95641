// Who works here and what they may do: accounts, roles given and taken, reviews. One object a thread.
// What may be done is decided where it is done, in the registry (registry/staff/access.hpp). Not here: signing in,
// one's own sessions (own_door.hpp).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "console/parts.hpp"
#include "console/route.hpp"
#include "console/staff_sessions.hpp"
#include "registry/staff/access.hpp"

namespace mlango::console::access {

class access_door {
public:
    access_door(const parts& house, staff_sessions& sessions)
        : house_(house), sessions_(sessions), access_(house.pool, house.time) {}

    [[nodiscard]] std::vector<staff_route> routes();

private:
    // accounts (accounts.cpp)
    task<http_response> roles(asked& question);
    task<http_response> list(asked& question);
    task<http_response> search(asked& question);
    task<http_response> show(asked& question);
    task<http_response> add(asked& question);
    task<http_response> describe(asked& question);
    task<http_response> set_state(asked& question);
    task<http_response> reset_password(asked& question);
    task<http_response> take_codes(asked& question);
    task<http_response> unlink(asked& question);
    task<http_response> sign_out(asked& question);
    task<http_response> keep(asked& question, registry::account_change change, bool ends_sessions);
    // Argon2id on the pool. nullopt: too much is being hashed.
    task<std::optional<std::string>> stored(std::string name, std::string password);
    task<void> forget_sessions(registry::staff_id of);
    task<std::string> current(asked& question, registry::staff_id of);

    // grants and reviews (grants.cpp)
    task<http_response> give(asked& question);
    task<http_response> confirm(asked& question);
    task<http_response> end(asked& question);
    task<http_response> decide(asked& question, bool keep);
    task<http_response> reviews(asked& question);
    task<http_response> reviews_file(asked& question);

    const parts& house_;
    staff_sessions& sessions_;
    registry::staff_access access_;
};

// What a page asks for by its query; faults name the field.
[[nodiscard]] std::expected<registry::access_page, std::string> read_page(const asked& question);

}  // namespace mlango::console::access
