// All of the staff's console for one thread's server: its API and the page. Caller: server. A subject's door is put in
// here, and nowhere else.
#pragma once

#include <vector>

#include "base/http/server.hpp"
#include "console/figures/figures_door.hpp"
#include "console/guard.hpp"
#include "console/page_door.hpp"
#include "console/parts.hpp"
#include "console/sign_in_door.hpp"
#include "console/staff_sessions.hpp"
#include "console/words/words_door.hpp"

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
    current_words current_words_;
    words_door words_;
    figures_door figures_;
};

}  // namespace mlango::console
