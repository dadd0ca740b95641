// Signing in by an identity provider: OpenID Connect, authorisation code with PKCE (RFC 9700 §2.1). An account is found
// by issuer and subject alone, which she linked herself or who keeps accounts wrote down; never by a name or an
// address. The provider is trusted to have made sure of her, by a second factor too: no code is asked here. One object
// a thread.
#pragma once

#include <vector>

#include "console/guard.hpp"
#include "console/oidc/client.hpp"
#include "console/parts.hpp"
#include "console/route.hpp"
#include "console/staff_sessions.hpp"
#include "registry/staff/access.hpp"
#include "registry/staff/accounts.hpp"

namespace mlango::console {

class oidc_door {
public:
    oidc_door(const parts& house, guard& keeper, staff_sessions& sessions);

    [[nodiscard]] std::vector<staff_route> routes();
    [[nodiscard]] std::vector<http_route> open_routes();

private:
    task<http_response> begin(http_request& request);
    task<http_response> back(http_request& request);
    task<http_response> begin_link(asked& question);
    task<std::optional<http_response>> refused_password(asked& question);
    // To the page, which has words for `outcome`.
    http_response to_page(std::string_view where, std::string_view outcome);
    task<http_response> signed_in(const http_request& request, std::string subject);
    task<http_response> linked(const http_request& request, registry::staff_id who, std::string subject);
    [[nodiscard]] std::string redirect_uri() const;
    [[nodiscard]] http_header flow_cookie(std::string_view value) const;
    [[nodiscard]] std::string_view flow_cookie_name() const;

    const parts& house_;
    guard& guard_;
    staff_sessions& sessions_;
    registry::staff_access access_;
    registry::staff_accounts accounts_;
    oidc::client client_;
};

}  // namespace mlango::console
