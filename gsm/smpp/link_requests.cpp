// Our requests: the window, sequence numbers, results.
#include <algorithm>

#include "gsm/smpp/link.hpp"

namespace mlango::gsm::smpp {
namespace {

constexpr std::uint32_t last_sequence = 0x7fffffff;  // §5.1.4
constexpr std::size_t remembered = 1'024;            // unanswered ones whose late response is still told

bool is_submission(command id) {
    return id == command::submit_sm || id == command::data_sm;
}

}  // namespace

// Numbers go up and wrap; one whose place is taken by a request that still waits is skipped. Since there are at least
// twice as many places as the window has, one is found.
std::uint32_t link::take_sequence() {
    for (;;) {
        if (next_sequence_ == 0 || next_sequence_ > last_sequence) next_sequence_ = 1;
        const std::uint32_t sequence = next_sequence_++;
        if (slots_[sequence & (slots_.size() - 1)].sequence != 0) continue;
        if (enquiry_open_ && sequence == enquiry_) continue;
        return sequence;
    }
}

template <class Append>
link::requested link::request(command id, request_token token, time_point now, Append append) {
    seen_ = std::max(seen_, now);
    if (state_ == link_state::draining || state_ == link_state::unbinding || gives_up_) {
        return std::unexpected(request_fault{request_refusal::unbinding});
    }
    if (state_ != link_state::bound || settings_.kind == bind_kind::receiver) {
        return std::unexpected(request_fault{request_refusal::not_bound});
    }
    if (outstanding_ >= settings_.window || !wants_input()) {
        return std::unexpected(request_fault{request_refusal::window_full});
    }
    if (is_submission(id) && rate_.ready_at(now) > now) {
        return std::unexpected(request_fault{request_refusal::held_back});
    }
    const std::uint64_t position = taken_ + output_.size();
    const std::uint32_t before = next_sequence_;
    const std::uint32_t sequence = take_sequence();
    if (const written done = append(sequence); !done) {
        next_sequence_ = before;
        return std::unexpected(request_fault{request_refusal::malformed, done.error()});
    }
    if (is_submission(id)) {
        rate_.take(now);
        ++counts_.submitted;
    }
    const auto place = static_cast<std::uint32_t>(sequence & (slots_.size() - 1));
    slots_[place] = {sequence, no_place, no_place, id, token, now, position};
    waiting_.push(slots_, place);
    ++outstanding_;
    return {};
}

link::requested link::submit(const message& content, request_token token, time_point now, command id) {
    return request(id, token, now,
                   [&](std::uint32_t sequence) { return append_message(output_, id, sequence, content); });
}

link::requested link::query(const query_request& what, request_token token, time_point now) {
    return request(command::query_sm, token, now,
                   [&](std::uint32_t sequence) { return append_query(output_, sequence, what); });
}

link::requested link::cancel(const cancel_request& what, request_token token, time_point now) {
    return request(command::cancel_sm, token, now,
                   [&](std::uint32_t sequence) { return append_cancel(output_, sequence, what); });
}

link::requested link::replace(const replace_request& what, request_token token, time_point now) {
    return request(command::replace_sm, token, now,
                   [&](std::uint32_t sequence) { return append_replace(output_, sequence, what); });
}

link::time_point link::submit_at(time_point now) const {
    const bool can = state_ == link_state::bound && settings_.kind != bind_kind::receiver &&
                     outstanding_ < settings_.window && wants_input();
    return can ? rate_.ready_at(now) : time_point::max();
}

namespace {

// What the response says. `from` is null when there is none.
request_result read_result(command request, const frame* from) {
    request_result result;
    result.request = request;
    if (!from) return result;
    result.code = from->code;
    if (from->id == command::generic_nack) {
        // A nack refuses, whatever its status claims.
        if (result.code == status::rok) result.code = status::runknownerr;
        result.tlvs = tlv_view(from->body);
        return result;
    }
    if (is_submission(request)) {
        const message_response response = read_message_response(from->body, from->code);
        result.message_id = response.message_id;
        result.tlvs = response.tlvs;
        return result;
    }
    const auto read = read_body(*from);
    if (!read) return result;
    if (const auto* response = std::get_if<query_response>(&*read)) {
        result.message_id = response->message_id;
        result.final_date = response->final_date;
        result.state = response->state;
        result.error_code = response->error_code;
        result.tlvs = response->tlvs;
    } else if (const auto* plain = std::get_if<no_body>(&*read)) {
        result.tlvs = plain->tlvs;
    }
    return result;
}

}  // namespace

void link::finish(std::uint32_t place, request_end how, time_point now, const frame* from) {
    slot& found = slots_[place];
    request_result result = read_result(found.request, from);
    result.token = found.token;
    result.end = how;
    result.elapsed = now - found.sent;
    waiting_.remove(slots_, place);
    found.sequence = 0;
    --outstanding_;
    steer(result, found.sent, now);
    events_.emplace_back(result);
}

void link::steer(const request_result& result, time_point sent, time_point now) {
    if (result.end == request_end::answered) ++counts_.answered;
    if (is_submission(result.request)) {
        if (result.end != request_end::answered) {
            rate_.lost(sent);
        } else {
            const outcome what = outcome_of(result.code);
            if (what == outcome::accepted) {
                rate_.accepted(sent, now);
            } else if (what == outcome::throttling) {
                ++counts_.throttled;
                rate_.throttled(sent, now);
            } else {
                rate_.refused(sent, now);
            }
        }
    }
    if (result.tlvs.empty()) return;
    if (const auto state = result.tlvs.get(tlv::congestion_state)) rate_.congested(*state, now);
}

void link::expire_requests(time_point now) {
    while (waiting_.first() != no_place) {
        const slot& first = slots_[waiting_.first()];
        if (first.sent + settings_.response_timeout > now) return;
        const forgotten kept{first.sequence, first.request, first.token, first.sent};
        if (forgotten_.size() < remembered) {
            forgotten_.push_back(kept);
        } else {
            forgotten_[next_forgotten_] = kept;
            next_forgotten_ = (next_forgotten_ + 1) % remembered;
        }
        ++counts_.unanswered;
        finish(waiting_.first(), request_end::unanswered, now, nullptr);
    }
}

bool link::finish_late(const frame& from, time_point now) {
    const auto found = std::ranges::find_if(forgotten_, [&](const forgotten& one) {
        return one.sequence == from.sequence &&
               (from.id == command::generic_nack || from.id == response_to(one.request));
    });
    if (found == forgotten_.end() || found->sequence == 0) return false;
    request_result result = read_result(found->request, &from);
    result.token = found->token;
    result.end = request_end::late;
    result.elapsed = now - found->sent;
    found->sequence = 0;
    ++counts_.late;
    events_.emplace_back(result);
    return true;
}

}  // namespace mlango::gsm::smpp
