// All of the staff's console for one thread's server: its API and the page. Caller: server. A subject's door is put in
// here, and nowhere else.
#pragma once

#include <vector>

#include "base/http/server.hpp"
#include "console/access/access_door.hpp"
#include "console/access/own_door.hpp"
#include "console/audit_door.hpp"
#include "console/cases/cases_door.hpp"
#include "console/events_door.hpp"
#include "console/figures/figures_door.hpp"
#include "console/guard.hpp"
#include "console/lists/exports_door.hpp"
#include "console/lists/lists_door.hpp"
#include "console/lists/uploads_door.hpp"
#include "console/notices/notices_door.hpp"
#include "console/oidc_door.hpp"
#include "console/page_door.hpp"
#include "console/parts.hpp"
#include "console/people/desk_door.hpp"
#include "console/people/people_door.hpp"
#include "console/sign_in_door.hpp"
#include "console/staff_sessions.hpp"
#include "console/tickets/tickets_door.hpp"
#include "console/waiting_door.hpp"
#include "console/words/words_door.hpp"
#include "console/work.hpp"

namespace mlango::console {

class doors {
public:
    // `house` and what it names outlive the doors, and the doors their routes.
    explicit doors(const parts& house);

    [[nodiscard]] std::vector<http_route> routes();

private:
    staff_sessions sessions_;
    guard guard_;
    page_door page_;
    sign_in_door sign_in_;
    oidc_door provider_;
    access::access_door access_;
    access::own_door own_;
    audit_door audit_;
    events_door events_;
    waiting_door waiting_;
    cases_door cases_;
    people_door people_;
    desk_door desk_;
    lists_door lists_;
    uploads_door uploads_;
    exports_door exports_;
    tickets_door tickets_;
    notices_door notices_;
    current_words current_words_;
    words_door words_;
    figures_door figures_;
    people_door people_;
    desk_door desk_;
};

// What goes on without anybody waiting for it, of every subject.
[[nodiscard]] std::vector<job_kind> all_job_kinds();
[[nodiscard]] std::vector<round> all_rounds();

}  // namespace mlango::console
