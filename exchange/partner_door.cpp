#include "exchange/partner_door.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

#include "base/http/json_body.hpp"
#include "exchange/embedded_files.hpp"
#include "exchange/oauth.hpp"
#include "exchange/problem.hpp"
#include "exchange/redemption_json.hpp"
#include "gsm/msisdn.hpp"

namespace mlango::exchange {

namespace {

namespace json = boost::json;

constexpr std::string_view root = "/api/partner/v1";
constexpr std::size_t longest_body = 4'096;
constexpr std::size_t longest_secret = 200;
constexpr int most_erasures = 500;

struct client_words {
    std::string id;
    std::string secret;
    bool by_header = false;
};

// Either by the header or in the body, not by both (RFC 6749 §2.3).
std::optional<client_words> read_client(const http_request& request, const oauth_form& form) {
    const std::string* const id = form.find("client_id");
    const std::string* const secret = form.find("client_secret");
    if (request.header("authorization").empty()) {
        if (id == nullptr || secret == nullptr) return std::nullopt;
        return client_words{.id = *id, .secret = *secret};
    }
    auto basic = read_basic(request.header("authorization"));
    if (!basic || secret != nullptr || (id != nullptr && *id != basic->id)) return std::nullopt;
    return client_words{.id = std::move(basic->id), .secret = std::move(basic->secret), .by_header = true};
}

http_response unknown_client(bool by_header) {
    http_response response = oauth_error(401, "invalid_client");
    if (by_header) response.headers.push_back({"WWW-Authenticate", "Basic realm=\"partner\", charset=\"UTF-8\""});
    return response;
}

http_response no_token(std::string_view error) {
    http_response response = problem(fault::not_signed_in);
    response.headers.push_back(
        {"WWW-Authenticate", error.empty() ? std::string("Bearer realm=\"partner\"")
                                           : fmt::format("Bearer realm=\"partner\", error=\"{}\"", error)});
    return response;
}

http_response created(const json::object& body, unsigned status, std::string location) {
    http_response response = json_answer(body, status);
    response.headers.push_back({"Location", std::move(location)});
    return response;
}

std::string description_text() {
    const auto files = description_files();
    const auto found = std::ranges::find(files, "partner.json", &embedded_file::name);
    return found == files.end() ? std::string("{}") : std::string(found->content);
}

task<http_response> explain(http_request& request) {
    const std::string name = path_segment(request.path(), 4);
    for (const fault_kind& kind : fault_kinds())
        if (kind.name == name)
            co_return answer(
                request, make_document("text/plain; charset=utf-8",
                                       fmt::format("{}\n\n{}\n", kind.title, kind.explained), "public, max-age=86400"));
    co_return problem(fault::no_such_document);
}

}  // namespace

partner_door::partner_door(const door_parts& house)
    : house_(house),
      tokens_(house.token_keys, house.random, "exchange.partner"),
      strangers_("partner_token", house.settings.strangers, house.numbers),
      programs_("partner", house.settings.programs, house.numbers),
      redeem_seconds_(house.numbers.time("exchange_redeem_seconds", "Time from a redemption's request to its answer")),
      description_(make_open_document("application/json", description_text(), house.settings.metadata_kept)) {}

std::vector<http_route> partner_door::routes() {
    const auto at = [](std::string_view path) { return fmt::format("{}{}", root, path); };
    const auto with_token = [this](authorised then, bool asks = true) -> http_handler {
        return [this, asks, then](http_request& request) { return admit(request, asks, then); };
    };
    return {{"POST", at("/token"), [this](http_request& request) { return token(request); }},
            {"POST", at("/redemptions"), with_token(&partner_door::redeem, false)},
            {"GET", at("/redemptions/{receipt}"), with_token(&partner_door::receipt)},
            {"POST", at("/requests"), with_token(&partner_door::ask)},
            {"GET", at("/requests/{id}"), with_token(&partner_door::asked)},
            {"GET", at("/erasures"), with_token(&partner_door::erasures)},
            {"GET", at("/openapi.json"),
             [this](http_request& request) -> task<http_response> { co_return answer(request, description_); }},
            {"GET", at("/problems/{name}"), explain}};
}

task<http_response> partner_door::token(http_request& request) {
    if (auto refused = strangers_.turn_away(request, request.peer, longest_body, house_.time.steady()))
        co_return std::move(*refused);
    const auto form = oauth_form::read(request);
    if (!form) co_return strangers_.counted(oauth_error(400, "invalid_request", "Send one form, each field once."));
    const std::string* const grant = form->find("grant_type");
    if (grant == nullptr) co_return strangers_.counted(oauth_error(400, "invalid_request", "grant_type is missing."));
    if (*grant != "client_credentials") co_return strangers_.counted(oauth_error(400, "unsupported_grant_type"));
    auto client = read_client(request, *form);
    const bool by_header = !request.header("authorization").empty();
    if (!client || client->id.size() > longest_secret || client->secret.size() > longest_secret)
        co_return strangers_.counted(unknown_client(by_header));
    const auto program =
        co_await house_.counter.client(std::move(client->id), std::move(client->secret), request.client_certificate);
    if (!program) co_return strangers_.counted(unknown_client(by_header));
    const wall_time now = house_.time.now();
    const auto life = house_.settings.access_token_life;
    co_return strangers_.counted(
        oauth_token(tokens_.make(pack({.by = *program, .signed_in_at = now, .certificate = request.client_certificate}),
                                 now + life),
                    life.count()));
}

task<http_response> partner_door::admit(http_request& request, bool asks, authorised then) {
    const std::string_view token = read_bearer(request.header("authorization"));
    const auto opened = tokens_.open(token, house_.time.now());
    const auto who = opened ? unpack(opened->content, "api") : std::nullopt;
    // Who shows no token is held to strangers' rate, and with a bad one too.
    if (!who) {
        if (auto refused = strangers_.turn_away(request, request.peer, longest_body, house_.time.steady()))
            co_return std::move(*refused);
        co_return strangers_.counted(no_token(token.empty() ? "" : "invalid_token"));
    }
    if (auto refused = programs_.turn_away(request, fmt::format("program {}", who->by.program.value), longest_body,
                                           house_.time.steady()))
        co_return std::move(*refused);
    if (!who->certificate.empty() && who->certificate != request.client_certificate)
        co_return programs_.counted(no_token("invalid_token"));
    if (asks && !co_await house_.counter.face(who->by, "en", who->signed_in_at))
        co_return programs_.counted(problem(fault::suspended));
    co_return programs_.counted(co_await (this->*then)(request, *who));
}

task<http_response> partner_door::redeem(http_request& request, const visitor& who) {
    const auto begun = house_.time.steady();
    if (!is_json(request)) co_return problem(fault::wrong_media_type, "Send application/json.");
    const auto body = read_object(request.body);
    if (!body) co_return problem(fault::malformed, body.error());
    auto code = read_text(*body, "code", {.least = 1, .most = 64});
    if (!code) co_return problem(fault::malformed, code.error());
    auto nonce = read_optional_text(*body, "nonce", {.least = 8, .most = 200});
    if (!nonce) co_return problem(fault::malformed, nonce.error());
    auto taken = co_await house_.counter.redeem(who.by, std::move(*code), std::move(*nonce));
    redeem_seconds_.observe(house_.time.steady() - begun);
    if (!taken) co_return refusal(taken.error());
    std::string location = fmt::format("{}/redemptions/{}", root, taken->receipt);
    co_return created(to_json(std::move(*taken)), 201, std::move(location));
}

task<http_response> partner_door::receipt(http_request& request, const visitor& who) {
    auto taken = co_await house_.counter.receipt(who.by, path_segment(request.path(), 4).substr(0, 32));
    if (!taken) co_return refusal(taken.error(), fault::no_such_receipt);
    co_return json_answer(to_json(std::move(*taken)));
}

task<http_response> partner_door::ask(http_request& request, const visitor& who) {
    if (!is_json(request)) co_return problem(fault::wrong_media_type, "Send application/json.");
    const auto body = read_object(request.body);
    if (!body) co_return problem(fault::malformed, body.error());
    const auto typed = read_text(*body, "number", {.least = 7, .most = 20});
    if (!typed) co_return problem(fault::malformed, typed.error());
    const auto number = gsm::msisdn::from_e164(*typed);
    if (!number) co_return problem(fault::malformed, "number must be in international form, with + and digits only.");
    auto preset = read_text(*body, "preset", {.least = 1, .most = 40});
    if (!preset) co_return problem(fault::malformed, preset.error());
    const auto reference = co_await house_.counter.ask(who.by, number->e164(), std::move(*preset));
    if (!reference) co_return problem(fault::not_allowed);
    co_return created({{"id", *reference}}, 202, fmt::format("{}/requests/{}", root, *reference));
}

task<http_response> partner_door::asked(http_request& request, const visitor& who) {
    auto state = co_await house_.counter.answer(who.by, path_segment(request.path(), 4).substr(0, 64));
    if (!state) co_return problem(fault::no_such_request);
    json::object body{{"state", state->state}};
    if (state->taken) body["redemption"] = to_json(std::move(*state->taken));
    co_return json_answer(body);
}

task<http_response> partner_door::erasures(http_request&, const visitor& who) {
    const auto all = co_await house_.counter.erasures(who.by, most_erasures);
    co_return json_answer(to_json(all));
}

}  // namespace mlango::exchange
