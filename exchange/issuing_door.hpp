// A telephone's own wallet fetches a credential: OpenID4VCI 1.0 with the pre-authorised code. The offer's number goes
// to the telephone; the transaction code, without which it opens nothing, stands on her USSD screen only. One object a
// thread. Not here: metadata (public_door.hpp), offers and what is issued (wallet/issuance.hpp).
#pragma once

#include <vector>

#include "base/http/server.hpp"
#include "exchange/door_parts.hpp"
#include "exchange/door_watch.hpp"
#include "exchange/sealed_token.hpp"

namespace mlango::exchange {

class issuing_door {
public:
    explicit issuing_door(const door_parts& house);

    [[nodiscard]] std::vector<http_route> routes();

private:
    task<http_response> add(http_request& request);
    task<http_response> link(http_request& request);
    task<http_response> offer(http_request& request);
    task<http_response> token(http_request& request);
    task<http_response> nonce(http_request& request);
    task<http_response> credential(http_request& request);

    const door_parts& house_;
    // Wrap what the wallet gave, with the kind of credential it is for.
    sealed_tokens codes_;
    sealed_tokens grants_;
    sealed_tokens nonces_;
    door_watch strangers_;
};

}  // namespace mlango::exchange
