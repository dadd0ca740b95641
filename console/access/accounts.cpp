#include "registry/staff/accounts.hpp"
#include "base/http/json_body.hpp"
#include "base/new_password.hpp"
#include "console/access/access_door.hpp"
#include "console/access/fields.hpp"
#include "console/access/outcome.hpp"
#include "console/oidc/settings.hpp"
#include "console/problem.hpp"

namespace mlango::console::access {

namespace {

namespace json = boost::json;

constexpr std::string_view languages[] = {"en", "fr", "ar"};
constexpr std::chrono::days longest_training{3 * 366};

http_response malformed(std::string_view detail) {
    return problem(fault::malformed, detail);
}

// Training that lies far ahead is a slip of the hand: 2072 for 2027.
bool is_too_far(const std::string& day, wall_time now) {
    if (day.empty()) return false;
    const auto limit = std::chrono::year_month_day(std::chrono::floor<std::chrono::days>(now) + longest_training);
    return std::stoi(day.substr(0, 4)) > static_cast<int>(limit.year());
}

http_response training_too_far() {
    return problem(fault::invalid, "Training lies three years ahead at most.",
                   {{"faults", json::array{json::object{{"field", "trained_until"}, {"code", "too_far"}}}}});
}

std::expected<registry::account_wish, std::string> read_account(const json::object& body) {
    registry::account_wish wish;
    auto name = read_text(body, "name", {.least = 2, .most = 60});
    if (!name) return std::unexpected(name.error());
    if (!is_account_name(*name)) return std::unexpected("name may hold a-z, 0-9, '.', '_' and '-'.");
    auto shown = read_text(body, "shown_name", {.least = 1, .most = 80});
    if (!shown) return std::unexpected(shown.error());
    if (!is_shown_name(*shown)) return std::unexpected("shown_name must be a name.");
    auto language = read_text(body, "language", {.least = 2, .most = 3});
    if (!language || std::ranges::find(languages, *language) == std::end(languages))
        return std::unexpected("language must be one of en, fr, ar.");
    auto trained = read_day(body, "trained_until");
    if (!trained) return std::unexpected(trained.error());
    auto subject = read_optional_text(body, "subject", {.least = 1, .most = 200});
    if (!subject) return std::unexpected(subject.error());
    return registry::account_wish{.name = std::move(*name),
                                  .shown_name = std::move(*shown),
                                  .language = std::move(*language),
                                  .password = {},
                                  .issuer = {},
                                  .subject = subject->value_or(std::string()),
                                  .trained_until = std::move(*trained)};
}

}  // namespace

task<std::optional<std::string>> access_door::stored(std::string name, std::string password) {
    std::string out;
    const std::string subject = registry::staff_password_subject(name);
    const auto ran = co_await house_.hashing.run([&] { out = house_.secrets.make(subject, password); });
    if (!ran) co_return std::nullopt;
    co_return out;
}

// The registry's word already ended them (reset_at); what Redis keeps of them goes as well, if Redis is there.
task<void> access_door::forget_sessions(registry::staff_id of) {
    try {
        co_await sessions_.end_all(of);
    } catch (const sessions_away&) {
    }
}

task<std::string> access_door::current(asked& question, registry::staff_id of) {
    auto found = co_await access_.find_json(question.who.id, of);
    co_return found.value_or(std::string());
}

task<http_response> access_door::roles(asked& question) {
    co_return json_text(co_await access_.roles_json(question.who.id));
}

task<http_response> access_door::list(asked& question) {
    const auto page = read_page(question);
    if (!page) co_return malformed(page.error());
    co_return json_text(co_await access_.list_json(question.who.id, *page));
}

task<http_response> access_door::search(asked& question) {
    const auto text = read_text(question.body, "text", {.least = 2, .most = 80});
    if (!text) co_return malformed(text.error());
    co_return json_text(co_await access_.search_json(question.who.id, *text));
}

task<http_response> access_door::show(asked& question) {
    auto found = co_await access_.find_json(question.who.id, {question.key(1)});
    if (!found) co_return problem(fault::not_found);
    co_return json_text(std::move(*found));
}

// With a password that she has to replace, or with an identity provider's name for her and none.
task<http_response> access_door::add(asked& question) {
    auto wish = read_account(question.body);
    if (!wish) co_return malformed(wish.error());
    if (is_too_far(wish->trained_until, house_.time.now())) co_return training_too_far();
    std::string password;
    if (wish->subject.empty()) {
        password = new_password(house_.random);
        auto hidden = co_await stored(wish->name, password);
        if (!hidden) co_return problem(fault::unavailable);
        wish->password = std::move(*hidden);
    } else {
        if (!house_.options.oidc.on()) co_return malformed("subject is for an identity provider; there is none here.");
        wish->issuer = house_.options.oidc.issuer;
    }
    const auto outcome = co_await access_.make(question.who.id, std::move(*wish));
    if (outcome.what != "made") co_return refusal(outcome);
    json::object body{{"id", outcome.id}};
    if (!password.empty()) body["password"] = password;
    co_return json_answer(body, 201);
}

task<http_response> access_door::keep(asked& question, registry::account_change change, bool ends_sessions) {
    const auto seen = read_revision(question.body);
    if (!seen) co_return malformed(seen.error());
    const registry::staff_id of{question.key(1)};
    const auto outcome = co_await access_.keep(question.who.id, of, *seen, std::move(change));
    if (outcome.what != "done") co_return refusal(outcome, co_await current(question, of));
    if (ends_sessions) co_await forget_sessions(of);
    co_return json_text(co_await current(question, of));
}

task<http_response> access_door::describe(asked& question) {
    registry::account_change change{.what = "describe", .shown_name = {}, .trained_until = {}, .password = {}};
    auto shown = read_optional_text(question.body, "shown_name", {.least = 1, .most = 80});
    if (!shown) co_return malformed(shown.error());
    if (*shown && !is_shown_name(**shown)) co_return malformed("shown_name must be a name.");
    auto trained = read_day(question.body, "trained_until");
    if (!trained) co_return malformed(trained.error());
    if (!*shown && trained->empty()) co_return malformed("shown_name or trained_until must be there.");
    if (is_too_far(*trained, house_.time.now())) co_return training_too_far();
    change.shown_name = shown->value_or(std::string());
    change.trained_until = std::move(*trained);
    co_return co_await keep(question, std::move(change), false);
}

task<http_response> access_door::set_state(asked& question) {
    const auto state = read_text(question.body, "state", {.least = 1, .most = 20});
    if (!state) co_return malformed(state.error());
    const std::string_view what = *state == "suspended" ? "suspend"
                                  : *state == "active"  ? "resume"
                                  : *state == "ended"   ? "end"
                                                        : "";
    if (what.empty()) co_return malformed("state must be one of active, suspended, ended.");
    co_return co_await keep(question, {.what = what, .shown_name = {}, .trained_until = {}, .password = {}},
                            what != "resume");
}

task<http_response> access_door::reset_password(asked& question) {
    const auto seen = read_revision(question.body);
    if (!seen) co_return malformed(seen.error());
    const registry::staff_id of{question.key(1)};
    if (of == question.who.id) co_return refusal({.what = "own", .in_the_way = {}});
    const auto name = co_await access_.kept_name(question.who.id, of);
    if (!name) co_return problem(fault::not_found);
    std::string password = new_password(house_.random);
    auto hidden = co_await stored(*name, password);
    if (!hidden) co_return problem(fault::unavailable);
    const auto outcome = co_await access_.keep(
        question.who.id, of, *seen,
        {.what = "password", .shown_name = {}, .trained_until = {}, .password = std::move(*hidden)});
    if (outcome.what != "done") co_return refusal(outcome, co_await current(question, of));
    co_await forget_sessions(of);
    co_return json_answer(json::object{{"password", password}, {"revision", outcome.revision}});
}

task<http_response> access_door::take_codes(asked& question) {
    co_return co_await keep(question, {.what = "codes", .shown_name = {}, .trained_until = {}, .password = {}}, true);
}

task<http_response> access_door::unlink(asked& question) {
    co_return co_await keep(question, {.what = "unlink", .shown_name = {}, .trained_until = {}, .password = {}}, true);
}

// Her sessions end everywhere; the account stays as it is.
task<http_response> access_door::sign_out(asked& question) {
    const registry::staff_id of{question.key(1)};
    if (!co_await access_.kept_name(question.who.id, of)) co_return problem(fault::not_found);
    co_return json_answer(json::object{{"ended", co_await sessions_.end_all(of)}});
}

}  // namespace mlango::console::access
