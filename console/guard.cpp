#include "console/guard.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/exception_kind.hpp"
#include "base/http/cookie.hpp"
#include "base/http/json_body.hpp"
#include "base/log.hpp"
#include "console/problem.hpp"

namespace mlango::console {

namespace {

constexpr std::size_t deepest_body = 12;

counter& counter_of(metrics& numbers, std::string_view outcome) {
    return numbers.count("console_requests_total", "Requests of the staff's console, by what came of them",
                         {{"outcome", outcome}});
}

bool changes(std::string_view method) {
    return method != "GET" && method != "HEAD";
}

// Another site can not send this header without being asked first (Fetch §3.2), so it can not act as her; the cookie's
// SameSite and the browser's own word say the same.
bool is_of_page(const http_request& request) {
    const std::string_view site = request.header("sec-fetch-site");
    return request.header("x-mlango-console") == "1" && (site.empty() || site == "same-origin");
}

std::optional<http_response> read_body(const staff_route& route, http_request& request, boost::json::object& out) {
    if (!changes(route.method) || route.method == "DELETE" || route.body != body_kind::json) return std::nullopt;
    if (request.body.empty()) return std::nullopt;
    if (!is_json(request)) return problem(fault::wrong_media_type, "Send application/json.");
    auto body = read_object(request.body, deepest_body);
    if (!body) return problem(fault::malformed, body.error());
    out = std::move(*body);
    return std::nullopt;
}

}  // namespace

guard::guard(const parts& house, staff_sessions& sessions)
    : house_(house),
      sessions_(sessions),
      accounts_(house.pool, house.time),
      strangers_(house.options.sign_in),
      requests_(house.options.requests),
      answers_{&counter_of(house.numbers, "done"), &counter_of(house.numbers, "unchanged"),
               &counter_of(house.numbers, "refused"), &counter_of(house.numbers, "failed")},
      turned_away_(counter_of(house.numbers, "too_many")),
      seconds_(house.numbers.time("console_request_seconds", "Time from a request of the console to its answer")) {}

// Over TLS the prefix makes browsers refuse one that another host or a plain page has set (RFC 6265bis §4.1.3.2).
std::string_view guard::cookie_name() const {
    return over_tls() ? "__Host-mlango_console" : "mlango_console";
}

http_header guard::cookie(std::string_view token) const {
    const std::int64_t life = token.empty() ? 0 : house_.options.longest_session.count();
    return {"Set-Cookie", fmt::format("{}={}; Path=/; Max-Age={}; HttpOnly; SameSite=Strict{}", cookie_name(), token,
                                      life, over_tls() ? "; Secure" : "")};
}

std::string guard::token_of(const http_request& request) const {
    return std::string(read_cookie(request, cookie_name()));
}

task<std::optional<staff_session>> guard::session_of(const http_request& request, staff_sessions::use by) {
    const std::string token = token_of(request);
    if (token.empty()) co_return std::nullopt;
    co_return co_await sessions_.find(token, by);
}

std::optional<http_response> guard::turned_away(address_rates& rates, const http_request& request) {
    const auto wait = rates.refused_for(request.peer, house_.time.steady());
    if (!wait) return std::nullopt;
    turned_away_.add();
    return wait_problem(wait->count());
}

http_response guard::finished(http_response response) {
    answers_[std::clamp<std::size_t>(response.status / 100, 2, 5) - 2]->add();
    const auto has = [&](std::string_view name) {
        return std::ranges::find(response.headers, name, &http_header::name) != response.headers.end();
    };
    // No answer of ours is a page, and none is kept anywhere.
    if (!has("Cache-Control")) response.headers.push_back({"Cache-Control", "no-store"});
    if (!has("X-Content-Type-Options")) response.headers.push_back({"X-Content-Type-Options", "nosniff"});
    response.headers.push_back({"Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"});
    response.headers.push_back({"Referrer-Policy", "no-referrer"});
    response.headers.push_back({"Cross-Origin-Resource-Policy", "same-origin"});
    return response;
}

task<http_response> guard::caught(std::string_view path, std::function<task<http_response>()> what) {
    const auto begun = house_.time.steady();
    std::exception_ptr failure;
    try {
        http_response response = co_await what();
        seconds_.observe(house_.time.steady() - begun);
        co_return finished(std::move(response));
    } catch (const registry::registry_unavailable&) {
        co_return finished(problem(fault::unavailable));
    } catch (const sessions_away&) {
        co_return finished(problem(fault::unavailable));
    } catch (...) {
        failure = std::current_exception();
    }
    log_error("console_request_failed", {{"route", path}, {"kind", exception_kind(failure)}});
    co_return finished(problem(fault::failed));
}

http_route guard::guarded(staff_route route) {
    std::string path = fmt::format("{}{}", api_root, route.path);
    std::string method(route.method);
    return {std::move(method), std::move(path), [this, route = std::move(route)](http_request& request) {
                return caught(route.path, [this, &route, &request] { return admit(route, request); });
            }};
}

http_route guard::open(std::string_view method, std::string_view path, open_handler handler) {
    return {std::string(method), fmt::format("{}{}", api_root, path),
            [this, path, handler = std::move(handler)](http_request& request) {
                return caught(path, [this, &handler, &request]() -> task<http_response> {
                    if (auto refused = turned_away(changes(request.method) ? strangers_ : requests_, request))
                        co_return std::move(*refused);
                    if (changes(request.method) && !is_of_page(request)) co_return problem(fault::not_this_page);
                    co_return co_await handler(request);
                });
            }};
}

task<http_response> guard::admit(const staff_route& route, http_request& request) {
    if (auto refused = turned_away(requests_, request)) co_return std::move(*refused);
    // PostgreSQL's texts have none.
    if (request.target.contains("%00")) co_return problem(fault::malformed, "An address has no NUL.");
    const bool by_itself = route.by_itself || request.header("x-mlango-background") == "1";
    const auto session =
        co_await session_of(request, by_itself ? staff_sessions::use::by_the_page : staff_sessions::use::by_her);
    if (!session || session->stage != sign_in_stage::done) co_return problem(fault::not_signed_in);
    if (changes(route.method) && !is_of_page(request)) co_return problem(fault::not_this_page);
    auto here = co_await accounts_.at_work(session->who, session->begun);
    if (!here) co_return problem(fault::not_signed_in);
    const caller who{.id = session->who,
                     .name = std::move(here->name),
                     .shown_name = std::move(here->shown_name),
                     .language = std::move(here->language),
                     .permissions = std::move(here->permissions),
                     .operations = std::move(here->operations),
                     .untrained = std::move(here->untrained),
                     .trained_until = std::move(here->trained_until)};
    if (!route.permission.empty() && !who.may(route.permission)) {
        const bool waits = std::ranges::binary_search(who.untrained, route.permission);
        co_return problem(waits ? fault::training_over : fault::not_allowed);
    }
    asked question{.http = request, .who = who, .body = {}};
    if (auto refused = read_body(route, request, question.body)) co_return std::move(*refused);
    co_return co_await route.handler(question);
}

}  // namespace mlango::console
