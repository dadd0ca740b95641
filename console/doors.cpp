#include "console/doors.hpp"

#include <algorithm>
#include <iterator>

namespace mlango::console {

doors::doors(const parts& house)
    : sessions_(house),
      guard_(house, sessions_),
      page_(house, guard_),
      sign_in_(house, guard_, sessions_),
      provider_(house, guard_, sessions_),
      access_(house, sessions_),
      own_(house, guard_, sessions_),
      audit_(house),
      events_(house, guard_, sessions_) {}

std::vector<http_route> doors::routes() {
    std::vector<http_route> all = sign_in_.open_routes();
    std::ranges::move(page_.routes(), std::back_inserter(all));
    const auto add = [&](std::vector<staff_route> of_door) {
        for (staff_route& one : of_door) all.push_back(guard_.guarded(std::move(one)));
    };
    add(sign_in_.routes());
    std::ranges::move(provider_.open_routes(), std::back_inserter(all));
    add(provider_.routes());
    add(access_.routes());
    add(own_.routes());
    add(audit_.routes());
    add(events_.routes());
    return all;
}

std::vector<job_kind> all_job_kinds() {
    std::vector<job_kind> all;
    return all;
}

std::vector<round> all_rounds() {
    std::vector<round> all;
    return all;
}

}  // namespace mlango::console
