#include "exchange/verify_door.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "base/http/cookie.hpp"
#include "base/http/json_body.hpp"
#include "exchange/embedded_files.hpp"
#include "exchange/problem.hpp"
#include "exchange/redemption_json.hpp"
#include "wallet/mint.hpp"

namespace mlango::exchange {

namespace {

namespace json = boost::json;

constexpr std::string_view cookie_name = "mlango_verify";
constexpr std::size_t longest_body = 4'096;
constexpr std::size_t longest_credential = 48 * 1'024;
constexpr std::string_view page_name = "verify.html";
constexpr std::string_view for_ever = "public, max-age=31536000, immutable";

// The camera reads QR codes; everything else is the page's own.
constexpr std::string_view page_policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data: blob:; "
    "media-src 'self' blob:; manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'";

document page_document(const embedded_file& file, std::string_view control) {
    document made = make_document(file.content_type, with_version(file.content, page_version()), std::string(control));
    made.more.push_back({"Referrer-Policy", "no-referrer"});
    if (file.name.ends_with(".html")) {
        made.more.push_back({"Content-Security-Policy", std::string(page_policy)});
        made.more.push_back({"Permissions-Policy", "camera=(self), microphone=(), geolocation=()"});
        made.more.push_back({"Cross-Origin-Opener-Policy", "same-origin"});
    }
    // A worker below /verify/ also serves /verify itself.
    if (file.name.ends_with(".js")) made.more.push_back({"Service-Worker-Allowed", "/verify"});
    return made;
}

// Another site can not send this header without being asked first (Fetch §3.2), so it can not act as her visitor; the
// cookie's SameSite says the same to newer browsers.
bool is_of_page(const http_request& request) {
    return request.header("x-mlango-verify") == "1";
}

http_response refusal(const wallet::sign_in_refusal& why) {
    switch (why.what) {
        case wallet::sign_in_refusal::kind::wait:
            return wait_problem(why.wait.count());
        case wallet::sign_in_refusal::kind::suspended:
            return problem(fault::suspended);
        case wallet::sign_in_refusal::kind::busy:
            return problem(fault::unavailable);
        case wallet::sign_in_refusal::kind::wrong:
            break;
    }
    return problem(fault::not_signed_in);
}

}  // namespace

verify_door::verify_door(const door_parts& house)
    : house_(house),
      sessions_(house.token_keys, house.random, "exchange.page"),
      strangers_("verify_sign_in", house.settings.strangers, house.numbers),
      people_("verify", house.settings.programs, house.numbers),
      readers_("verify_files", house.settings.readers, house.numbers),
      redeem_seconds_(house.numbers.time("exchange_redeem_seconds", "Time from a redemption's request to its answer")),
      checker_(house) {
    for (const embedded_file& one : page_files()) {
        files_.emplace(one.name, page_document(one, "no-cache"));
        versioned_.emplace(one.name, page_document(one, for_ever));
    }
}

std::vector<http_route> verify_door::routes() {
    const auto signed_in_only = [this](bool changes, signed_in then) -> http_handler {
        return [this, changes, then](http_request& request) { return admit(request, changes, then); };
    };
    std::vector<http_route> all{
        {"POST", "/verify/api/session", [this](http_request& request) { return sign_in(request); }},
        {"GET", "/verify/api/session", signed_in_only(false, &verify_door::session)},
        {"DELETE", "/verify/api/session", signed_in_only(true, &verify_door::sign_out)},
        {"POST", "/verify/api/redeem", signed_in_only(true, &verify_door::redeem)},
        {"GET", "/verify/api/receipts/{number}", signed_in_only(false, &verify_door::receipt)},
        {"POST", "/verify/api/check", signed_in_only(true, &verify_door::check)},
        {"GET", "/verify/trust.json", [this](http_request& request) { return trust(request); }}};
    add_files(all);
    return all;
}

void verify_door::add_files(std::vector<http_route>& all) {
    all.push_back(
        {"GET", "/verify", [this](http_request& request) { return file(request, std::string(page_name), false); }});
    // The version in the address changes with the files, so they never need to be asked for again.
    all.push_back({"GET", "/verify/assets/{version}/{file}", [this](http_request& request) {
                       const bool current = path_segment(request.path(), 2) == page_version();
                       return file(request, current ? path_segment(request.path(), 3) : std::string(), true);
                   }});
    all.push_back({"GET", "/verify/{file}",
                   [this](http_request& request) { return file(request, path_segment(request.path(), 1), false); }});
}

task<http_response> verify_door::file(http_request& request, std::string name, bool versioned) {
    if (auto refused = readers_.turn_away(request, request.peer, longest_body, house_.time.steady()))
        co_return std::move(*refused);
    const auto& files = versioned ? versioned_ : files_;
    const auto found = files.find(name);
    if (found == files.end()) co_return readers_.counted(problem(fault::no_such_document));
    co_return readers_.counted(answer(request, found->second));
}

// What the page keeps to check a printed credential where there is no network.
task<http_response> verify_door::trust(http_request& request) {
    if (auto refused = readers_.turn_away(request, request.peer, longest_body, house_.time.steady()))
        co_return std::move(*refused);
    const wall_time now = house_.time.now();
    json::array lists;
    for (const std::string& name : house_.lists.names())
        lists.emplace_back(wallet::status_list_uri(house_.settings.issuer, name));
    const json::object body{{"issuer", house_.settings.issuer},
                            {"keys", house_.keys.get()->trusted().jwks(now).at("keys")},
                            {"status_lists", std::move(lists)},
                            {"fetched_at", time_text(now)}};
    http_response response = json_answer(body);
    response.headers = {{"Cache-Control", "no-cache"}, {"X-Content-Type-Options", "nosniff"}};
    co_return readers_.counted(std::move(response));
}

std::string verify_door::cookie(std::string_view token, std::chrono::seconds life) const {
    return fmt::format("{}={}; Path=/verify; Max-Age={}; HttpOnly; SameSite=Strict{}", cookie_name, token, life.count(),
                       is_secure(house_.settings.issuer) ? "; Secure" : "");
}

task<http_response> verify_door::sign_in(http_request& request) {
    if (auto refused = strangers_.turn_away(request, request.peer, longest_body, house_.time.steady()))
        co_return std::move(*refused);
    if (!is_of_page(request)) co_return strangers_.counted(problem(fault::not_this_page));
    if (!is_json(request)) co_return strangers_.counted(problem(fault::wrong_media_type, "Send application/json."));
    const auto body = read_object(request.body);
    if (!body) co_return strangers_.counted(problem(fault::malformed, body.error()));
    auto number = read_text(*body, "verifier", {.least = 1, .most = 16});
    if (!number) co_return strangers_.counted(problem(fault::malformed, number.error()));
    auto name = read_text(*body, "operator", {.least = 1, .most = 80});
    if (!name) co_return strangers_.counted(problem(fault::malformed, name.error()));
    auto password = read_text(*body, "password", {.least = 1, .most = 200});
    if (!password) co_return strangers_.counted(problem(fault::malformed, password.error()));
    auto by = co_await house_.counter.sign_in(std::move(*number), std::move(*name), std::move(*password));
    if (!by) co_return strangers_.counted(refusal(by.error()));
    by->channel = "web";
    const wall_time now = house_.time.now();
    const auto face = co_await house_.counter.face(*by, language_of(request), now);
    if (!face) co_return strangers_.counted(problem(fault::not_signed_in));
    const auto life = house_.settings.session_life;
    http_response response = json_answer(to_json(*face, now + life));
    response.headers.push_back(
        {"Set-Cookie",
         cookie(sessions_.make(pack({.by = *by, .signed_in_at = now, .certificate = {}}), now + life), life)});
    co_return strangers_.counted(std::move(response));
}

task<http_response> verify_door::admit(http_request& request, bool changes, signed_in then) {
    const auto opened = sessions_.open(read_cookie(request, cookie_name), house_.time.now());
    auto who = opened ? unpack(opened->content, "web") : std::nullopt;
    if (!who) {
        if (auto refused = readers_.turn_away(request, request.peer, longest_credential, house_.time.steady()))
            co_return std::move(*refused);
        co_return readers_.counted(problem(fault::not_signed_in));
    }
    if (auto refused = people_.turn_away(request, fmt::format("operator {}", who->by.who.value), longest_credential,
                                         house_.time.steady()))
        co_return std::move(*refused);
    if (changes && !is_of_page(request)) co_return people_.counted(problem(fault::not_this_page));
    auto face = co_await house_.counter.face(who->by, language_of(request), who->signed_in_at);
    if (!face) co_return people_.counted(problem(fault::not_signed_in));
    present here{.who = std::move(*who), .until = opened->until, .face = std::move(*face)};
    http_response response = co_await (this->*then)(request, here);
    renew(response, here);
    co_return people_.counted(std::move(response));
}

void verify_door::renew(http_response& response, const present& here) {
    const wall_time now = house_.time.now();
    const wall_time end = std::min<wall_time>(now + house_.settings.session_life,
                                              here.who.signed_in_at + house_.settings.longest_session);
    const bool signing_out = response.status == 204;
    if (signing_out || here.until - now > house_.settings.session_life / 2 || end <= here.until) return;
    response.headers.push_back({"Set-Cookie", cookie(sessions_.make(pack(here.who), end),
                                                     std::chrono::ceil<std::chrono::seconds>(end - now))});
}

task<http_response> verify_door::session(http_request&, const present& here) {
    co_return json_answer(to_json(here.face, here.until));
}

task<http_response> verify_door::sign_out(http_request&, const present& here) {
    co_await house_.counter.sign_out(here.who.by);
    http_response response;
    response.status = 204;
    response.headers = {{"Cache-Control", "no-store"}, {"Set-Cookie", cookie("", std::chrono::seconds(0))}};
    co_return response;
}

task<http_response> verify_door::redeem(http_request& request, const present& here) {
    const auto begun = house_.time.steady();
    if (!is_json(request)) co_return problem(fault::wrong_media_type, "Send application/json.");
    const auto body = read_object(request.body);
    if (!body) co_return problem(fault::malformed, body.error());
    auto code = read_text(*body, "code", {.least = 1, .most = 64});
    if (!code) co_return problem(fault::malformed, code.error());
    auto nonce = read_optional_text(*body, "nonce", {.least = 8, .most = 200});
    if (!nonce) co_return problem(fault::malformed, nonce.error());
    auto taken = co_await house_.counter.redeem(here.who.by, std::move(*code), std::move(*nonce));
    redeem_seconds_.observe(house_.time.steady() - begun);
    if (!taken) co_return refusal(taken.error());
    co_return json_answer(to_json(std::move(*taken)));
}

task<http_response> verify_door::receipt(http_request& request, const present& here) {
    auto taken = co_await house_.counter.receipt(here.who.by, path_segment(request.path(), 3).substr(0, 32));
    if (!taken) co_return refusal(taken.error(), fault::no_such_receipt);
    co_return json_answer(to_json(std::move(*taken)));
}

task<http_response> verify_door::check(http_request& request, const present& here) {
    if (!is_json(request)) co_return problem(fault::wrong_media_type, "Send application/json.");
    const auto body = read_object(request.body);
    if (!body) co_return problem(fault::malformed, body.error());
    const auto credential = read_text(*body, "credential", {.least = 1, .most = longest_credential});
    if (!credential) co_return problem(fault::malformed, credential.error());
    co_return json_answer(checker_.check(*credential, here.face.number));
}

}  // namespace mlango::exchange
