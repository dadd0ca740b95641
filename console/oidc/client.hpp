// Talks with the identity provider: its document and keys, kept for an hour, and the code that becomes an ID token. One
// object a thread. Caller: oidc_door. Not here: what a token must say (id_token.hpp), whose account it is.
#pragma once

#include <expected>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/http/client.hpp"
#include "base/random.hpp"
#include "console/oidc/flow.hpp"
#include "console/oidc/id_token.hpp"
#include "console/oidc/provider.hpp"
#include "console/oidc/settings.hpp"

namespace mlango::console::oidc {

// `reason` is a word for the log and the metrics; never what was sent.
struct trouble {
    bool away = false;  // the provider, not she
    std::string reason;
};

class client {
public:
    // `web` checks certificates and outlives this.
    client(const settings& us, http_client& web, const clock& time) : us_(us), web_(web), time_(time) {}

    task<std::expected<provider, trouble>> discovered();
    // The subject that the provider vouches for.
    task<std::expected<std::string, trouble>> subject_of(provider at, std::string redirect_uri, std::string code,
                                                         flow under_way);

private:
    task<std::expected<std::string, trouble>> fetched(http_client::outgoing request, std::string_view what);
    // Anew when they are old, or `at_once` unless that was done within ten seconds.
    task<std::expected<void, trouble>> fetch_keys(const provider& at, bool at_once);

    const settings& us_;
    http_client& web_;
    const clock& time_;
    std::optional<provider> provider_;
    deadline provider_until_{};
    provider_keys keys_;
    deadline keys_until_{};
    deadline keys_rest_until_{};
};

}  // namespace mlango::console::oidc
