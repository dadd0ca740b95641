// Tickets: what she tells or asks staff, and what they do about it. Queues, one ticket, answers by SMS, calls back, who
// may open what. Caller: doors.hpp. Not for: her own side (handlers/tickets.cpp).
#pragma once

#include <vector>

#include "console/parts.hpp"
#include "console/route.hpp"
#include "console/work.hpp"
#include "registry/staff/tickets.hpp"

namespace mlango::console {

class tickets_door {
public:
    explicit tickets_door(const parts& house);
    [[nodiscard]] std::vector<staff_route> routes();
    // What is late becomes more urgent, and its supervisors are told.
    [[nodiscard]] static round escalation();

private:
    // What a change is, read from the body; or what is wrong with it.
    using turn_reader = std::expected<registry::ticket_turn, http_response> (tickets_door::*)(const asked&) const;
    staff_route change(std::string_view path, std::string_view permission, turn_reader reader);

    task<http_response> queue(asked& question);
    task<http_response> summary(asked& question);
    task<http_response> choices(asked& question);
    task<http_response> search(asked& question);
    task<http_response> one(asked& question);
    task<http_response> colleagues(asked& question);
    task<http_response> number(asked& question);
    task<http_response> preview(asked& question);
    task<http_response> take_down(asked& question);
    task<http_response> answer(asked& question);
    task<http_response> turn(asked& question, registry::ticket_turn how);
    task<http_response> refused(asked& question, const registry::turned_ticket& done);

    std::expected<registry::ticket_turn, http_response> assignment(const asked& question) const;
    std::expected<registry::ticket_turn, http_response> priority(const asked& question) const;
    std::expected<registry::ticket_turn, http_response> state(const asked& question) const;
    std::expected<registry::ticket_turn, http_response> note(const asked& question) const;
    std::expected<registry::ticket_turn, http_response> call(const asked& question) const;
    std::expected<registry::ticket_turn, http_response> closing(const asked& question) const;
    std::expected<registry::ticket_turn, http_response> reopening(const asked& question) const;
    std::expected<registry::ticket_turn, http_response> marking(const asked& question) const;
    std::expected<registry::ticket_turn, http_response> move(const asked& question) const;
    std::expected<registry::ticket_turn, http_response> taking_note(const asked& question) const;

    const parts& house_;
    registry::staff_tickets tickets_;
};

}  // namespace mlango::console
