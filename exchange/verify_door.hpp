// The page for a verifier's people, /verify: its files, their sign-in, redeeming a code, looking at a receipt again,
// checking a printed or shown credential, and what the page needs to check one offline. One object a thread.
// Not here: the page itself (web/), which code is whose (wallet/counter.hpp).
#pragma once

#include <map>
#include <vector>

#include "base/http/document.hpp"
#include "base/http/server.hpp"
#include "exchange/credential_check.hpp"
#include "exchange/door_parts.hpp"
#include "exchange/door_watch.hpp"
#include "exchange/sealed_token.hpp"
#include "exchange/visitor.hpp"

namespace mlango::exchange {

class verify_door {
public:
    explicit verify_door(const door_parts& house);

    [[nodiscard]] std::vector<http_route> routes();

private:
    struct present {
        visitor who;
        wall_time until;
        wallet::verifier_face face;
    };
    using signed_in = task<http_response> (verify_door::*)(http_request&, const present&);

    void add_files(std::vector<http_route>& all);
    task<http_response> file(http_request& request, std::string name, bool versioned);
    task<http_response> trust(http_request& request);
    task<http_response> sign_in(http_request& request);
    task<http_response> admit(http_request& request, bool changes, signed_in then);
    task<http_response> session(http_request& request, const present& here);
    task<http_response> sign_out(http_request& request, const present& here);
    task<http_response> redeem(http_request& request, const present& here);
    task<http_response> receipt(http_request& request, const present& here);
    task<http_response> check(http_request& request, const present& here);

    [[nodiscard]] std::string cookie(std::string_view token, std::chrono::seconds life) const;
    // A session that is used goes on, up to its longest.
    void renew(http_response& response, const present& here);

    const door_parts& house_;
    sealed_tokens sessions_;
    door_watch strangers_;
    door_watch people_;
    door_watch readers_;
    latency& redeem_seconds_;
    std::map<std::string, document, std::less<>> files_;      // asked for again each time
    std::map<std::string, document, std::less<>> versioned_;  // kept for ever: their address changes
    credential_checker checker_;
};

}  // namespace mlango::exchange
