// The partners' API, /api/partner/v1: a program of a verifier gets an access token (OAuth2 client credentials, RFC 6749
// §4.4), redeems codes, fetches receipts again, asks her first. Described in openapi/partner.json. One object a thread.
// Not here: which code is whose (wallet/counter.hpp), the page for people (verify_door.hpp).
#pragma once

#include <functional>
#include <vector>

#include "base/http/document.hpp"
#include "base/http/server.hpp"
#include "exchange/door_parts.hpp"
#include "exchange/door_watch.hpp"
#include "exchange/sealed_token.hpp"
#include "exchange/visitor.hpp"

namespace mlango::exchange {

class partner_door {
public:
    explicit partner_door(const door_parts& house);

    [[nodiscard]] std::vector<http_route> routes();

private:
    using authorised = task<http_response> (partner_door::*)(http_request&, const visitor&);

    task<http_response> token(http_request& request);
    // `asks`: whether the program may still come in is asked of the registry first; redeeming asks it by itself.
    task<http_response> admit(http_request& request, bool asks, authorised then);
    task<http_response> redeem(http_request& request, const visitor& who);
    task<http_response> receipt(http_request& request, const visitor& who);
    task<http_response> ask(http_request& request, const visitor& who);
    task<http_response> asked(http_request& request, const visitor& who);
    task<http_response> erasures(http_request& request, const visitor& who);

    const door_parts& house_;
    sealed_tokens tokens_;
    door_watch strangers_;
    door_watch programs_;
    latency& redeem_seconds_;
    document description_;
};

}  // namespace mlango::exchange
