// The log for auditors: who looked at and changed what, as pages and as a file, and whether the chain holds. Each look
// is itself a row of the log. One object a thread. Callers: doors.hpp.
#pragma once

#include <expected>
#include <string>
#include <vector>

#include "console/parts.hpp"
#include "console/route.hpp"
#include "registry/audit.hpp"
#include "registry/staff/audit_log.hpp"

namespace mlango::console {

class audit_door {
public:
    explicit audit_door(const parts& house) : log_(house.pool, house.time), chain_(house.pool) {}

    [[nodiscard]] std::vector<staff_route> routes();

private:
    // What the query asks for; the fault in words.
    task<std::expected<registry::audit_filter, std::string>> wanted_of(asked& question);
    task<http_response> page(asked& question);
    task<http_response> file(asked& question);
    // One stretch of the chain, on from where the page says that it is: the walk needs no memory here, and whoever
    // walks may compare the head with one that was written down elsewhere.
    task<http_response> walk(asked& question);

    registry::audit_log log_;
    registry::audit chain_;
};

}  // namespace mlango::console
