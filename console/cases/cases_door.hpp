// Case updates over the staff API: the queue, one request, deciding about it, many at once. Reads what is asked within
// bounds, words what came of it; who may do what, registry/staff/case_updates decides with the change itself. Callers:
// doors.hpp.
#pragma once

#include <vector>

#include "console/parts.hpp"
#include "console/route.hpp"
#include "console/work.hpp"
#include "registry/staff/case_updates.hpp"

namespace mlango::console {

class cases_door {
public:
    explicit cases_door(const parts& all);

    [[nodiscard]] std::vector<staff_route> routes();

    // Approving many, and what its rule lets apply as soon as she asks.
    [[nodiscard]] static job_kind bulk();
    [[nodiscard]] static round by_rule();

private:
    task<http_response> list(asked& from);
    task<http_response> counts(asked& from);
    task<http_response> rules(asked& from);
    task<http_response> show(asked& from);
    task<http_response> approve(asked& from);
    task<http_response> reject(asked& from);
    task<http_response> ask(asked& from);
    task<http_response> withdraw(asked& from);
    task<http_response> compare(asked& from);
    task<http_response> begin_bulk(asked& from);
    task<http_response> outcomes(asked& from);
    task<void> write_outcomes(http_stream& out, registry::staff_id who, registry::staff_job_id job);

    registry::case_updates cases_;
};

}  // namespace mlango::console
