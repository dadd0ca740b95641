// Signing in and out: name and password, then a code of her authenticator app, connected at the first time, then a
// password of her own where somebody else gave her one. Wrong names, wrong passwords, wrong codes and accounts that
// wait are answered alike, at the same cost. Also what she may do and what she changes of herself. One object a thread.
// Not here: what a session is (staff_sessions.hpp), accounts (registry/staff/accounts.hpp).
#pragma once

#include <vector>

#include "base/http/server.hpp"
#include "console/guard.hpp"
#include "console/parts.hpp"
#include "console/route.hpp"
#include "console/staff_sessions.hpp"
#include "registry/staff/accounts.hpp"

namespace mlango::console {

class sign_in_door {
public:
    sign_in_door(const parts& house, guard& keeper, staff_sessions& sessions);

    [[nodiscard]] std::vector<staff_route> routes();
    // Before she is signed in.
    [[nodiscard]] std::vector<http_route> open_routes();

private:
    task<http_response> stage(http_request& request);
    task<http_response> password(http_request& request);
    task<http_response> enrolment(http_request& request);
    task<http_response> code(http_request& request);
    task<http_response> first_password(http_request& request);
    task<http_response> me(asked& question);
    task<http_response> sign_out(asked& question);
    task<http_response> change_password(asked& question);
    task<http_response> change_language(asked& question);

    // Whether `secret` is what is stored; the same work without anything stored. nullopt: too much is being checked.
    task<std::optional<bool>> checked(const registry::staff_attempt& attempt, std::string name, std::string secret);
    task<std::optional<std::string>> made(std::string name, std::string secret);
    // Begins a session of that stage in place of `old`, and answers what comes next.
    task<http_response> go_on(const http_request& request, registry::staff_id who, sign_in_stage to,
                              std::optional<staff_session> old);
    task<std::optional<staff_session>> in_stage(const http_request& request, std::initializer_list<sign_in_stage> any);

    const parts& house_;
    guard& guard_;
    staff_sessions& sessions_;
    registry::staff_accounts accounts_;
    counter& wrong_;
    counter& right_;
};

// Why it is too weak: "short", "long", "common", "name"; empty: it will do. As NIST SP 800-63B §5.1.1.2 has it: length
// and what is known to be tried first, no rules about kinds of characters.
[[nodiscard]] std::string_view weakness_of(std::string_view password, std::string_view name);

}  // namespace mlango::console
