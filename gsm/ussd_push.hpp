// USSD that the network begins: a question she answers on the spot (consent) or a sentence she only sees (alert). Who
// wants to ask holds a ussd_push; the doors that can do it (GSUP: notices only; SMPP by its profile) implement it.
#pragma once

#include <cstdint>
#include <string>

#include "base/clock.hpp"
#include "base/task.hpp"
#include "gsm/msisdn.hpp"

namespace mlango::gsm {

enum class push_end : std::uint8_t {
    answered,      // request: `answer` is what she typed, perhaps nothing
    acknowledged,  // notice: her phone showed it
    refused,       // by her, her phone or the network: she is busy, away, or pressed the red key
    unconfirmed,   // sent, and nothing came by the deadline: she may have seen it. Never to be taken for a yes
    not_sent,      // surely not shown: not connected, nobody of that number, too long, over the limit
    unsupported,   // not by this door
};

struct push_result {
    push_end end = push_end::not_sent;
    std::string answer = {};
};

class ussd_push {
public:
    virtual ~ussd_push() = default;
    // `text` is UTF-8 and fits the gateway's screen. Both end by `until`.
    virtual task<push_result> request(msisdn to, std::string text, deadline until) = 0;
    virtual task<push_result> notify(msisdn to, std::string text, deadline until) = 0;
};

}  // namespace mlango::gsm
