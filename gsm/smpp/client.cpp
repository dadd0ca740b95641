#include "gsm/smpp/client.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <cmath>

#include "gsm/smpp/client_state.hpp"
#include "gsm/smpp/receipt_text.hpp"

namespace mlango::gsm::smpp {

using namespace std::chrono_literals;

namespace {

// How often deadlines of those who wait are looked at, and gauges set.
constexpr auto look_interval = 100ms;

submit_failure failed(submit_refusal what, status code) {
    const auto word = name_of(code);
    return {what, word.empty() ? fmt::format("status 0x{:08x}", static_cast<std::uint32_t>(code)) : std::string(word)};
}

submit_refusal refusal_of(outcome what) {
    switch (what) {
        case outcome::permanent:
            return submit_refusal::permanent;
        case outcome::throttling:
            return submit_refusal::busy;
        default:
            return submit_refusal::temporary;
    }
}

}  // namespace

account_metrics::account_metrics(metrics& all, std::string_view account)
    : binds_up(all.level("smpp_binds_up", "Binds that are up", {{"account", account}})),
      window_in_use(all.level("smpp_window_in_use", "Submissions without a response", {{"account", account}})),
      rate(all.level("smpp_rate", "Submissions a second that the SMSC seems to take", {{"account", account}})),
      accepted(all.count("smpp_submits_total", "Submissions by what became of them",
                         {{"account", account}, {"outcome", "accepted"}})),
      refused(all.count("smpp_submits_total", "Submissions by what became of them",
                        {{"account", account}, {"outcome", "refused"}})),
      unknown(all.count("smpp_submits_total", "Submissions by what became of them",
                        {{"account", account}, {"outcome", "unknown"}})),
      throttled(all.count("smpp_throttled_total", "Submissions that came too fast", {{"account", account}})),
      sessions_ended(all.count("smpp_sessions_ended_total", "Connections that ended or could not be made",
                               {{"account", account}})),
      receipts(all.count("smpp_receipts_total", "Delivery receipts", {{"account", account}})),
      messages(all.count("smpp_messages_in_total", "Messages and parts of messages", {{"account", account}})),
      repeated(all.count("smpp_messages_repeated_total", "Messages delivered again", {{"account", account}})),
      unexpected(
          all.count("smpp_unexpected_responses_total", "Responses that no request waits for", {{"account", account}})),
      not_stored(all.count("smpp_deliveries_not_stored_total", "Deliveries that the SMSC was asked to keep",
                           {{"account", account}})),
      submit(all.time("smpp_submit_seconds", "From a submission to its response", {{"account", account}})) {
    for (std::size_t i = 0; i < passed_over.size(); ++i)
        passed_over[i] =
            &all.count("smpp_passed_over_total", "Deliveries that are no message",
                       {{"account", account}, {"reason", smpp::name_of(static_cast<smpp::passed_over>(i))}});
}

client::state::state(asio::io_context& context, account_settings given, sms_sink& to, const clock& now,
                     random_source& drawn, metrics& all)
    : where(context.get_executor()),
      settings(std::move(given)),
      sink(to),
      time(now),
      random(drawn),
      numbers(all, settings.name),
      tasks(where),
      end(where, deadline::max()),
      room_timer(where),
      // So that a restart does not begin with the numbers of messages whose parts may still be on their way.
      joint_reference(static_cast<std::uint16_t>(random.below(65'536))),
      repeats(random) {}

void client::state::make_binds() {
    const auto authorities = authorities_of(settings);
    for (auto& each : links_of(settings))
        binds.push_back(std::make_shared<bind>(where, settings, std::move(each), static_cast<unsigned>(binds.size()),
                                               authorities, *this, tasks, time, random));
}

client::client(asio::io_context& context, account_settings settings, sms_sink& sink, const clock& time,
               random_source& random, metrics& numbers)
    : state_(std::make_shared<state>(context, std::move(settings), sink, time, random, numbers)) {
    state_->make_binds();
}
client::~client() = default;

void client::watch_deliveries(delivery_watch watch) {
    state_->watch = std::move(watch);
}

task<void> client::run() {
    const auto self = state_;
    for (const auto& each : self->binds) self->tasks.spawn("smpp bind", each->run());
    boost::system::error_code woken;
    while (!self->closing) {
        self->end.expires_after(look_interval);
        co_await self->end.async_wait(asio::redirect_error(use_task, woken));
        self->look_after();
    }
}

void client::stop(deadline patience) {
    const auto self = state_;
    if (std::exchange(self->closing, true)) return;
    self->end.cancel();
    self->wake();
    for (const auto& each : self->binds) each->stop(patience);
}

task<void> client::close(deadline patience) {
    const auto self = state_;
    stop(patience);
    boost::system::error_code woken;
    coarse_timer pause(self->where);
    while (self->tasks.size() > 0 && self->time.steady() < patience) {
        pause.expires_after(10ms);
        co_await pause.async_wait(asio::redirect_error(use_task, woken));
        self->look_after();
    }
    co_await self->tasks.close(self->time.steady());
}

void client::state::look_after() {
    const auto now = time.steady();
    std::int64_t up = 0;
    std::size_t in_use = 0;
    double rate = 0;
    std::uint64_t unexpected = 0;
    for (const auto& each : binds) {
        each->expire();
        unexpected += each->line().counts().unexpected;
        if (!each->is_bound()) continue;
        ++up;
        in_use += each->line().outstanding();
        if (each->transmits()) rate += each->line().rate_per_second();
    }
    numbers.binds_up.set(up);
    numbers.window_in_use.set(static_cast<std::int64_t>(in_use));
    numbers.rate.set(std::llround(rate));
    if (unexpected > numbers.unexpected.value()) numbers.unexpected.add(unexpected - numbers.unexpected.value());
    for (auto next = waiting_for_room.begin(); next != waiting_for_room.end();) {
        const auto one = next++;
        if (one->until > now) continue;
        auto resume = std::move(one->resume);
        waiting_for_room.erase(one);
        std::move(resume)(false);
        next = waiting_for_room.begin();
    }
}

bool client::state::any_bound() const {
    return !closing && std::ranges::any_of(binds, [](const auto& one) { return one->transmits() && one->is_bound(); });
}

// The bind of the parts before, while it lasts; else the one with the fewest unanswered.
std::shared_ptr<bind> client::state::choose(const std::shared_ptr<bind>& kept) const {
    if (kept && kept->is_bound()) return kept->can_submit() ? kept : nullptr;
    std::shared_ptr<bind> best;
    for (const auto& one : binds)
        if (one->can_submit() && (!best || one->line().outstanding() < best->line().outstanding())) best = one;
    return best;
}

task<bool> client::state::room(deadline until) {
    return asio::async_initiate<const asio::use_awaitable_t<executor>, void(bool)>(
        [](auto resume, state* self, deadline last) {
            self->waiting_for_room.push_back({std::move(resume), last});
            self->arm_room();
        },
        use_task, this, until);
}

void client::state::wake() {
    // Each of those who go on takes room, so the next is asked anew. Who finds none waits again, at the end.
    for (std::size_t left = waiting_for_room.size(); left > 0 && !waiting_for_room.empty(); --left) {
        if (any_bound() && !choose(nullptr)) break;
        auto resume = std::move(waiting_for_room.front().resume);
        waiting_for_room.pop_front();
        std::move(resume)(true);
    }
    arm_room();
}

void client::state::arm_room() {
    if (waiting_for_room.empty()) return;
    deadline due = deadline::max();
    for (const auto& one : binds)
        if (one->transmits() && one->is_bound()) due = std::min(due, one->submit_at());
    if (due >= room_armed) return;
    room_armed = due;
    room_timer.expires_at(due);
    room_timer.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
        const auto self = weak.lock();
        if (error || !self) return;
        self->room_armed = deadline::max();
        self->wake();
    });
}

void client::state::on_change() {
    if (!waiting_for_room.empty()) wake();
}

void client::state::on_answer(const request_result& result) {
    if (result.request != command::submit_sm && result.request != command::data_sm) return;
    if (result.end == request_end::unanswered || result.end == request_end::cut_off) numbers.unknown.add();
    if (result.end != request_end::answered) return;
    numbers.submit.observe(result.elapsed);
    if (result.code == status::rok)
        numbers.accepted.add();
    else if (outcome_of(result.code) == outcome::throttling)
        numbers.throttled.add();
    else
        numbers.refused.add();
}

void client::state::on_session_end(const bind& from, const ended&) {
    numbers.sessions_ended.add();
    repeats.ended(from.session(), time.steady());
    on_change();
}

task<client::state::submission> client::state::send_one(const message& content, const submission_note& note,
                                                        deadline until, bool is_first, std::shared_ptr<bind>& over,
                                                        command id) {
    const auto now = time.steady();
    const deadline room_until = now + (until - now) / 2;
    // What is sure is that this part did not go; those before it may have.
    const auto not_now = [is_first](std::string reason) -> task<submission> {
        // Who tries again at once must let the loop turn, or no connection would ever come back.
        co_await asio::post(use_task);
        co_return std::unexpected(
            submit_failure(is_first ? submit_refusal::busy : submit_refusal::temporary, std::move(reason)));
    };
    for (;;) {
        if (!any_bound()) co_return co_await not_now("not bound");
        if (time.steady() >= room_until) co_return co_await not_now("no room");
        over = choose(over);
        if (!over) {
            if (!co_await room(room_until)) co_return co_await not_now("no room");
            continue;
        }
        const auto token = over->submit(content, note, until, id);
        if (!token) {
            if (token.error().what == request_refusal::malformed)
                co_return std::unexpected(failed(submit_refusal::permanent, token.error().field));
            if (!co_await room(room_until)) co_return co_await not_now("no room");
            continue;
        }
        request_answer answer = co_await over->answer_to(*token);
        if (answer.end == request_end::unsent) continue;
        if (answer.end != request_end::answered)
            co_return std::unexpected(submit_failure(submit_refusal::unknown, "no response"));
        if (answer.code == status::rok) co_return sms_accepted{{std::move(answer.message_id)}};
        const auto what = outcome_of(answer.code);
        if (what == outcome::throttling && !is_first) continue;
        co_return std::unexpected(failed(refusal_of(what), answer.code));
    }
}

task<client::state::submission> client::state::send(outgoing parts, submission_note note, deadline until) {
    const auto self = shared_from_this();
    note.whole = parts.parts() == 1;
    std::shared_ptr<bind> over;
    sms_accepted all;
    for (std::size_t i = 0; i < parts.parts(); ++i) {
        auto one = co_await send_one(parts.part(i), note, until, i == 0, over);
        if (!one) {
            one.error().accepted = std::move(all.provider_ids);
            one.error().parts = parts.parts();
            co_return one;
        }
        auto& id = one->provider_ids.front();
        if (!id.empty()) all.provider_ids.push_back(std::move(id));
    }
    // An SMSC that numbers nothing sends no receipts that could be matched; the message is with it all the same.
    if (all.provider_ids.empty()) all.provider_ids.emplace_back("-");
    co_return all;
}

task<std::expected<sms_accepted, submit_failure>> client::submit(const sms_out& message, deadline until) {
    const auto self = state_;
    auto parts = outgoing::make(message, self->settings, self->joint_reference);
    if (!parts) co_return std::unexpected(std::move(parts.error()));
    if (parts->parts() > 1) ++self->joint_reference;
    co_return co_await self->send(std::move(*parts), {.to = message.to, .reference = message.reference}, until);
}

task<std::expected<sms_accepted, submit_failure>> client::submit_as_is(const message& content, command id,
                                                                       deadline until) {
    const auto self = state_;
    std::shared_ptr<bind> over;
    co_return co_await self->send_one(content, {}, until, true, over, id);
}

task<std::optional<sms_receipt>> client::query(const sms_out& message, std::string_view provider_id, deadline until) {
    const auto self = state_;
    const query_way way = self->settings.query;
    const bool by_id = !provider_id.empty() && provider_id != "-";
    const std::uint16_t reference = short_reference(message.reference);
    if (way == query_way::none || (!by_id && (way != query_way::by_reference || reference == 0)))
        co_return std::nullopt;
    const std::string& source = message.sender.empty() ? self->settings.source : message.sender;
    std::string tlvs;
    if (!by_id) append_tlv(tlvs, tlv::user_message_reference, reference);
    const query_request asked{.message_id = by_id ? provider_id : std::string_view(),
                              .source = source_address(source, self->settings),
                              .tlvs = tlv_view(tlvs)};
    for (const auto& one : self->binds) {
        if (!one->transmits() || !one->is_bound()) continue;
        const auto over = one;
        const auto token = over->query(asked, until);
        if (!token) continue;
        const request_answer answer = co_await over->answer_to(*token);
        if (answer.end != request_end::answered) co_return std::nullopt;
        const bool has_none = answer.code == status::rqueryfail || answer.code == status::rinvmsgid;
        if (answer.code != status::rok && (by_id || !has_none)) co_return std::nullopt;
        const auto state = message_state_of(answer.state);
        sms_receipt said{.gateway = self->settings.name,
                         .provider_id = answer.message_id.empty() ? std::string(provider_id) : answer.message_id,
                         .to = message.to,
                         .state = has_none ? receipt_state::not_there : receipt_state_of(state),
                         .reason = std::string(smpp::name_of(state)),
                         .reference = message.reference};
        // Without an id there is nothing to tell one of ours with the same sixteen bits from another.
        if (!by_id && !has_none && said.provider_id.empty()) co_return std::nullopt;
        co_return said;
    }
    co_return std::nullopt;
}

std::size_t client::window() const {
    std::size_t all = 0;
    for (const auto& one : state_->binds)
        if (one->transmits()) all += one->line().settings().window;
    return std::max<std::size_t>(all, 1);
}

bool client::ready() const {
    return state_->waiting_for_room.empty() && state_->any_bound() && state_->choose(nullptr) != nullptr;
}

std::string_view client::name() const {
    return state_->settings.name;
}

std::size_t client::binds_up() const {
    return static_cast<std::size_t>(
        std::ranges::count_if(state_->binds, [](const auto& one) { return one->is_bound(); }));
}

}  // namespace mlango::gsm::smpp
