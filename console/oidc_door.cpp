#include "console/oidc_door.hpp"

#include <fmt/format.h>

#include "base/http/cookie.hpp"
#include "base/http/json_body.hpp"
#include "base/log.hpp"
#include "console/problem.hpp"

namespace mlango::console {

namespace {

constexpr std::string_view back_path = "/sign-in/provider/back";
constexpr std::string_view sign_in_page = "/console/";
constexpr std::string_view sessions_page = "/console/access/me";

http_response sent_to(std::string address) {
    http_response response;
    response.status = 303;
    response.headers.push_back({"Location", std::move(address)});
    return response;
}

std::string_view word_of(oidc::way_back_fault fault) {
    switch (fault) {
        case oidc::way_back_fault::refused:
            return "refused";
        case oidc::way_back_fault::other_browser:
        case oidc::way_back_fault::other_provider:
        case oidc::way_back_fault::malformed:
            break;
    }
    return "again";
}

}  // namespace

oidc_door::oidc_door(const parts& house, guard& keeper, staff_sessions& sessions)
    : house_(house),
      guard_(keeper),
      sessions_(sessions),
      access_(house.pool, house.time),
      accounts_(house.pool, house.time),
      client_(house.options.oidc, house.web, house.time) {}

std::vector<staff_route> oidc_door::routes() {
    if (!house_.options.oidc.on()) return {};
    return {{"POST", "/me/identity", "", [this](asked& question) { return begin_link(question); }}};
}

std::vector<http_route> oidc_door::open_routes() {
    if (!house_.options.oidc.on()) return {};
    return {guard_.open("GET", "/sign-in/provider", [this](http_request& request) { return begin(request); }),
            guard_.open("GET", back_path, [this](http_request& request) { return back(request); })};
}

std::string oidc_door::redirect_uri() const {
    return fmt::format("{}{}{}", house_.options.public_url, api_root, back_path);
}

std::string_view oidc_door::flow_cookie_name() const {
    return house_.options.public_url.starts_with("https://") ? "__Host-mlango_provider" : "mlango_provider";
}

// Lax: the way back is a navigation that another site begins, with which a strict one would not come.
http_header oidc_door::flow_cookie(std::string_view value) const {
    const bool secure = house_.options.public_url.starts_with("https://");
    return {"Set-Cookie", fmt::format("{}={}; Path=/; Max-Age={}; HttpOnly; SameSite=Lax{}", flow_cookie_name(), value,
                                      value.empty() ? 0 : oidc::flow_life.count(), secure ? "; Secure" : "")};
}

http_response oidc_door::to_page(std::string_view where, std::string_view outcome) {
    http_response response = sent_to(fmt::format("{}{}?provider={}", house_.options.public_url, where, outcome));
    response.headers.push_back(flow_cookie({}));
    return response;
}

task<http_response> oidc_door::begin(http_request&) {
    const auto at = co_await client_.discovered();
    if (!at) {
        log_warning("console_provider_away", {{"reason", at.error().reason}});
        co_return to_page(sign_in_page, "away");
    }
    const auto under_way = oidc::begin_flow(house_.random, {}, house_.time.now());
    http_response response = sent_to(oidc::authorization_address(*at, house_.options.oidc, redirect_uri(), under_way));
    response.headers.push_back(flow_cookie(oidc::seal_flow(under_way, house_.session)));
    co_return response;
}

// Her password once more: whoever finds the page open must not get a way in of his own.
task<std::optional<http_response>> oidc_door::refused_password(asked& question) {
    const auto typed = read_text(question.body, "password", {.least = 1, .most = 200});
    if (!typed) co_return problem(fault::malformed, typed.error());
    const auto attempt = co_await accounts_.count_own_password(question.who.id);
    const std::string subject = registry::staff_password_subject(question.who.name);
    bool right = false;
    const auto ran =
        co_await house_.hashing.run([&] { right = house_.secrets.check(subject, *typed, attempt.stored); });
    if (!ran) co_return problem(fault::unavailable);
    if (!right || !attempt.may_try)
        co_return problem(
            fault::invalid, "The password is wrong, or there were too many wrong ones.",
            {{"faults", boost::json::array{boost::json::object{{"field", "password"}, {"code", "wrong"}}}}});
    co_await accounts_.password_right(question.who.id);
    co_return std::nullopt;
}

task<http_response> oidc_door::begin_link(asked& question) {
    if (auto refused = co_await refused_password(question)) co_return std::move(*refused);
    const auto at = co_await client_.discovered();
    if (!at) co_return problem(fault::unavailable, "The identity provider can not be reached.");
    const auto under_way = oidc::begin_flow(house_.random, question.who.id, house_.time.now());
    http_response response = json_answer(boost::json::object{
        {"address", oidc::authorization_address(*at, house_.options.oidc, redirect_uri(), under_way)}});
    response.headers.push_back(flow_cookie(oidc::seal_flow(under_way, house_.session)));
    co_return response;
}

task<http_response> oidc_door::back(http_request& request) {
    const auto under_way = oidc::open_flow(read_cookie(request, flow_cookie_name()), house_.session, house_.time.now());
    if (!under_way) co_return to_page(sign_in_page, "again");
    const std::string_view home = under_way->linking ? sessions_page : sign_in_page;
    const auto at = co_await client_.discovered();
    if (!at) co_return to_page(home, "away");
    auto sent = oidc::read_way_back(request.query(), *at, *under_way);
    if (!sent) co_return to_page(home, word_of(sent.error()));
    auto subject = co_await client_.subject_of(*at, redirect_uri(), std::move(sent->code), *under_way);
    if (!subject) {
        log_warning("console_provider_token", {{"reason", subject.error().reason}});
        co_return to_page(home, subject.error().away ? "away" : "again");
    }
    if (under_way->linking) co_return co_await linked(request, under_way->linking, std::move(*subject));
    co_return co_await signed_in(request, std::move(*subject));
}

task<http_response> oidc_door::signed_in(const http_request& request, std::string subject) {
    const auto who = co_await access_.behind(house_.options.oidc.issuer, subject);
    // Also of an account that is suspended or ended: which of these, nobody outside learns.
    if (!who) co_return to_page(sign_in_page, "unknown");
    if (auto old = co_await guard_.session_of(request, staff_sessions::use::by_the_page)) co_await sessions_.end(*old);
    co_await accounts_.signed_in(*who, "provider");
    const std::string token = co_await sessions_.begin(*who, sign_in_stage::done, request.header("user-agent"));
    http_response response = sent_to(fmt::format("{}{}", house_.options.public_url, sign_in_page));
    response.headers.push_back(guard_.cookie(token));
    response.headers.push_back(flow_cookie({}));
    co_return response;
}

// The flow was begun by her session, which its cookie says under our seal; the session's own strict cookie does not
// come with a navigation that another site begins.
task<http_response> oidc_door::linked(const http_request&, registry::staff_id who, std::string subject) {
    const auto outcome = co_await access_.link(who, house_.options.oidc.issuer, subject);
    co_return to_page(sessions_page, outcome.what == "done" ? "linked" : outcome.what == "linked" ? "others" : "over");
}

}  // namespace mlango::console
