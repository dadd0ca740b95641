// A handler function: what a menu's `load:` or `do:` names. It reads or changes the registry for one hop and answers
// values, rows or an outcome; it never words anything and never sees SQL.
// To add one: write the function in the file of its subject, add its line to the table in handler_table.cpp.
#pragma once

#include <chrono>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

#include "base/task.hpp"
#include "gsm/ussd.hpp"
#include "handlers/engine.hpp"
#include "handlers/house.hpp"

namespace mlango::handlers {

// What a handler function may know of the hop.
struct hop_context {
    house& rooms;
    const templates::edition& edition;  // that this conversation began with
    sessions::session& session;
    const std::string& from;  // E.164 with '+'
    const std::string& region;
    // The key of what this hop writes: the same for every delivery of it, and in a form that can be continued the same
    // for the same step with the same answers, in whichever session it is taken.
    // Only for a `do`: a `load` does not write.
    const blind_key& hop;
    const wanted& asked;
    std::string_view gateway{};  // the name of the one that she came through
    bool latin = false;          // her screen shows Latin letters only
    bool by_sms = false;         // nobody gave a PIN, and what she typed may be longer than a session keeps

    // How it was asked, as staff see it.
    [[nodiscard]] std::string_view channel() const { return by_sms ? "sms" : "phone"; }
    // The notice that tells her of what she just did. By SMS the reply does.
    [[nodiscard]] std::string_view notice_of(std::string_view key) const { return by_sms ? std::string_view() : key; }
    [[nodiscard]] const templates::catalogue& words() const { return edition.words; }
    [[nodiscard]] registry::person_id person() const { return {session.person}; }
    [[nodiscard]] registry::group_id group() const { return {session.group}; }
    [[nodiscard]] const std::string& language() const { return words().languages()[session.language].code; }
    // A form's field, or empty.
    [[nodiscard]] std::string_view field(std::string_view name) const;
    void set_field(std::string_view name, std::string value);
    // The subject as a record's number; 0 when it is none.
    [[nodiscard]] static std::int64_t number_in(std::string_view subject);
};

// A day as the registry gives it (ISO 8601); 1 January 1970 where it holds none.
[[nodiscard]] std::chrono::year_month_day day_of(std::string_view iso);

// Under which the sessions keep what a number was doing when its session dropped.
[[nodiscard]] blind_key kept_form(blinder& blind, std::string_view e164);
// A step of a form that may be continued in another session acts once for the same answers: had the first session's
// reply been lost, she would confirm again. A PIN is counted by its hop.
[[nodiscard]] blind_key step_key(blinder& blind, const sessions::session& session, const templates::screen& step,
                                 const wanted& asked);

// Too many are waiting for the PIN pool: an apology, like a registry that is away.
struct house_busy : std::runtime_error {
    house_busy() : std::runtime_error("the hashing queue is full") {}
};

using handler_function = task<answer> (*)(hop_context&);

struct named_handler {
    std::string_view name;
    handler_function function;
};

[[nodiscard]] std::span<const named_handler> handler_table();
// nullptr when the table has none of that name.
[[nodiscard]] handler_function find_handler(std::string_view name);

}  // namespace mlango::handlers
