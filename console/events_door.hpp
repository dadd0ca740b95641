// What pages are told without asking (server-sent events, WHATWG HTML §9.2): her own jobs as they move, and for each
// subject a number that changes when something new is there. Within half a second. One look at the registry serves all
// who listen at a thread. Also her jobs for whoever asks. One object a thread.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "console/guard.hpp"
#include "console/parts.hpp"
#include "console/route.hpp"
#include "console/staff_sessions.hpp"
#include "registry/staff/jobs.hpp"
#include "registry/staff/pulse.hpp"

namespace mlango::console {

class events_door {
public:
    events_door(const parts& house, guard& keeper, staff_sessions& sessions);

    [[nodiscard]] std::vector<staff_route> routes();

private:
    struct listener;

    task<http_response> events(asked& question);
    task<http_response> list(asked& question);
    task<http_response> one(asked& question);
    task<http_response> stop(asked& question);

    task<void> tell(http_stream& to, std::string token, caller who);
    // At most every so often, whoever asks; another's look under way is not waited for.
    task<void> look();
    task<void> look_now();
    void take_news(const std::vector<registry::news>& all);
    [[nodiscard]] std::string pulse_for(const caller& who) const;
    [[nodiscard]] std::string jobs_of(registry::staff_id who) const;

    const parts& house_;
    guard& guard_;
    staff_sessions& sessions_;
    registry::staff_accounts accounts_;
    registry::staff_jobs jobs_;
    registry::pulse pulse_;
    gauge& listening_;
    std::multiset<registry::staff_id> listeners_;
    std::map<registry::staff_id, std::string> jobs_now_;    // JSON
    std::map<std::string, std::int64_t, std::less<>> now_;  // by subject
    std::map<std::string, deadline, std::less<>> settling_;
    std::int64_t seen_ = 0;  // audit row
    deadline next_look_{}, looked_{};
    bool looking_ = false;
};

}  // namespace mlango::console
