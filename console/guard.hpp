// What stands before every route of the staff API: who asks, whether the change comes from our own page, whether she
// has the permission anywhere, the body; and behind it: what the registry or Redis could not do becomes a problem. One
// object a thread. Callers: doors.hpp, the sign-in door. Not here: whether she may do it to this record; the statement
// that does it decides.
#pragma once

#include <array>
#include <functional>

#include "base/http/address_rates.hpp"
#include "base/http/server.hpp"
#include "console/parts.hpp"
#include "console/route.hpp"
#include "console/staff_sessions.hpp"
#include "registry/staff/accounts.hpp"

namespace mlango::console {

inline constexpr std::string_view api_root = "/api/staff/v1";

class guard {
public:
    guard(const parts& house, staff_sessions& sessions);

    // The route as the server wants it. The route's handler outlives it.
    [[nodiscard]] http_route guarded(staff_route route);
    // For whoever is not signed in (yet): bounded by address, failures as problems. `path` is below api_root. A change
    // must come from our page, too.
    using open_handler = std::function<task<http_response>(http_request&)>;
    [[nodiscard]] http_route open(std::string_view method, std::string_view path, open_handler handler);

    // The session that the request's cookie names, in whatever stage.
    task<std::optional<staff_session>> session_of(const http_request& request, staff_sessions::use by);
    // As the cookie holds it; empty without.
    [[nodiscard]] std::string token_of(const http_request& request) const;
    // Set-Cookie for a token; empty: forget it.
    [[nodiscard]] http_header cookie(std::string_view token) const;

private:
    task<http_response> admit(const staff_route& route, http_request& request);
    task<http_response> caught(std::string_view path, std::function<task<http_response>()> what);
    [[nodiscard]] std::optional<http_response> turned_away(address_rates& rates, const http_request& request);
    [[nodiscard]] http_response finished(http_response response);
    [[nodiscard]] std::string_view cookie_name() const;
    [[nodiscard]] bool over_tls() const { return house_.options.public_url.starts_with("https://"); }

    const parts& house_;
    staff_sessions& sessions_;
    registry::staff_accounts accounts_;
    address_rates strangers_;
    address_rates requests_;
    std::array<counter*, 4> answers_;  // 2xx, 3xx, 4xx, 5xx
    counter& turned_away_;
    latency& seconds_;
};

}  // namespace mlango::console
