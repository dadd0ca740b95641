#include <boost/asio/post.hpp>

#include "base/exception_kind.hpp"
#include "base/log.hpp"
#include "gsm/smpp/client_state.hpp"

namespace mlango::gsm::smpp {

namespace {

// How many deliveries are being stored at once: enough to fill a pipeline to the registry.
constexpr std::size_t most_storing = 256;

}  // namespace

void client::state::on_delivery(bind& from, const delivery& what) {
    if (watch) {
        if (const auto code = watch(what.content)) {
            from.confirm(what.id, *code);
            return;
        }
    }
    auto read = read_incoming(what.content, settings);
    if (!read) {
        numbers.passed_over[static_cast<std::size_t>(read.error())]->add();
        from.confirm(what.id, status::rok);
        return;
    }
    if (auto* whole = std::get_if<sms_in>(&*read)) {
        auto sighting = repeats.saw(identity_of(what.content), from.session(), time.steady());
        if (sighting.repeated) numbers.repeated.add();
        whole->provider_id = std::move(sighting.id);
        whole->made = sighting.repeated ? made_id::repeated : sighting.first ? made_id::first : made_id::another;
    }
    arrivals.push_back({from.shared_from_this(), from.session(), what.id, std::move(*read)});
    pump();
}

// One more that stores, as long as those before it wait for the registry: what is stored without waiting needs one.
void client::state::pump() {
    if (pump_posted) return;
    pump_posted = true;
    asio::post(where, [self = shared_from_this()] {
        self->pump_posted = false;
        if (self->arrivals.empty() || self->storing >= most_storing) return;
        if (!self->tasks.spawn("smpp deliveries", store_arrivals(self))) return;
        self->pump();
    });
}

task<void> client::state::store_arrivals(std::shared_ptr<state> self) {
    ++self->storing;
    while (!self->arrivals.empty()) {
        arrival one = std::move(self->arrivals.front());
        self->arrivals.pop_front();
        const std::string id = std::holds_alternative<sms_in>(one.what) ? std::get<sms_in>(one.what).provider_id : "";
        const bool stored = co_await self->store(std::move(one.what));
        // What could not be stored the SMSC keeps, and delivers again later.
        if (one.by->confirm(one.id, stored ? status::rok : status::rx_t_appn) && stored && !id.empty()) {
            self->repeats.answered(id, one.session, self->time.steady());
            self->sink.on_confirmed(self->settings.name, id);
        }
    }
    --self->storing;
}

task<bool> client::state::store(incoming what) {
    std::exception_ptr failure;
    try {
        if (auto* receipt = std::get_if<sms_receipt>(&what)) {
            numbers.receipts.add();
            co_await sink.on_receipt(std::move(*receipt));
        } else if (auto* whole = std::get_if<sms_in>(&what)) {
            numbers.messages.add();
            co_await sink.on_message(std::move(*whole));
        } else {
            numbers.messages.add();
            co_await sink.on_fragment(std::move(std::get<sms_fragment>(what)));
        }
        co_return true;
    } catch (...) {
        failure = std::current_exception();
    }
    numbers.not_stored.add();
    log_warning("smpp_delivery_not_stored", {{"account", settings.name}, {"kind", exception_kind(failure)}});
    co_return false;
}

// The sender was told that the message may have been taken; now it is known.
void client::state::on_late_answer(const submission_note& note, const request_answer& answer) {
    if (!note.whole || !note.to || note.reference == 0) return;
    sms_receipt told;
    told.gateway = settings.name;
    told.provider_id = answer.message_id;
    told.to = note.to;
    told.state = answer.code == status::rok ? receipt_state::accepted : receipt_state::rejected;
    told.reason = answer.code == status::rok ? "accepted late" : std::string(smpp::name_of(answer.code));
    told.reference = note.reference;
    tasks.spawn("smpp late answer", tell_late(shared_from_this(), std::move(told)));
}

task<void> client::state::tell_late(std::shared_ptr<state> self, sms_receipt receipt) {
    co_await self->store(std::move(receipt));
}

}  // namespace mlango::gsm::smpp
