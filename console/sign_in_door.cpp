#include "console/sign_in_door.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "base/bytes.hpp"
#include "base/http/json_body.hpp"
#include "console/problem.hpp"
#include "console/time_text.hpp"
#include "console/totp.hpp"

namespace mlango::console {

namespace {

namespace json = boost::json;

constexpr std::string_view app_name = "Mlango";
constexpr std::size_t shortest_password = 12;  // characters
constexpr std::size_t longest_password = 200;  // bytes
constexpr std::string_view languages[] = {"en", "fr", "ar"};

// One answer for whatever is wrong, so that it tells nobody which names exist or which of them wait.
http_response wrong_guess() {
    return problem(fault::not_signed_in, "Name, password or code is wrong, or there were too many wrong ones.",
                   {{"reason", "wrong"}});
}

http_response weak(std::string_view why) {
    return problem(fault::invalid, "Choose another password.",
                   {{"faults", json::array{json::object{{"field", "password"}, {"code", view(why)}}}}});
}

sign_in_stage after_password(bool has_codes, bool second_factor, bool changes) {
    if (second_factor) return has_codes ? sign_in_stage::code : sign_in_stage::enrol;
    return changes ? sign_in_stage::password : sign_in_stage::done;
}

std::string small_letters(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

std::expected<json::object, http_response> body_of(const http_request& request) {
    if (!is_json(request)) return std::unexpected(problem(fault::wrong_media_type, "Send application/json."));
    auto body = read_object(request.body);
    if (!body) return std::unexpected(problem(fault::malformed, body.error()));
    return std::move(*body);
}

}  // namespace

std::string_view weakness_of(std::string_view password, std::string_view name) {
    const auto characters =
        std::ranges::count_if(password, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; });
    if (static_cast<std::size_t>(characters) < shortest_password) return "short";
    if (password.size() > longest_password) return "long";
    const std::string folded = small_letters(password);
    if (!name.empty() && folded.contains(small_letters(name))) return "name";
    // Of few different characters, or of what stands side by side on keyboards: tried first.
    if (std::set<char>(folded.begin(), folded.end()).size() < 5) return "common";
    constexpr std::string_view rows[] = {"1234567890123456789012", "qwertyuiopasdfghjklzxcvbnm",
                                         "abcdefghijklmnopqrstuvwxyz", "1q2w3e4r5t6y7u8i9o0p",
                                         "qazwsxedcrfvtgbyhnujmikolp"};
    if (std::ranges::any_of(rows, [&](std::string_view row) { return row.contains(folded); })) return "common";
    constexpr std::string_view words[] = {"password",      "passw0rd", "mlango", "welcome",
                                          "administrator", "letmein",  "refugee"};
    std::string rest = folded;
    for (const std::string_view word : words)
        for (std::size_t at; (at = rest.find(word)) != std::string::npos;) rest.erase(at, word.size());
    return rest.size() < folded.size() && rest.size() < 6 ? "common" : std::string_view();
}

sign_in_door::sign_in_door(const parts& house, guard& keeper, staff_sessions& sessions)
    : house_(house),
      guard_(keeper),
      sessions_(sessions),
      accounts_(house.pool, house.time),
      wrong_(house.numbers.count("console_guesses_total", "Passwords and codes of staff, by whether they were right",
                                 {{"outcome", "wrong"}})),
      right_(house.numbers.count("console_guesses_total", "Passwords and codes of staff, by whether they were right",
                                 {{"outcome", "right"}})) {}

std::vector<staff_route> sign_in_door::routes() {
    return {{"GET", "/me", "", [this](asked& question) { return me(question); }},
            {"POST", "/me/password", "", [this](asked& question) { return change_password(question); }},
            {"PUT", "/me/language", "", [this](asked& question) { return change_language(question); }},
            {"DELETE", "/session", "", [this](asked& question) { return sign_out(question); }}};
}

std::vector<http_route> sign_in_door::open_routes() {
    return {
        guard_.open("GET", "/sign-in", [this](http_request& request) { return stage(request); }),
        guard_.open("POST", "/sign-in", [this](http_request& request) { return password(request); }),
        guard_.open("POST", "/sign-in/enrolment", [this](http_request& request) { return enrolment(request); }),
        guard_.open("POST", "/sign-in/code", [this](http_request& request) { return code(request); }),
        guard_.open("POST", "/sign-in/password", [this](http_request& request) { return first_password(request); })};
}

task<std::optional<staff_session>> sign_in_door::in_stage(const http_request& request,
                                                          std::initializer_list<sign_in_stage> any) {
    const std::vector<sign_in_stage> wanted(any);
    auto session = co_await guard_.session_of(request, staff_sessions::use::by_the_page);
    if (!session || std::ranges::find(wanted, session->stage) == wanted.end()) co_return std::nullopt;
    co_return session;
}

task<http_response> sign_in_door::stage(http_request& request) {
    const auto session = co_await guard_.session_of(request, staff_sessions::use::by_the_page);
    json::object body{{"next", session ? view(name_of(session->stage)) : json::string_view("name")}};
    if (const auto& provider = house_.options.oidc; provider.on())
        body["providers"] =
            json::array{json::object{{"name", provider.shown_name}, {"path", "/api/staff/v1/sign-in/provider"}}};
    co_return json_answer(body);
}

task<http_response> sign_in_door::go_on(const http_request& request, registry::staff_id who, sign_in_stage to,
                                        std::optional<staff_session> old) {
    if (old) co_await sessions_.end(*old);
    const std::string token = co_await sessions_.begin(who, to, request.header("user-agent"));
    http_response response = json_answer(json::object{{"next", view(name_of(to))}});
    response.headers.push_back(guard_.cookie(token));
    co_return response;
}

task<std::optional<bool>> sign_in_door::checked(const registry::staff_attempt& attempt, std::string name,
                                                std::string secret) {
    bool right = false;
    const std::string subject = registry::staff_password_subject(name);
    const auto ran =
        co_await house_.hashing.run([&] { right = house_.secrets.check(subject, secret, attempt.stored); });
    if (!ran) co_return std::nullopt;
    co_return right&& attempt.may_try;
}

task<std::optional<std::string>> sign_in_door::made(std::string name, std::string secret) {
    std::string stored;
    const std::string subject = registry::staff_password_subject(name);
    const auto ran = co_await house_.hashing.run([&] { stored = house_.secrets.make(subject, secret); });
    if (!ran) co_return std::nullopt;
    co_return stored;
}

task<http_response> sign_in_door::password(http_request& request) {
    const auto body = body_of(request);
    if (!body) co_return body.error();
    const auto name = read_text(*body, "name", {.least = 1, .most = 60});
    if (!name) co_return problem(fault::malformed, name.error());
    const auto secret = read_text(*body, "password", {.least = 1, .most = longest_password});
    if (!secret) co_return problem(fault::malformed, secret.error());
    if (house_.hashing.full()) co_return problem(fault::unavailable);
    const std::string folded = small_letters(*name);
    const auto attempt = co_await accounts_.count_password(folded);
    const auto right = co_await checked(attempt, folded, *secret);
    if (!right) co_return problem(fault::unavailable);
    (*right ? right_ : wrong_).add();
    if (!*right) co_return wrong_guess();
    co_await accounts_.password_right(attempt.who);
    const auto next = after_password(attempt.has_codes, house_.options.second_factor, attempt.changes);
    if (next == sign_in_stage::done) co_await accounts_.signed_in(attempt.who, "password");
    auto old = co_await guard_.session_of(request, staff_sessions::use::by_the_page);
    co_return co_await go_on(request, attempt.who, next, std::move(old));
}

task<http_response> sign_in_door::enrolment(http_request& request) {
    const auto session = co_await in_stage(request, {sign_in_stage::enrol});
    if (!session) co_return problem(fault::not_signed_in);
    const auto here = co_await accounts_.at_work(session->who, session->begun);
    if (!here) co_return problem(fault::not_signed_in);
    std::string secret(totp_secret_size, '\0');
    house_.random.fill(std::as_writable_bytes(std::span(secret)));
    const std::string sealed = house_.record.seal(secret, registry::staff_totp_context(here->name));
    if (!co_await accounts_.offer_codes(session->who, sealed)) co_return problem(fault::wrong_state);
    co_return json_answer(
        json::object{{"secret", to_base32(secret)}, {"uri", otpauth_uri(app_name, here->name, secret)}});
}

task<http_response> sign_in_door::code(http_request& request) {
    auto session = co_await in_stage(request, {sign_in_stage::code, sign_in_stage::enrol});
    if (!session) co_return problem(fault::not_signed_in);
    const auto body = body_of(request);
    if (!body) co_return body.error();
    const auto typed = read_text(*body, "code", {.least = 6, .most = 6});
    if (!typed) co_return problem(fault::malformed, typed.error());
    const auto attempt = co_await accounts_.count_code(session->who);
    std::optional<std::int64_t> step;
    if (attempt.may_try) {
        const auto secret = house_.record.open(attempt.stored, registry::staff_totp_context(attempt.name));
        if (secret) step = matching_totp_step(*secret, *typed, house_.time.now(), attempt.last_step);
    }
    const bool right = step && co_await accounts_.code_right(session->who, *step);
    (right ? right_ : wrong_).add();
    if (!right) co_return wrong_guess();
    if (!attempt.changes) co_await accounts_.signed_in(session->who, "code");
    const auto next = attempt.changes ? sign_in_stage::password : sign_in_stage::done;
    const auto who = session->who;
    co_return co_await go_on(request, who, next, std::move(session));
}

task<http_response> sign_in_door::first_password(http_request& request) {
    auto session = co_await in_stage(request, {sign_in_stage::password});
    if (!session) co_return problem(fault::not_signed_in);
    const auto body = body_of(request);
    if (!body) co_return body.error();
    const auto wanted = read_text(*body, "password", {.least = 1, .most = longest_password});
    if (!wanted) co_return problem(fault::malformed, wanted.error());
    const auto here = co_await accounts_.at_work(session->who, session->begun);
    if (!here) co_return problem(fault::not_signed_in);
    if (const auto why = weakness_of(*wanted, here->name); !why.empty()) co_return weak(why);
    // What somebody else gave her is not hers, even if she types it again.
    const auto attempt = co_await accounts_.count_own_password(session->who);
    if (!attempt.may_try) co_return wrong_guess();
    const auto same = co_await checked(attempt, here->name, *wanted);
    if (!same) co_return problem(fault::unavailable);
    co_await accounts_.password_right(session->who);
    if (*same) co_return weak("same");
    const auto stored = co_await made(here->name, *wanted);
    if (!stored) co_return problem(fault::unavailable);
    co_await accounts_.change_password(session->who, *stored);
    co_await accounts_.signed_in(session->who, house_.options.second_factor ? "code" : "password");
    const auto who = session->who;
    co_await sessions_.end_all(who);
    co_return co_await go_on(request, who, sign_in_stage::done, std::nullopt);
}

task<http_response> sign_in_door::me(asked& question) {
    const auto session = co_await guard_.session_of(question.http, staff_sessions::use::by_the_page);
    if (!session) co_return problem(fault::not_signed_in);
    const auto& who = question.who;
    const auto list = [](const std::vector<std::string>& words) { return json::array(words.begin(), words.end()); };
    json::object body{{"id", who.id.value},
                      {"name", who.name},
                      {"shown_name", who.shown_name},
                      {"language", who.language},
                      {"permissions", list(who.permissions)},
                      {"untrained", list(who.untrained)},
                      {"trained_until", who.trained_until.empty() ? json::value() : json::value(who.trained_until)},
                      {"session", json::object{{"begun_at", time_text(session->begun)},
                                               {"ends_at", time_text(session->begun + house_.options.longest_session)},
                                               {"idle_seconds", house_.options.idle_time.count()}}},
                      {"now", time_text(house_.time.now())}};
    json::value places = json::parse(co_await accounts_.places_json(who.id));
    for (auto& member : places.as_object()) body[member.key()] = std::move(member.value());
    co_return json_answer(body);
}

task<http_response> sign_in_door::sign_out(asked& question) {
    const auto session = co_await guard_.session_of(question.http, staff_sessions::use::by_the_page);
    if (session) co_await sessions_.end(*session);
    co_await accounts_.signed_out(question.who.id);
    http_response response;
    response.status = 204;
    // What the browser kept of us goes with it.
    response.headers = {guard_.cookie({}), {"Clear-Site-Data", "\"cache\", \"storage\""}};
    co_return response;
}

task<http_response> sign_in_door::change_password(asked& question) {
    const auto old = read_text(question.body, "old", {.least = 1, .most = longest_password});
    if (!old) co_return problem(fault::malformed, old.error());
    const auto wanted = read_text(question.body, "password", {.least = 1, .most = longest_password});
    if (!wanted) co_return problem(fault::malformed, wanted.error());
    if (const auto why = weakness_of(*wanted, question.who.name); !why.empty()) co_return weak(why);
    if (*old == *wanted) co_return weak("same");
    const auto attempt = co_await accounts_.count_own_password(question.who.id);
    const auto right = co_await checked(attempt, question.who.name, *old);
    if (!right) co_return problem(fault::unavailable);
    (*right ? right_ : wrong_).add();
    if (!*right)
        co_return problem(fault::invalid, "The old password is wrong, or there were too many wrong ones.",
                          {{"faults", json::array{json::object{{"field", "old"}, {"code", "wrong"}}}}});
    co_await accounts_.password_right(question.who.id);
    const auto stored = co_await made(question.who.name, *wanted);
    if (!stored) co_return problem(fault::unavailable);
    co_await accounts_.change_password(question.who.id, *stored);
    co_await sessions_.end_all(question.who.id);
    co_return co_await go_on(question.http, question.who.id, sign_in_stage::done, std::nullopt);
}

task<http_response> sign_in_door::change_language(asked& question) {
    const auto language = read_text(question.body, "language", {.least = 2, .most = 3});
    if (!language || std::ranges::find(languages, *language) == std::end(languages))
        co_return problem(fault::malformed, "language must be one of en, fr, ar.");
    co_await accounts_.change_language(question.who.id, *language);
    co_return json_answer(json::object{{"language", *language}});
}

}  // namespace mlango::console
