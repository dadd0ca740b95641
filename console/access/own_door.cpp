#include "console/access/own_door.hpp"

#include <algorithm>

#include "base/http/json_body.hpp"
#include "console/access/outcome.hpp"
#include "console/problem.hpp"
#include "console/time_text.hpp"

namespace mlango::console::access {

namespace {

namespace json = boost::json;

http_response nothing() {
    http_response response;
    response.status = 204;
    return response;
}

}  // namespace

std::vector<staff_route> own_door::routes() {
    return {{"GET", "/me/sessions", "", [this](asked& question) { return list(question); }},
            {"DELETE", "/me/sessions/{key}", "", [this](asked& question) { return end_one(question); }},
            {"POST", "/me/sessions/end-others", "", [this](asked& question) { return end_others(question); }},
            {"GET", "/me/identity", "", [this](asked& question) { return identity(question); }},
            {"DELETE", "/me/identity", "", [this](asked& question) { return unlink(question); }}};
}

task<http_response> own_door::list(asked& question) {
    const auto here = co_await guard_.session_of(question.http, staff_sessions::use::by_the_page);
    auto all = co_await sessions_.of(question.who.id);
    std::ranges::sort(all, std::ranges::greater{}, [](const auto& one) { return one.session.begun; });
    json::array items;
    for (const auto& [session, idle] : all) {
        if (session.stage != sign_in_stage::done) continue;
        items.push_back(json::object{{"key", session.key},
                                     {"begun_at", time_text(session.begun)},
                                     {"seen_at", time_text(house_.time.now() - idle)},
                                     {"ends_at", time_text(session.begun + house_.options.longest_session)},
                                     {"agent", session.agent},
                                     {"here", here && here->key == session.key}});
    }
    co_return json_answer(json::object{{"items", std::move(items)}, {"next", nullptr}});
}

task<http_response> own_door::end_one(asked& question) {
    if (!co_await sessions_.end_one(question.who.id, question.segment(2).substr(0, 100)))
        co_return problem(fault::not_found);
    co_return nothing();
}

task<http_response> own_door::end_others(asked& question) {
    const auto here = co_await guard_.session_of(question.http, staff_sessions::use::by_her);
    if (!here) co_return problem(fault::not_signed_in);
    co_return json_answer(json::object{{"ended", co_await sessions_.end_all(question.who.id, here->key)}});
}

task<http_response> own_door::identity(asked& question) {
    const auto& provider = house_.options.oidc;
    co_return json_answer(json::object{{"provider", provider.on() ? json::value(provider.shown_name) : json::value()},
                                       {"linked", co_await access_.is_linked(question.who.id)}});
}

task<http_response> own_door::unlink(asked& question) {
    const auto outcome = co_await access_.unlink_own(question.who.id);
    if (outcome.what != "done") co_return refusal(outcome);
    co_return nothing();
}

}  // namespace mlango::console::access
