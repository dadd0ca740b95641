// A community network's USSD without any aggregator: connects to its HLR (osmo-hlr) as External USSD Entity, hands what
// people dial and type to the ussd_sink and their screens back. The link decides; this reads, writes and waits. Of one
// HLR, on one thread. Not here: SMS (over GSUP they need an SMSC that the HLR knows).
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>

#include <boost/asio/ip/tcp.hpp>

#include "base/random.hpp"
#include "base/task_group.hpp"
#include "gsm/gsup/link.hpp"
#include "gsm/gsup/settings.hpp"
#include "gsm/gsup/subscribers.hpp"
#include "gsm/hop_door.hpp"
#include "gsm/ussd_push.hpp"

namespace mlango::gsm::gsup {

// Metrics beside the doors' own: gsup_connected, gsup_dialogues, gsup_lookups_total{outcome}, gsup_faults_total{kind}.
class client final : public ussd_push {
public:
    // `apology` words what somebody reads whose number can not be had: it is said in no conversation, so no sink says
    // it. An error component would do, but osmo-hlr makes "not supported" of every error of an EUSE, and phones show
    // that as a wrong code. The others outlive the client. Precondition: faults_of(settings) is empty.
    client(asio::io_context& context, hlr_settings settings, ussd_sink& sink, std::function<std::string()> apology,
           metrics& numbers, const clock& time, random_source& random);
    ~client() override;

    // Connects and stays connected until close(). Never throws.
    task<void> run();
    // Nothing new is begun; what is being answered is, until `patience`.
    task<void> close(deadline patience);
    [[nodiscard]] bool connected() const { return link_.is_up(); }

    // osmo-hlr up to 1.5.0 dies when a phone answers a network's question: unsupported.
    task<push_result> request(msisdn to, std::string text, deadline until) override;
    // osmo-hlr does not pass a phone's confirmation on, so it ends in `unconfirmed` there.
    task<push_result> notify(msisdn to, std::string text, deadline until) override;

private:
    using plain_socket = asio::basic_stream_socket<asio::ip::tcp, executor>;
    // What a dialogue's hops have in common.
    struct talk {
        msisdn number;
        std::string session;
        std::string service_code;
    };
    struct waiting_notice {
        explicit waiting_notice(executor where) : done(where) {}
        coarse_timer done;
        std::optional<notice_end> end;
    };

    task<bool> open();
    task<void> converse();
    task<void> keep_time();
    task<void> write_out();
    task<void> answer(key_press press);
    task<ussd_reply> answer_known(key_press press, deadline begun, deadline until);
    task<void> tell_end(ussd_hop hop);
    void take(link::events events);
    void on_press(const key_press& press);
    void on_dropped(const dropped& what);
    void on_down(const went_down& what);
    void settle();
    [[nodiscard]] ussd_hop hop_of(const talk& of, ussd_event event);
    void count_faults();

    const hlr_settings settings_;
    executor where_;
    const clock& time_;
    random_source& random_;
    std::function<std::string()> apology_;
    hop_door door_;
    subscribers subscribers_;
    link link_;
    plain_socket socket_;
    coarse_timer timer_;
    link::time_point armed_ = link::time_point::max();
    std::string out_;
    std::string sending_;
    bool writing_ = false;
    bool stopping_ = false;
    std::uint64_t last_sequence_ = 0;
    std::unordered_map<dialogue_id, talk> talks_;
    std::unordered_map<dialogue_id, std::shared_ptr<waiting_notice>> notices_;
    task_group answers_;
    task_group service_;
    link_counts counted_;
    gauge& connected_;
    gauge& dialogues_;
    std::array<counter*, 5> faults_{};
    std::array<char, 8'192> in_{};
};

}  // namespace mlango::gsm::gsup
