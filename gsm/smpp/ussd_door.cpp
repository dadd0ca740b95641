#include "gsm/smpp/ussd_door.hpp"

#include <boost/asio/redirect_error.hpp>

#include "base/exception_kind.hpp"
#include "base/log.hpp"

namespace mlango::gsm::smpp {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds between_looks{250};  // for silence; minutes are meant
constexpr int session_numbers = 250;

counter& faults(metrics& numbers, const std::string& gateway, std::string_view kind) {
    return numbers.count("smpp_ussd_faults_total", "USSD over SMPP that did not come through",
                         {{"gateway", gateway}, {"kind", kind}});
}

push_end end_of(ussd_pushed::outcome what) {
    switch (what) {
        case ussd_pushed::outcome::answered:
            return push_end::answered;
        case ussd_pushed::outcome::acknowledged:
            return push_end::acknowledged;
        case ussd_pushed::outcome::refused:
            return push_end::refused;
        case ussd_pushed::outcome::unconfirmed:
            break;
    }
    return push_end::unconfirmed;
}

}  // namespace

ussd_door::ussd_door(executor where, ussd_settings settings, ussd_sink& sink, carrier carry,
                     std::function<std::string()> apology, metrics& numbers, const clock& time, random_source& random)
    : where_(where),
      settings_(std::move(settings)),
      carry_(std::move(carry)),
      apology_(std::move(apology)),
      time_(time),
      random_(random),
      door_(settings_.gateway, settings_.profile, settings_.hops_per_second, sink, numbers, time),
      dialogues_(settings_.words, {.most = settings_.dialogues,
                                   .silence = settings_.profile.idle_time,
                                   .reply_within = settings_.profile.deadline + 2s}),
      tasks_(where_),
      unread_(faults(numbers, settings_.gateway, "unread")),
      refused_(faults(numbers, settings_.gateway, "refused")),
      out_of_place_(faults(numbers, settings_.gateway, "out_of_place")) {}

std::optional<status> ussd_door::on_delivery(const message& from) {
    auto heard = read_ussd(settings_.words, from, settings_.country);
    if (!heard && heard.error() == ussd_unread::not_ussd) return std::nullopt;
    if (!heard) {
        unread_.add();
        log_debug("smpp_ussd_unread", {{"gateway", settings_.gateway}, {"why", static_cast<int>(heard.error())}});
        return status::rx_p_appn;  // it would be no better a second time
    }
    if (stopping_) return status::rx_t_appn;
    take(dialogues_.hear(std::move(*heard), time_.steady()));
    return status::rok;
}

void ussd_door::take(ussd_news news) {
    if (auto* press = std::get_if<ussd_press>(&news)) {
        const auto* of = dialogues_.find(press->id);
        talks_.insert_or_assign(press->id, hop_of(*of, press->dials ? ussd_event::begin : ussd_event::answer));
        tasks_.spawn("smpp_ussd_answer", answer(std::move(*press)));
    } else if (const auto* over = std::get_if<ussd_over>(&news)) {
        const auto at = talks_.find(over->id);
        if (at == talks_.end()) return;
        ussd_hop hop = std::move(at->second);
        talks_.erase(at);
        hop.event = over->in_silence ? ussd_event::timeout : ussd_event::abort;
        tasks_.spawn("smpp_ussd_end", end(std::move(hop)));
    } else if (auto* pushed = std::get_if<ussd_pushed>(&news)) {
        const auto at = pushes_.find(pushed->id);
        if (at == pushes_.end()) return;
        at->second->result = std::move(*pushed);
        at->second->done.cancel();
    } else {
        out_of_place_.add();
    }
}

