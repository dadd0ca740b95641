// USSD over one SMPP account: her deliver_sm and data_sm become hops, screens go back as PDUs of their own, each by the
// account's profile. The response to hers goes at once; ours is separate, and when the message centre refuses it the
// dialogue is dead and the sink told. Also what the network begins: questions and notices. One thread. The SMPP client
// hands deliveries in and carries what goes out; this knows no connection.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "base/random.hpp"
#include "base/task_group.hpp"
#include "gsm/hop_door.hpp"
#include "gsm/smpp/ussd_dialogues.hpp"
#include "gsm/ussd_push.hpp"

namespace mlango::gsm::smpp {

struct ussd_settings {
    std::string gateway;       // the account's name
    std::string service_code;  // that questions and notices come from
    std::string country;       // digits before numbers that come in national form
    std::size_t dialogues = 10'000;
    double hops_per_second = 0;
    ussd_profile words;
    gateway_profile profile;
};

class ussd_door final : public ussd_push {
public:
    // Submits one PDU by the deadline; false: it was refused or surely did not go, the dialogue is dead.
    using carrier = std::function<task<bool>(ussd_pdu, deadline)>;

    // `apology` words what somebody reads whose hop no sink sees (over the rate). The others outlive it. Precondition:
    // faults_of(settings.words) is empty.
    ussd_door(executor where, ussd_settings settings, ussd_sink& sink, carrier carry,
              std::function<std::string()> apology, metrics& numbers, const clock& time, random_source& random);

    // The client's watch (client::watch_deliveries): a status answers the delivery, nullopt leaves it to SMS.
    [[nodiscard]] std::optional<status> on_delivery(const message& from);
    // Ends dialogues in silence; spawn it. Until close().
    task<void> run();
    task<void> close(deadline patience);

    task<push_result> request(msisdn to, std::string text, deadline until) override;
    task<push_result> notify(msisdn to, std::string text, deadline until) override;

private:
    struct waiting_push {
        explicit waiting_push(executor where) : done(where) {}
        coarse_timer done;
        std::optional<ussd_pushed> result;
    };
    void take(ussd_news news);
    task<void> answer(ussd_press press);
    task<void> end(ussd_hop hop);
    task<push_result> push(msisdn to, std::string text, ussd_saying what, deadline until);
    [[nodiscard]] ussd_hop hop_of(const ussd_dialogues::state& of, ussd_event event) const;

    executor where_;
    const ussd_settings settings_;
    carrier carry_;
    std::function<std::string()> apology_;
    const clock& time_;
    random_source& random_;
    hop_door door_;
    ussd_dialogues dialogues_;
    // Ends are told with what their dialogues were, which the dialogues themselves have forgotten by then.
    std::unordered_map<ussd_dialogue_id, ussd_hop> talks_;
    std::unordered_map<ussd_dialogue_id, std::shared_ptr<waiting_push>> pushes_;
    task_group tasks_;
    bool stopping_ = false;
    counter& unread_;
    counter& refused_;
    counter& out_of_place_;
};

}  // namespace mlango::gsm::smpp
