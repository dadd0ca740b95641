#include "gsm/gsup/link.hpp"

#include <algorithm>

namespace mlango::gsm::gsup {
namespace {

constexpr std::uint32_t sessions_of_ours = 0x8000'0000;  // phones' are counted from below by every known MSC

}  // namespace

std::string_view name_of(down_reason reason) {
    switch (reason) {
        case down_reason::lost:
            return "lost";
        case down_reason::not_greeted:
            return "not_greeted";
        case down_reason::silent:
            return "silent";
        case down_reason::out_of_step:
            return "out_of_step";
    }
    return "";
}

link::link(link_settings settings, random_source& random)
    : settings_(std::move(settings)),
      random_(random),
      // An HLR may still know sessions of the process before.
      next_session_(sessions_of_ours | static_cast<std::uint32_t>(random.below(sessions_of_ours))) {}

void link::connecting(time_point) {
    state_ = state::connecting;
    was_up_ = false;
}

link::events link::connected(time_point now) {
    events_.clear();
    state_ = state::greeting;
    why_ = down_reason::lost;
    input_.clear();
    output_.clear();
    heard_by_ = now + settings_.answer_within;
    return events_;
}

link::events link::received(std::string_view octets, time_point now) {
    events_.clear();
    if (state_ != state::greeting && state_ != state::up) return events_;
    if (state_ == state::up) heard_by_ = time_point::max();
    input_ += octets;
    std::string_view left = input_;
    while (state_ != state::broken) {
        const auto frame = take_frame(left, settings_.frame_limit);
        if (!frame) {
            ++counts_.malformed;
            broken(down_reason::out_of_step);
            break;
        }
        if (!*frame) break;
        on_frame(**frame, now);
    }
    input_.erase(0, input_.size() - left.size());
    return events_;
}

link::events link::tick(time_point now) {
    events_.clear();
    watch_connection(now);
    expire(now);
    return events_;
}

// Full doubling with half of it drawn, so that several servers do not come back at once.
link::events link::closed(time_point now) {
    events_.clear();
    const auto limit =
        std::min(settings_.longest_backoff, settings_.first_backoff * (std::int64_t{1} << std::min(failures_, 16U)));
    ++failures_;
    const auto half = static_cast<std::uint64_t>(limit.count() / 2);
    connect_at_ = now + std::chrono::milliseconds(half + random_.below(half + 1));
    state_ = state::idle;
    heard_by_ = time_point::max();
    output_.clear();
    input_.clear();
    events_.emplace_back(went_down{.why = why_, .was_up = was_up_});
    why_ = down_reason::lost;
    was_up_ = false;
    return events_;
}

link::time_point link::next_deadline() const {
    time_point next = due_.empty() ? time_point::max() : due_.begin()->first;
    switch (state_) {
        case state::idle:
            return std::min(next, connect_at_);
        case state::up:
            next = std::min(next, ping_at_);
            [[fallthrough]];
        case state::greeting:
            return std::min(next, heard_by_);
        case state::connecting:
        case state::broken:
            break;
    }
    return next;
}

bool link::take_output(std::string& into) {
    into.clear();
    std::swap(into, output_);
    return !into.empty();
}

void link::on_frame(const ipa_frame& frame, time_point now) {
    if (frame.on == stream::ccm) return on_ccm(frame.payload, now);
    const auto payload = payload_of(frame, extension::gsup);
    if (payload && state_ == state::up) on_message(*payload, now);
}

void link::on_ccm(std::string_view payload, time_point now) {
    const auto what = ccm_of(payload);
    if (!what) {
        ++counts_.malformed;
        return;
    }
    switch (*what) {
        case ccm::ping:
            append_ccm(output_, ccm::pong);
            return;
        case ccm::id_get:
            if (!requested_identities(payload)) ++counts_.malformed;
            append_identity(output_, "EUSE-" + settings_.euse);
            append_ccm(output_, ccm::id_ack);
            return;
        case ccm::id_ack:  // is never answered: osmo-hlr would answer that again
            if (state_ != state::greeting) return;
            state_ = state::up;
            was_up_ = true;
            failures_ = 0;
            heard_by_ = time_point::max();
            ping_at_ = now + settings_.ping_every;
            events_.emplace_back(came_up{});
            flush_held(now);
            return;
        case ccm::pong:
        case ccm::id_resp:
            return;
    }
}

void link::broken(down_reason why) {
    state_ = state::broken;
    why_ = why;
}

void link::put(const message& what, time_point now) {
    std::string frame;
    append_frame(frame, extension::gsup, write_message(what));
    if (state_ == state::up) {
        output_ += frame;
        return;
    }
    if (held_.size() >= settings_.dialogue_limit) {
        held_.pop_front();
        ++counts_.held_too_long;
    }
    held_.emplace_back(now + settings_.held_for, std::move(frame));
}

void link::flush_held(time_point now) {
    for (const auto& [until, frame] : held_) {
        if (now <= until)
            output_ += frame;
        else
            ++counts_.held_too_long;
    }
    held_.clear();
}

void link::watch_connection(time_point now) {
    if (state_ != state::greeting && state_ != state::up) return;
    if (now >= heard_by_) return broken(state_ == state::up ? down_reason::silent : down_reason::not_greeted);
    if (state_ != state::up || now < ping_at_) return;
    append_ccm(output_, ccm::ping);
    ping_at_ = now + settings_.ping_every;
    heard_by_ = std::min(heard_by_, now + settings_.answer_within);
}

}  // namespace mlango::gsm::gsup