task<void> ussd_door::answer(ussd_press press) {
    const auto begun = time_.steady();
    const deadline until = begun + settings_.profile.deadline;
    ussd_hop hop = talks_.at(press.id);
    if (!press.dials) hop.input = std::move(press.text);
    ussd_reply reply{.text = {}, .ends = true};
    if (door_.judge(hop, begun) == hop_door::verdict::passes) {
        try {
            reply = co_await door_.pass(std::move(hop), begun, until);
        } catch (const std::exception&) {
            log_error("hop_failed",
                      {{"gateway", settings_.gateway}, {"what", exception_kind(std::current_exception())}});
        }
    }
    if (reply.text.empty()) reply = {.text = apology_(), .ends = true};
    auto* of = dialogues_.find(press.id);
    if (of == nullptr) co_return;  // she has gone, and the sink was told
    auto pdu = write_ussd(settings_.words, reply.ends ? ussd_saying::last : ussd_saying::screen, of->line, reply.text);
    dialogues_.answered(press.id, reply.ends, time_.steady());
    if (reply.ends) talks_.erase(press.id);
    const bool carried = pdu && co_await carry_(std::move(*pdu), std::max(until, time_.steady() + 1s));
    if (carried) co_return;
    refused_.add();
    dialogues_.forget(press.id);
    if (!reply.ends) take(ussd_over{.id = press.id});
}

task<void> ussd_door::end(ussd_hop hop) {
    const auto begun = time_.steady();
    co_await door_.pass(std::move(hop), begun, begun + settings_.profile.deadline);
}

// Nothing in most of these PDUs tells a repeated one from the same key again.
ussd_hop ussd_door::hop_of(const ussd_dialogues::state& of, ussd_event event) const {
    return {.gateway = settings_.gateway,
            .session = of.session,
            .from = of.from,
            .service_code = of.service_code,
            .network = {},
            .event = event,
            .identity = hop_identity::none,
            .transcript = {},
            .sequence = 0,
            .input = {},
            .echo = {},
            .session_of_phone = true};
}

task<void> ussd_door::run() {
    coarse_timer pause(where_);
    boost::system::error_code error;
    while (!stopping_) {
        pause.expires_after(between_looks);
        co_await pause.async_wait(asio::redirect_error(use_task, error));
        for (ussd_news& one : dialogues_.expire(time_.steady())) take(std::move(one));
    }
}

task<void> ussd_door::close(deadline patience) {
    stopping_ = true;
    for (const auto& [id, waiting] : pushes_) waiting->done.cancel();
    co_await tasks_.close(patience);
}

task<push_result> ussd_door::request(msisdn to, std::string text, deadline until) {
    return push(to, std::move(text), ussd_saying::question, until);
}

task<push_result> ussd_door::notify(msisdn to, std::string text, deadline until) {
    return push(to, std::move(text), ussd_saying::notice, until);
}

task<push_result> ussd_door::push(msisdn to, std::string text, ussd_saying what, deadline until) {
    if (stopping_) co_return push_result{.end = push_end::not_sent};
    const auto session = static_cast<std::uint16_t>(1 + random_.below(session_numbers));
    ussd_line line = line_to(settings_.words, to, settings_.service_code, session);
    auto pdu = write_ussd(settings_.words, what, line, text);
    if (!pdu) co_return push_result{.end = push_end::not_sent};
    // Before it goes, since her answer may come before the message centre's.
    const ussd_dialogue_id id = dialogues_.open(to, std::move(line), until);
    if (id == 0) co_return push_result{.end = push_end::not_sent};
    const auto waiting = std::make_shared<waiting_push>(where_);
    waiting->done.expires_at(until);
    pushes_.emplace(id, waiting);
    const bool carried = co_await carry_(std::move(*pdu), until);
    boost::system::error_code woken;
    if (carried && !waiting->result && !stopping_)
        co_await waiting->done.async_wait(asio::redirect_error(use_task, woken));
    pushes_.erase(id);
    dialogues_.forget(id);
    if (waiting->result)
        co_return push_result{.end = end_of(waiting->result->end), .answer = std::move(waiting->result->answer)};
    co_return push_result{.end = carried ? push_end::unconfirmed : push_end::not_sent};
}

}  // namespace mlango::gsm::smpp
