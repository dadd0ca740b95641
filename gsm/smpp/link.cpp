#include "gsm/smpp/link.hpp"

#include <algorithm>
#include <bit>

namespace mlango::gsm::smpp {
namespace {

constexpr std::size_t longest_window = 10'000;
constexpr std::size_t most_unconfirmed = 0xffff;
// When the time is told so late, the process stood still: what was answered meanwhile is still to be read.
constexpr std::chrono::seconds stall{1};
constexpr std::chrono::milliseconds grace{200};

command bind_command(bind_kind kind) {
    switch (kind) {
        case bind_kind::transmitter:
            return command::bind_transmitter;
        case bind_kind::receiver:
            return command::bind_receiver;
        case bind_kind::transceiver:
            break;
    }
    return command::bind_transceiver;
}

}  // namespace

std::string_view name_of(end_reason reason) {
    switch (reason) {
        case end_reason::bind_refused:
            return "bind_refused";
        case end_reason::bind_unanswered:
            return "bind_unanswered";
        case end_reason::outbind_refused:
            return "outbind_refused";
        case end_reason::enquiry_unanswered:
            return "enquiry_unanswered";
        case end_reason::out_of_step:
            return "out_of_step";
        case end_reason::unbound:
            return "unbound";
        case end_reason::unbound_by_peer:
            return "unbound_by_peer";
        case end_reason::unbind_unanswered:
            return "unbind_unanswered";
        case end_reason::peer_does_not_read:
            return "peer_does_not_read";
        case end_reason::connection_lost:
            return "connection_lost";
    }
    return "unknown";
}

std::string_view name_of(link_state state) {
    switch (state) {
        case link_state::idle:
            return "idle";
        case link_state::awaiting_outbind:
            return "awaiting_outbind";
        case link_state::binding:
            return "binding";
        case link_state::bound:
            return "bound";
        case link_state::draining:
            return "draining";
        case link_state::unbinding:
            return "unbinding";
        case link_state::ended:
            return "ended";
    }
    return "unknown";
}

std::string_view fault_of(const link_settings& settings) {
    if (settings.system_id.empty() || settings.system_id.size() > 15) return "system_id must be 1 to 15 octets";
    if (settings.password.size() > 64) return "password must be at most 64 octets";
    if (settings.system_type.size() > 12) return "system_type must be at most 12 octets";
    if (settings.address_range.size() > 40) return "address_range must be at most 40 octets";
    if (settings.window < 1 || settings.window > longest_window) return "window must be 1 to 10000";
    if (settings.unconfirmed_limit < 1 || settings.unconfirmed_limit > most_unconfirmed) {
        return "unconfirmed_limit must be 1 to 65535";
    }
    if (settings.frame_limit < 1024) return "frame_limit must be at least 1024";
    for (const auto timeout : {settings.bind_timeout, settings.response_timeout, settings.enquire_after,
                               settings.enquire_timeout, settings.confirm_timeout, settings.unbind_timeout}) {
        if (timeout.count() <= 0) return "a timeout must be longer than nothing";
    }
    return {};
}

link::link(link_settings settings) : settings_(std::move(settings)), rate_(settings_.rate) {
    settings_.window = std::clamp<std::size_t>(settings_.window, 1, longest_window);
    settings_.unconfirmed_limit = std::clamp<std::size_t>(settings_.unconfirmed_limit, 1, most_unconfirmed);
    slots_.resize(std::bit_ceil(std::max<std::size_t>(2 * settings_.window, 16)));
}

void link::begin(time_point now) {
    seen_ = std::max(seen_, now);
    events_.clear();
    input_.erase(0, input_used_);
    input_used_ = 0;
}

std::span<const link_event> link::connected(time_point now) {
    begin(now);
    if (state_ != link_state::idle && state_ != link_state::ended) {
        end(end_reason::connection_lost, status::rok, now);
    }
    input_.clear();
    output_.clear();
    was_bound_ = gives_up_ = enquiry_open_ = false;
    enquiry_ = bind_sequence_ = unbind_sequence_ = 0;
    peer_unbind_.reset();
    grace_until_ = {};
    forgotten_.clear();
    next_forgotten_ = 0;
    next_sequence_ = settings_.first_sequence;
    last_pdu_ = now;
    state_until_ = now + settings_.bind_timeout;
    state_ = link_state::awaiting_outbind;
    if (!settings_.waits_for_outbind) send_bind(now);
    return events_;
}

void link::send_bind(time_point now) {
    bind_sequence_ = take_sequence();
    const bind_request request{settings_.system_id,
                               settings_.password,
                               settings_.system_type,
                               settings_.interface_version,
                               {settings_.range_ton, settings_.range_npi, settings_.address_range}};
    if (const auto done = append_bind(output_, bind_command(settings_.kind), bind_sequence_, request); !done) {
        return end(end_reason::bind_refused, done.error(), now);
    }
    state_ = link_state::binding;
    state_until_ = now + settings_.bind_timeout;
}

std::span<const link_event> link::closed(time_point now) {
    begin(now);
    if (state_ != link_state::idle && state_ != link_state::ended) {
        output_.clear();
        end(end_reason::connection_lost, status::rok, now);
    }
    return events_;
}

void link::end(end_reason reason, status code, time_point now) {
    bool has_unsent = false;
    while (waiting_.first() != no_place) {
        const bool unsent = slots_[waiting_.first()].position >= taken_;
        has_unsent = has_unsent || unsent;
        finish(waiting_.first(), unsent ? request_end::unsent : request_end::cut_off, now, nullptr);
    }
    // What nobody took yet must not be written after its sender was told that it was not sent.
    if (has_unsent) output_.clear();
    for (std::uint32_t at = unconfirmed_.first(); at != no_place; at = deliveries_[at].next) {
        deliveries_[at].id = 0;
        free_deliveries_.push_back(at);
    }
    unconfirmed_.clear();
    unconfirmed_count_ = 0;
    state_ = link_state::ended;
    enquiry_open_ = false;
    events_.emplace_back(ended{reason, code, was_bound_});
}

bool link::is_up() const {
    return state_ == link_state::bound || state_ == link_state::draining || state_ == link_state::unbinding;
}

void link::unbind(time_point now, time_point drained_by) {
    seen_ = std::max(seen_, now);
    if (state_ == link_state::awaiting_outbind || state_ == link_state::binding) gives_up_ = true;
    if (state_ != link_state::bound) return;
    state_ = link_state::draining;
    state_until_ = std::min(now + settings_.unbind_timeout, std::max(now, drained_by));
    settle_drain(now);
}

// As far as it goes without an event: an end is told by the next call that may tell one (next_deadline() asks for it).
void link::settle_drain(time_point now) {
    if (state_ == link_state::draining && !peer_unbind_ && is_drained()) send_unbind(now);
}

void link::send_unbind(time_point now) {
    unbind_sequence_ = take_sequence();
    append_header(output_, command::unbind, status::rok, unbind_sequence_);
    state_ = link_state::unbinding;
    state_until_ = now + settings_.unbind_timeout;
}

void link::finish_drain(time_point now) {
    if (state_ != link_state::draining || now < drain_deadline()) return;
    if (!peer_unbind_) return send_unbind(now);
    const std::uint32_t sequence = *peer_unbind_;
    end(end_reason::unbound_by_peer, status::rok, now);
    append_header(output_, command::unbind_resp, status::rok, sequence);
}

link::time_point link::drain_deadline() const {
    return is_drained() ? seen_ : state_until_;
}

link::time_point link::next_deadline() const {
    if (state_ == link_state::idle || state_ == link_state::ended) return time_point::max();
    if (grace_until_ != time_point{}) return grace_until_;
    if (gives_up_) return seen_;
    if (!is_up()) return state_until_;
    time_point due = enquiry_open_ ? enquiry_until_ : last_pdu_ + settings_.enquire_after;
    if (state_ == link_state::draining) due = std::min(due, drain_deadline());
    if (state_ == link_state::unbinding) due = std::min(due, state_until_);
    if (const auto first = waiting_.first(); first != no_place) {
        due = std::min(due, slots_[first].sent + settings_.response_timeout);
    }
    if (const auto first = unconfirmed_.first(); first != no_place) {
        due = std::min(due, deliveries_[first].came + settings_.confirm_timeout);
    }
    return due;
}

std::span<const link_event> link::tick(time_point now) {
    begin(now);
    const time_point due = next_deadline();
    if (now < due) return events_;
    if (grace_until_ == time_point{} && now - due > stall) {
        grace_until_ = now + grace;
        return events_;
    }
    grace_until_ = {};
    expire(now);
    return events_;
}

void link::expire(time_point now) {
    if (!is_up()) {
        if (gives_up_) return end(end_reason::unbound, status::rok, now);
        if (now >= state_until_) end(end_reason::bind_unanswered, status::rok, now);
        return;
    }
    expire_requests(now);
    expire_deliveries(now);
    if (state_ == link_state::unbinding && now >= state_until_) {
        return end(end_reason::unbind_unanswered, status::rok, now);
    }
    finish_drain(now);
    if (is_up()) enquire(now);
}

void link::enquire(time_point now) {
    if (enquiry_open_) {
        if (now >= enquiry_until_) end(end_reason::enquiry_unanswered, status::rok, now);
        return;
    }
    if (now < last_pdu_ + settings_.enquire_after) return;
    enquiry_ = take_sequence();
    enquiry_open_ = true;
    enquiry_until_ = now + settings_.enquire_timeout;
    append_header(output_, command::enquire_link, status::rok, enquiry_);
}

void link::expire_deliveries(time_point now) {
    while (unconfirmed_.first() != no_place) {
        const pending_delivery& first = deliveries_[unconfirmed_.first()];
        if (first.came + settings_.confirm_timeout > now) return;
        ++counts_.turned_away;
        confirm(first.id, status::rx_t_appn, now);
    }
}

bool link::confirm(delivery_id id, status code, time_point now) {
    seen_ = std::max(seen_, now);
    const auto place = static_cast<std::uint32_t>(id & most_unconfirmed);
    if (id == 0 || place >= deliveries_.size() || deliveries_[place].id != id) return false;
    pending_delivery& found = deliveries_[place];
    append_message_response(output_, response_to(found.request), code, found.sequence, {});
    unconfirmed_.remove(deliveries_, place);
    found.id = 0;
    free_deliveries_.push_back(place);
    --unconfirmed_count_;
    settle_drain(now);
    return true;
}

bool link::take_output(std::string& into) {
    into.clear();
    if (output_.empty()) return false;
    taken_ += output_.size();
    into.swap(output_);
    return true;
}

}  // namespace mlango::gsm::smpp
