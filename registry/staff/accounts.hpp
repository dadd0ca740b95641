// The accounts of staff as sign-in and the guard need them, and as the command line makes them. Callers: console, the
// commands. Not here: what colleagues do with accounts (management, reviews), how a password is made (secret_verifier).
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "registry/pool.hpp"
#include "registry/staff/ids.hpp"

namespace mlango::registry {

// What a stored password is bound to, and the context of a sealed secret of codes.
[[nodiscard]] std::string staff_password_subject(std::string_view name);
[[nodiscard]] std::string staff_totp_context(std::string_view name);

// Whoever may come in now: active, with what she holds at this moment.
struct staff_at_work {
    std::string name, shown_name, language;
    std::vector<std::string> permissions;  // sorted; without those that wait for her training
    std::vector<std::string> untrained;    // those that wait for it, sorted
    std::vector<std::string> operations;   // sorted
    std::string trained_until;             // a day; empty: never was
};

// A guess at a password or a code, counted before it is checked. Without `may_try` (no such name, suspended, waiting
// after too many) the check is made all the same, against nothing.
struct staff_attempt {
    bool may_try = false;
    staff_id who;
    std::string name;
    std::string stored;      // password as stored, or the sealed secret of codes
    bool changes = false;    // the password was given by somebody else
    bool has_codes = false;  // an app was connected
    std::int64_t last_step = 0;
};

class staff_accounts {
public:
    staff_accounts(pg_pool& pool, const clock& time) : pool_(pool), time_(time) {}

    // Of a session that began then: what somebody did to her account since (a new password, another app) ended it.
    task<std::optional<staff_at_work>> at_work(staff_id who, wall_time session_begun);
    // What her page shows of where she works: {"operations": [{code, name, country}], "grants": [{role, role_name,
    // operation, office, office_name, programme, programme_name, until}]}, names by language.
    task<std::string> places_json(staff_id who);

    task<staff_attempt> count_password(std::string_view name);
    // The same ladder for her own password, asked again before she changes it.
    task<staff_attempt> count_own_password(staff_id who);
    task<staff_attempt> count_code(staff_id who);
    // The guess was right, and what follows is counted on: only `code_right` and `signed_in` set the count to 0.
    task<void> password_right(staff_id who);
    // False: this step or a later one was used already. Connects the app at its first code.
    task<bool> code_right(staff_id who, std::int64_t step);
    // A secret for an app that is not connected yet. False: one is.
    task<bool> offer_codes(staff_id who, std::string_view sealed);
    task<void> signed_in(staff_id who, std::string_view by);  // password, code, provider
    task<void> signed_out(staff_id who);
    // Her own: never one to be replaced.
    task<void> change_password(staff_id who, std::string_view stored);
    task<void> change_language(staff_id who, std::string_view language);

private:
    pg_pool& pool_;
    const clock& time_;
};

// What the command line does where nobody is there yet who could do it in the console. `made_by` is nobody.
struct new_staff {
    std::string name, shown_name, language = "en";
    std::string password;  // as stored
    bool password_changes = true;
    std::optional<std::string> totp_sealed;  // already connected
    std::string trained_until;               // a day; empty: not trained
};
struct new_staff_grant {
    std::string name, role, operation;
    std::int64_t office = 0, programme = 0;  // 0: all
    int days = 366;
};
enum class staff_fault { taken, unknown, no_such_place, bad_until, untrained, clash };
[[nodiscard]] std::string_view name_of(staff_fault fault);

struct staff_row {
    staff_id id;
    std::string name, shown_name, state, trained_until, grants, signed_in_at;
    bool has_codes = false;
};

class staff_office {
public:
    staff_office(pg_pool& pool, const clock& time) : pool_(pool), time_(time) {}

    task<std::expected<staff_id, staff_fault>> add(new_staff wanted);
    task<std::expected<void, staff_fault>> grant(new_staff_grant wanted);
    task<std::optional<staff_id>> find(std::string_view name);
    task<bool> set_password(std::string_view name, std::string_view stored, bool changes);
    task<bool> forget_codes(std::string_view name);
    task<bool> set_training(std::string_view name, std::string_view until);
    // active, suspended or ended; what is ended stays so.
    task<bool> set_state(std::string_view name, std::string_view state);
    task<std::vector<staff_row>> list();

private:
    pg_pool& pool_;
    const clock& time_;
};

}  // namespace mlango::registry
