// One USSD exchange as the conversation sees it, whatever the gateway's dialect: a session begins, she answers, the
// network ends it. Handlers implement ussd_sink; gateways call it.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/task.hpp"
#include "gsm/msisdn.hpp"
#include "gsm/text.hpp"

namespace mlango::gsm {

enum class ussd_event {
    begin,    // the first request of a session
    answer,   // she typed something
    abort,    // she or the network ended the session
    timeout,  // our last answer came too late or she did not answer
};

// How a gateway tells one hop from another; what makes a repeated delivery recognisable.
enum class hop_identity {
    transcript,  // every input so far, joined by '*' (Africa's Talking): ussd_hop::transcript is the whole
    sequence,    // a number that grows by one (Hubtel): ussd_hop::sequence
    none,        // only the input itself: the same within two seconds is taken for a repeat
};

struct ussd_hop {
    std::string gateway;  // configured name
    std::string session;  // the gateway's session id, at most 128 bytes
    msisdn from;
    std::string service_code;  // "*384#"
    std::string network;       // MCC+MNC or the gateway's word for it; may be empty
    ussd_event event = ussd_event::answer;
    hop_identity identity = hop_identity::none;
    std::string transcript;  // identity transcript: the whole, may hold a PIN: never store or log it
    std::uint64_t sequence = 0;
    std::string input;              // identity sequence or none: what she typed now. Empty with identity transcript.
    std::string echo = {};          // the gateway's own word that its answer repeats (Arkesel userID, Nalo USERID)
    bool session_of_phone = false;  // the gateway names no session: `session` is the phone's, and a dial begins anew
};

struct ussd_reply {
    std::string text;  // UTF-8, fitted to the profile
    bool ends = false;
};

// What a gateway (and the networks behind it) can carry. Data: configured per gateway.
struct gateway_profile {
    screen_size screen;
    std::size_t first_screen_reserve = 0;        // units the network takes of the first screen for its own words
    std::size_t input_limit = 160;               // characters she can send; longer ones are refused
    bool ucs2 = true;                            // else only the GSM 7-bit alphabet gets through
    std::chrono::milliseconds deadline{10'000};  // the gateway gives up
    std::chrono::seconds idle_time{30};          // the network ends a silent session
    std::chrono::seconds session_time{180};
    bool has_hash_key = true;   // else "98" is shown for more
    std::string region = "KE";  // ISO 3166, for numbers typed in national form
};

class ussd_sink {
public:
    virtual ~ussd_sink() = default;
    // Answers one hop by `until`; never throws for what she did. For abort and timeout the reply is ignored.
    virtual task<ussd_reply> on_hop(ussd_hop hop, const gateway_profile& profile, deadline until) = 0;
};

}  // namespace mlango::gsm
