#include "console/doors.hpp"

#include <algorithm>
#include <iterator>

namespace mlango::console {

namespace {

constexpr int rows_a_step = 1'000;

}  // namespace

doors::doors(const parts& house)
    : sessions_(house),
      guard_(house, sessions_),
      page_(house, guard_),
      sign_in_(house, guard_, sessions_),
      provider_(house, guard_, sessions_),
      access_(house, sessions_),
      own_(house, guard_, sessions_),
      audit_(house),
      events_(house, guard_, sessions_),
      waiting_(house),
      cases_(house),
      people_(house),
      desk_(house),
      lists_(house),
      uploads_(house),
      exports_(house),
      tickets_(house),
      notices_(house),
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
    std::ranges::move(provider_.open_routes(), std::back_inserter(all));
    add(provider_.routes());
    add(access_.routes());
    add(own_.routes());
    add(audit_.routes());
    add(events_.routes());
    add(waiting_.routes());
    add(cases_.routes());
    add(people_.routes());
    add(desk_.routes());
    add(lists_.routes());
    add(uploads_.routes());
    add(exports_.routes());
    add(tickets_.routes());
    add(notices_.routes());
    add(words_.routes());
    add(figures_.routes());
    return all;
}

std::vector<job_kind> all_job_kinds() {
    std::vector<job_kind> all;
    all.push_back(cases_door::bulk());
    for (const registry::job_step& one : registry::list_job_steps())
        all.push_back(by_statement(one.kind, *one.step, rows_a_step));
    return all;
}

std::vector<round> all_rounds() {
    std::vector<round> all;
    all.push_back(cases_door::by_rule());
    all.push_back(people_door::names_round());
    all.push_back(round_by_statement("entitlements_turn", std::chrono::minutes(1), registry::entitlements_turn_step(),
                                     rows_a_step));
    all.push_back(tickets_door::escalation());
    return all;
}

}  // namespace mlango::console
