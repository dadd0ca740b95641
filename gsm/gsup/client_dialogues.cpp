#include <fmt/format.h>

#include <boost/asio/redirect_error.hpp>

#include "base/exception_kind.hpp"
#include "base/log.hpp"
#include "gsm/gsup/client.hpp"

namespace mlango::gsm::gsup {
namespace {

constexpr std::chrono::milliseconds lookup_within{2'000};

}  // namespace

task<void> client::answer(key_press press) {
    const auto begun = time_.steady();
    const deadline until = begun + settings_.profile.deadline;
    if (!talks_.contains(press.id)) {
        // It is asked before anything else can begin, so it may not take what the conversation needs.
        const auto number = co_await subscribers_.number_of(press.imsi, std::min(until, begun + lookup_within));
        if (!number) {
            if (number.error() == lookup_failure::unavailable)
                log_warning("gsup_number_not_told", {{"gateway", settings_.name}});
            link_.reply(press.id, apology_(), true, time_.steady());
            settle();
            co_return;
        }
        talks_.emplace(press.id, talk{.number = *number,
                                      .session = fmt::format("{:08x}", press.session),
                                      .service_code = press.dials ? press.text : std::string()});
    }
    const dialogue_id id = press.id;
    ussd_reply reply{.text = {}, .ends = true};
    try {
        reply = co_await answer_known(std::move(press), begun, until);
    } catch (const std::exception&) {
        log_error("hop_failed", {{"gateway", settings_.name}, {"what", exception_kind(std::current_exception())}});
    }
    if (reply.text.empty()) reply = {.text = apology_(), .ends = true};
    // False: she has gone meanwhile, and the sink was told.
    link_.reply(id, reply.text, reply.ends, time_.steady());
    if (reply.ends) talks_.erase(id);
    settle();
}

// An empty text: the hop was refused.
task<ussd_reply> client::answer_known(key_press press, deadline begun, deadline until) {
    ussd_hop hop = hop_of(talks_.at(press.id), press.dials ? ussd_event::begin : ussd_event::answer);
    if (!press.dials) hop.input = std::move(press.text);
    if (door_.judge(hop, begun) != hop_door::verdict::passes) co_return ussd_reply{.text = {}, .ends = true};
    co_return co_await door_.pass(std::move(hop), begun, until);
}

task<void> client::tell_end(ussd_hop hop) {
    const auto begun = time_.steady();
    co_await door_.pass(std::move(hop), begun, begun + settings_.profile.deadline);
}

// The session's name is the network's, so that a dialogue goes on after a restart of ours; networks use their ids
// again, so a dial begins anew. Nothing comes twice over a connection: a hop's number only has to grow, across restarts
// too.
ussd_hop client::hop_of(const talk& of, ussd_event event) {
    const auto now = static_cast<std::uint64_t>(time_.now().time_since_epoch().count());
    last_sequence_ = std::max(last_sequence_ + 1, now);
    return {.gateway = settings_.name,
            .session = of.session,
            .from = of.number,
            .service_code = of.service_code,
            .network = {},
            .event = event,
            .identity = hop_identity::sequence,
            .transcript = {},
            .sequence = last_sequence_,
            .input = {},
            .echo = {},
            .session_of_phone = true};
}

task<push_result> client::request(msisdn, std::string, deadline) {
    co_return push_result{.end = push_end::unsupported};
}

task<push_result> client::notify(msisdn to, std::string text, deadline until) {
    if (stopping_ || !link_.is_up()) co_return push_result{.end = push_end::not_sent};
    const auto imsi = co_await subscribers_.imsi_of(to, std::min(until, time_.steady() + lookup_within));
    const auto now = time_.steady();
    if (!imsi || !is_imsi(*imsi) || now >= until) co_return push_result{.end = push_end::not_sent};
    const auto within = std::chrono::duration_cast<std::chrono::milliseconds>(until - now);
    const dialogue_id id = link_.notify(*imsi, text, within, now);
    if (id == 0) co_return push_result{.end = push_end::not_sent};
    const auto place = std::make_shared<waiting_notice>(where_);
    notices_.emplace(id, place);
    settle();
    place->done.expires_at(until);
    boost::system::error_code woken;
    co_await place->done.async_wait(asio::redirect_error(use_task, woken));
    notices_.erase(id);
    switch (place->end.value_or(notice_end::unconfirmed)) {
        case notice_end::acknowledged:
            co_return push_result{.end = push_end::acknowledged};
        case notice_end::refused:
            co_return push_result{.end = push_end::refused};
        case notice_end::unconfirmed:
            break;
    }
    co_return push_result{.end = push_end::unconfirmed};
}

task<void> client::close(deadline patience) {
    if (stopping_) co_return;
    stopping_ = true;
    co_await answers_.close(patience);
    boost::system::error_code ignored;
    coarse_timer pause(where_);
    // The last screens are on their way.
    while (writing_ && time_.steady() < patience) {
        pause.expires_after(std::chrono::milliseconds(5));
        co_await pause.async_wait(asio::redirect_error(use_task, ignored));
    }
    socket_.close(ignored);
    timer_.cancel();
    co_await service_.close(time_.steady());
}

}  // namespace mlango::gsm::gsup
