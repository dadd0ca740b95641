// What the sources of sms_sender share: messages in hand, and gateways with what is under way there.
#pragma once

#include "handlers/sms_sender.hpp"

namespace mlango::handlers {

struct sms_sender::message {
    registry::outgoing_notice notice;
    gsm::sms_out out;
    const sms_route* route = nullptr;  // nullptr: every gateway, in order
    deadline begun_at{};               // written down then
    deadline claimed_at{};
};

struct sms_sender::lane {
    gsm::sms_gateway* gateway;
    std::string sender;
    std::size_t under_way = 0;                   // handed over, no answer yet
    std::size_t beginning = 0;                   // being written down
    std::array<std::deque<message>, 3> begun{};  // written down, waiting for a place; by priority
    deadline not_before{};                       // it answered that it is busy
    std::chrono::milliseconds busy_pause{0};     // the last such pause; doubles
    std::optional<deadline> silent_since{};      // not ready since then
    int refused_in_row = 0;                      // "not now", of whatever message
    counter* outcomes[5];                        // accepted, temporary, permanent, unknown, busy
    deadline counted_since{};
    std::uint32_t counted = 0;
    double per_second = 0;  // that it took lately

    // A part of the window is left to what she waits for.
    [[nodiscard]] std::size_t places(registry::message_priority priority, bool others_wait) const {
        const std::size_t window = std::max<std::size_t>(1, gateway->window());
        std::size_t all = window;
        if (priority == registry::message_priority::bulk)
            all = window > 1 ? window - std::max<std::size_t>(1, window / 8) : (others_wait ? 0 : 1);
        return all > under_way ? all - under_way : 0;
    }
    [[nodiscard]] std::size_t waiting() const {
        return beginning + begun[0].size() + begun[1].size() + begun[2].size();
    }
    // How many more may be written down: those that find a place at once, and `ahead`. Replies are not held up by what
    // waits for a place, and none is written down ahead.
    [[nodiscard]] std::size_t room(registry::message_priority priority, bool others_wait, std::size_t ahead) const {
        const bool reply = priority == registry::message_priority::reply;
        const std::size_t before = reply ? begun[0].size() : waiting();
        const std::size_t all = places(priority, others_wait) + (reply ? 0 : ahead);
        return all > before ? all - before : 0;
    }
    void took(deadline now) {
        ++counted;
        const double seconds = std::chrono::duration<double>(now - counted_since).count();
        if (seconds < 0.1) return;
        per_second = counted_since == deadline{} ? 0 : counted / seconds;
        counted_since = now;
        counted = 0;
    }
};

struct sms_sender::starting {
    message what;
    lane* through = nullptr;
};

}  // namespace mlango::handlers
