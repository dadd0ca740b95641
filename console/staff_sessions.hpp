// Who is signed in at the console: sessions in Redis under a keyed digest of their token, which only the browser has.
// What is kept is sealed. A session ends when it was idle too long, at its longest, when she signs out, or when
// somebody ends all of hers. One object a thread. Callers: the guard, the sign-in door, whoever manages accounts. Not
// here: whether she still works here (the guard asks the registry at each request).
#pragma once

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "console/parts.hpp"
#include "registry/staff/ids.hpp"

namespace mlango::console {

// Redis is away or slow: 503.
struct sessions_away : std::runtime_error {
    sessions_away() : std::runtime_error("staff sessions are away") {}
};

// How far the sign-in is. Only `done` opens anything but the sign-in itself.
enum class sign_in_stage { code, enrol, password, done };
[[nodiscard]] std::string_view name_of(sign_in_stage stage);

struct staff_session {
    registry::staff_id who;
    sign_in_stage stage = sign_in_stage::done;
    wall_time begun;
    std::string agent;  // the browser, as it names itself, cut
    std::string key;    // names it among hers; opens nothing
};

class staff_sessions {
public:
    explicit staff_sessions(const parts& house) : house_(house) {}

    // Returns the token for the cookie: 256 random bits. A step of the sign-in begins a new one and ends the old, so
    // that a token known before is worth nothing after.
    task<std::string> begin(registry::staff_id who, sign_in_stage stage, std::string_view agent);
    enum class use { by_her, by_the_page };
    // nullopt: none of ours, or over. Her own request lets the idle time begin anew.
    task<std::optional<staff_session>> find(std::string_view token, use by);
    task<void> end(const staff_session& session);

    struct listed {
        staff_session session;
        std::chrono::seconds idle;  // since her last request
    };
    // Hers that are not over, in no order.
    task<std::vector<listed>> of(registry::staff_id who);
    // False: none of hers.
    task<bool> end_one(registry::staff_id who, std::string_view key);
    // All but `except`; how many there were.
    task<std::int64_t> end_all(registry::staff_id who, std::string_view except = {});

private:
    [[nodiscard]] std::string key_of(std::string_view token) const;
    [[nodiscard]] std::string list_of(registry::staff_id who) const;
    [[nodiscard]] std::optional<staff_session> opened(std::string_view sealed, std::string_view key) const;
    [[nodiscard]] std::chrono::seconds longest(sign_in_stage stage) const;
    task<sessions::redis_reply> asked(std::initializer_list<std::string_view> words);

    const parts& house_;
};

}  // namespace mlango::console
