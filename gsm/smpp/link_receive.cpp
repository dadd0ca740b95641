// What the SMSC sends: frames, its responses, its requests.
#include "base/bytes.hpp"
#include "gsm/smpp/link.hpp"

namespace mlango::gsm::smpp {
namespace {

constexpr std::size_t output_slack = 1024 * 1024;  // above output_pause: answers to what was read before the pause

}  // namespace

// The octets of a frame that was begun before, with these behind it; or these themselves, without a copy.
std::string_view link::take_in(std::string_view octets) {
    if (input_.empty()) return octets;
    input_.append(octets);
    return input_;
}

// Keeps what is behind the last whole frame. What lies before it in input_ is dropped by the next call only, since
// events view it.
void link::keep_rest(std::string_view rest) {
    if (input_.empty()) {
        input_.assign(rest);
    } else {
        input_used_ = input_.size() - rest.size();
    }
}

// Responses go first: a result frees a slot and joins a receipt that came in the same read.
std::span<const link_event> link::received(std::string_view octets, time_point now) {
    begin(now);
    if (state_ == link_state::idle || state_ == link_state::ended) return events_;
    const std::string_view all = take_in(octets);
    std::string_view rest = all;
    bool has_requests = false;
    bool out_of_step = false;
    while (state_ != link_state::ended) {
        const auto taken = take_frame(rest, settings_.frame_limit);
        out_of_step = !taken;
        if (!taken || !*taken) break;
        last_pdu_ = now;
        enquiry_open_ = false;
        if (is_response((*taken)->id)) {
            on_response(**taken, now);
        } else {
            has_requests = true;
        }
    }
    std::string_view again = has_requests ? all.substr(0, all.size() - rest.size()) : std::string_view{};
    while (!again.empty() && state_ != link_state::ended) {
        const frame request = **take_frame(again, settings_.frame_limit);
        if (!is_response(request.id)) on_request(request, now);
    }
    if (state_ == link_state::ended) return events_;
    if (out_of_step) {
        end(end_reason::out_of_step, status::rinvcmdlen, now);
        nack(status::rinvcmdlen, 0);
        return events_;
    }
    keep_rest(rest);
    settle_drain(now);
    if (output_.size() > settings_.output_pause + output_slack) {
        output_.clear();
        end(end_reason::peer_does_not_read, status::rok, now);
    }
    return events_;
}

void link::nack(status code, std::uint32_t sequence) {
    ++counts_.nacks_sent;
    append_header(output_, command::generic_nack, code, sequence);
}

void link::on_response(const frame& from, time_point now) {
    switch (from.id) {
        case command::generic_nack:
            return on_nack(from, now);
        case command::bind_transmitter_resp:
        case command::bind_receiver_resp:
        case command::bind_transceiver_resp:
            return on_bind_response(from, now);
        case command::enquire_link_resp:
            if (enquiry_ != 0 && from.sequence == enquiry_) {
                enquiry_ = 0;
            } else {
                ++counts_.unexpected;
            }
            if (const auto state = tlv_view(from.body).get(tlv::congestion_state)) rate_.congested(*state, now);
            return;
        case command::unbind_resp:
            if (state_ == link_state::unbinding && from.sequence == unbind_sequence_) {
                return end(end_reason::unbound, status::rok, now);
            }
            ++counts_.unexpected;
            return;
        default:
            break;
    }
    const auto place = static_cast<std::uint32_t>(from.sequence & (slots_.size() - 1));
    const slot& found = slots_[place];
    if (from.sequence != 0 && found.sequence == from.sequence && from.id == response_to(found.request)) {
        return finish(place, request_end::answered, now, &from);
    }
    if (!finish_late(from, now)) ++counts_.unexpected;
}

void link::on_nack(const frame& from, time_point now) {
    ++counts_.nacks_received;
    const status code = from.code == status::rok ? status::runknownerr : from.code;
    // Nothing else is under way, and osmo-msc gives a length instead of the number.
    if (state_ == link_state::binding) return end(end_reason::bind_refused, code, now);
    if (state_ == link_state::unbinding && from.sequence == unbind_sequence_) {
        return end(end_reason::unbound, code, now);
    }
    const auto place = static_cast<std::uint32_t>(from.sequence & (slots_.size() - 1));
    if (from.sequence != 0 && slots_[place].sequence == from.sequence) {
        return finish(place, request_end::answered, now, &from);
    }
    if (enquiry_ != 0 && from.sequence == enquiry_) {
        enquiry_ = 0;  // it lives, which is all that was asked
        return;
    }
    if (!finish_late(from, now)) ++counts_.unexpected;
}

// Any of the three bind responses does: osmo-msc answers bind_receiver with bind_transmitter_resp.
void link::on_bind_response(const frame& from, time_point now) {
    if (state_ != link_state::binding || from.sequence != bind_sequence_) {
        ++counts_.unexpected;
        return;
    }
    if (from.code != status::rok) return end(end_reason::bind_refused, from.code, now);
    const auto read = read_body(from);
    const bind_response response = read ? std::get<bind_response>(*read) : bind_response{};
    state_ = link_state::bound;
    was_bound_ = true;
    events_.emplace_back(bound{response.system_id, response.tlvs.get(tlv::sc_interface_version)});
    if (gives_up_) {
        gives_up_ = false;
        unbind(now);
    }
}

void link::on_request(const frame& from, time_point now) {
    switch (from.id) {
        case command::enquire_link:
            return append_header(output_, command::enquire_link_resp, status::rok, from.sequence);
        case command::deliver_sm:
        case command::data_sm:
            return on_delivery(from, now);
        case command::unbind:
            return on_unbind(from, now);
        case command::outbind:
            return on_outbind(from, now);
        case command::alert_notification:
            return on_alert(from);
        case command::bind_receiver:
        case command::bind_transmitter:
        case command::bind_transceiver:
        case command::submit_sm:
        case command::query_sm:
        case command::cancel_sm:
        case command::replace_sm:
            ++counts_.out_of_place;
            return append_header(output_, response_to(from.id), status::rinvbndsts, from.sequence);
        default:
            return nack(status::rinvcmdid, from.sequence);
    }
}

void link::on_outbind(const frame& from, time_point now) {
    const auto read = read_body(from);
    if (state_ != link_state::awaiting_outbind) {  // it has no response
        ++counts_.out_of_place;
        return;
    }
    if (!read) return nack(read.error(), from.sequence);
    const auto& request = std::get<outbind_request>(*read);
    const bool known_id = settings_.outbind_system_id.empty() || request.system_id == settings_.outbind_system_id;
    const bool known_password =
        settings_.outbind_password.empty() || equal_in_constant_time(request.password, settings_.outbind_password);
    if (!known_id || !known_password) return end(end_reason::outbind_refused, status::rok, now);
    send_bind(now);
}

void link::on_delivery(const frame& from, time_point now) {
    const auto answer = [&](status code) {
        append_message_response(output_, response_to(from.id), code, from.sequence, {});
    };
    if (!is_up() || settings_.kind == bind_kind::transmitter) {
        ++counts_.out_of_place;
        return answer(status::rinvbndsts);
    }
    const auto content = from.id == command::data_sm ? read_data_message(from.body) : read_message(from.body);
    if (!content) return nack(content.error(), from.sequence);
    if (state_ == link_state::unbinding || unconfirmed_count_ >= settings_.unconfirmed_limit) {
        ++counts_.turned_away;
        return answer(status::rx_t_appn);
    }
    if (free_deliveries_.empty()) {
        free_deliveries_.push_back(static_cast<std::uint32_t>(deliveries_.size()));
        deliveries_.emplace_back();
    }
    const std::uint32_t place = free_deliveries_.back();
    free_deliveries_.pop_back();
    const delivery_id id = ++delivery_count_ << 16 | place;
    deliveries_[place] = {id, no_place, no_place, from.sequence, from.id, now};
    unconfirmed_.push(deliveries_, place);
    ++unconfirmed_count_;
    ++counts_.delivered;
    events_.emplace_back(delivery{id, from.id, *content});
}

void link::on_alert(const frame& from) {
    const auto read = read_body(from);
    if (!read) return nack(read.error(), from.sequence);
    if (is_up()) {
        events_.emplace_back(alerted{std::get<alert_notice>(*read)});
    } else {
        ++counts_.out_of_place;  // it has no response
    }
}

void link::on_unbind(const frame& from, time_point now) {
    if (state_ == link_state::bound || state_ == link_state::draining) {
        if (state_ == link_state::bound) state_until_ = now + settings_.unbind_timeout;
        state_ = link_state::draining;
        peer_unbind_ = from.sequence;
        return finish_drain(now);
    }
    if (state_ != link_state::unbinding) end(end_reason::unbound_by_peer, status::rok, now);
    append_header(output_, command::unbind_resp, status::rok, from.sequence);
}

}  // namespace mlango::gsm::smpp
