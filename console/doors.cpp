#include "console/doors.hpp"

#include <algorithm>
#include <iterator>

namespace mlango::console {

doors::doors(const parts& house)
    : sessions_(house),
      guard_(house, sessions_),
      page_(house, guard_),
      sign_in_(house, guard_, sessions_),
      current_words_(house.pool, house.time, house.house.words),
      words_(house, current_words_),
      figures_(house, current_words_) {}

std::vector<http_route> doors::routes() {
    std::vector<http_route> all = sign_in_.open_routes();
    std::ranges::move(page_.routes(), std::back_inserter(all));
    const auto add = [&](std::vector<staff_route> of_door) {
        for (staff_route& one : of_door) all.push_back(guard_.guarded(std::move(one)));
    };
    add(sign_in_.routes());
    add(words_.routes());
    add(figures_.routes());
    return all;
}

}  // namespace mlango::console
