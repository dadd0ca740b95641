// What sms_sender.cpp and sms_sender_results.cpp share: gateways with what is under way there, and messages in hand.
#pragma once

#include "handlers/sms_sender.hpp"

namespace mlango::handlers {

struct sms_sender::lane {
    gsm::sms_gateway* gateway;
    std::string sender;
    std::size_t under_way = 0;
    deadline not_before{};                    // it answered that it is busy
    std::chrono::milliseconds busy_pause{0};  // the last such pause; doubles
    std::optional<deadline> silent_since{};   // not ready since then
    counter* outcomes[5];                     // accepted, temporary, permanent, unknown, busy

    // A part of the window is left to what she waits for.
    [[nodiscard]] std::size_t places(registry::message_priority priority, bool others_wait) const {
        const std::size_t window = std::max<std::size_t>(1, gateway->window());
        std::size_t all = window;
        if (priority == registry::message_priority::bulk)
            all = window > 1 ? window - std::max<std::size_t>(1, window / 8) : (others_wait ? 0 : 1);
        return all > under_way ? all - under_way : 0;
    }
};

struct sms_sender::message {
    registry::outgoing_notice notice;
    gsm::sms_out out;
    const sms_route* route = nullptr;  // nullptr: every gateway, in order
};

struct sms_sender::starting {
    message what;
    lane* through = nullptr;
};

}  // namespace mlango::handlers
