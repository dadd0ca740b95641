// What staff do with a ticket, read from the body of each change, and the answers that go by SMS.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/http/json_body.hpp"
#include "console/body_fields.hpp"
#include "console/problem.hpp"
#include "console/tickets/tickets_door.hpp"

namespace mlango::console {

namespace {

namespace json = boost::json;
using read_turn = std::expected<registry::ticket_turn, http_response>;

constexpr std::size_t longest_note = 3'500;  // bytes: sealed, it fits ticket_entry
// Characters; in letters beyond the GSM alphabet her screens hold half as many (the proof lets an answer take 4 pages).
constexpr std::size_t longest_answer = 300, longest_other = 150;
constexpr std::size_t most_answer_messages = 3;
constexpr std::int64_t longest_pause = 24 * 14;  // hours until she is called again

std::unexpected<http_response> bad(std::string_view detail) {
    return std::unexpected(problem(fault::malformed, detail));
}

registry::ticket_turn turn_of(std::string_view what, json::object wanted = {}) {
    registry::ticket_turn how;
    how.what = what;
    how.wanted = std::move(wanted);
    return how;
}

template <std::size_t N>
std::expected<std::string, std::string> one_of(const json::object& body, std::string_view name,
                                               const std::array<std::string_view, N>& known) {
    auto text = read_text(body, name, {.least = 1, .most = 40});
    if (text && std::ranges::find(known, *text) == known.end())
        return std::unexpected(fmt::format("{}: one of {}", name, fmt::join(known, ", ")));
    return text;
}

std::size_t characters(std::string_view text) {
    return static_cast<std::size_t>(
        std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

json::array faults_in(const std::vector<std::string>& codes) {
    json::array out;
    for (const std::string& code : codes) out.push_back(json::object{{"field", "text"}, {"code", code}});
    return out;
}

struct answer_words {
    std::string text, language;
    bool by_sms = false;
};
std::expected<answer_words, http_response> words_in(const json::object& body) {
    auto text = read_text(body, "text", {.least = 1, .most = longest_answer * 4});
    if (!text) return std::unexpected(problem(fault::malformed, text.error()));
    auto language = read_text(body, "language", {.least = 2, .most = 3});
    if (!language || !std::ranges::all_of(*language, [](char c) { return c >= 'a' && c <= 'z'; }))
        return std::unexpected(problem(fault::malformed, "language: a code"));
    const auto by_sms = read_flag(body, "by_sms", true);
    if (!by_sms) return std::unexpected(problem(fault::malformed, by_sms.error()));
    return answer_words{.text = std::move(*text), .language = std::move(*language), .by_sms = *by_sms};
}

// As it goes out: the reference says which message of hers it answers.
std::string worded(std::string_view reference, std::string_view text) {
    return fmt::format("{}: {}", reference, text);
}

sms_shape shape_of(const sms_port& sms, const answer_words& words, std::string_view reference) {
    sms_shape shape = sms.shape(words.language, worded(reference, words.text));
    const std::size_t longest = shape.encoding.starts_with("GSM-7") ? longest_answer : longest_other;
    const bool long_one = characters(words.text) > longest || shape.segments > most_answer_messages;
    if (long_one && std::ranges::find(shape.faults, "too_long") == shape.faults.end())
        shape.faults.emplace_back("too_long");
    return shape;
}

}  // namespace

// While she writes: what it takes, and what may not be sent. Nothing is kept.
task<http_response> tickets_door::preview(asked& question) {
    if (house_.house.sms == nullptr) co_return problem(fault::unavailable);
    const auto words = words_in(question.body);
    if (!words) co_return words.error();
    const sms_shape shape = shape_of(*house_.house.sms, *words, "ABCD");
    co_return json_answer(json::object{{"encoding", shape.encoding},
                                       {"units", shape.units},
                                       {"holds", shape.holds},
                                       {"segments", shape.segments},
                                       {"faults", faults_in(shape.faults)}});
}

task<http_response> tickets_door::answer(asked& question) {
    if (house_.house.sms == nullptr) co_return problem(fault::unavailable);
    auto words = words_in(question.body);
    if (!words) co_return std::move(words.error());
    const auto line = co_await tickets_.line(question.who.id, question.key(1));
    if (!line) co_return problem(fault::not_found);
    const std::string reference(view(line->at("reference").as_string()));
    const sms_shape shape = shape_of(*house_.house.sms, *words, reference);
    // What only her own screen shows, behind her PIN or her code, is bound by its length alone.
    const bool long_one = std::ranges::find(shape.faults, "too_long") != shape.faults.end();
    if (words->by_sms ? !shape.faults.empty() : long_one)
        co_return problem(fault::invalid, "This can not be sent so.", {{"faults", faults_in(shape.faults)}});
    registry::ticket_turn how = turn_of("answer", {{"by_sms", words->by_sms}, {"reference", reference}});
    how.words = std::move(words->text);
    how.language = std::move(words->language);
    how.sms = "sms.screen";
    how.sms_text = shape.text;
    co_return co_await turn(question, std::move(how));
}

read_turn tickets_door::assignment(const asked& question) const {
    const auto staff = read_optional_whole(question.body, "staff", 1, most_key);
    if (!staff) return bad(staff.error());
    json::object wanted{{"staff", nullptr}};
    if (*staff) wanted["staff"] = **staff;
    return turn_of("assign", std::move(wanted));
}

read_turn tickets_door::priority(const asked& question) const {
    const auto priority = read_whole(question.body, "priority", 1, 5);
    if (!priority) return bad(priority.error());
    return turn_of("priority", {{"priority", *priority}});
}

read_turn tickets_door::state(const asked& question) const {
    const auto state = one_of<2>(question.body, "state", {"in_progress", "on_hold"});
    if (!state) return bad(state.error());
    return turn_of("state", {{"state", *state}});
}

read_turn tickets_door::note(const asked& question) const {
    auto text = read_text(question.body, "text", {.least = 1, .most = longest_note});
    if (!text) return bad(text.error());
    registry::ticket_turn how = turn_of("note");
    how.words = std::move(*text);
    return how;
}

read_turn tickets_door::call(const asked& question) const {
    const auto outcome = one_of<4>(question.body, "outcome", {"reached", "no_answer", "wrong_number", "later"});
    if (!outcome) return bad(outcome.error());
    const auto hours = read_optional_whole(question.body, "again_in_hours", 1, longest_pause);
    if (!hours) return bad(hours.error());
    const auto tell = read_flag(question.body, "tell", false);
    if (!tell) return bad(tell.error());
    json::object wanted{{"outcome", *outcome}, {"tell", *tell}};
    if (*hours) wanted["in_hours"] = **hours;
    registry::ticket_turn how = turn_of("call", std::move(wanted));
    how.sms = "sms.call_missed";
    return how;
}

read_turn tickets_door::closing(const asked& question) const {
    const auto as = one_of<5>(question.body, "as", {"answered", "not_reached", "duplicate", "referred", "not_ours"});
    if (!as) return bad(as.error());
    const auto of = read_optional_whole(question.body, "of", 1, most_key);
    if (!of) return bad(of.error());
    const auto tell = read_flag(question.body, "tell", false);
    if (!tell) return bad(tell.error());
    json::object wanted{{"as", *as}, {"tell", *tell}};
    if (*of) wanted["of"] = **of;
    registry::ticket_turn how = turn_of("close", std::move(wanted));
    how.sms = "sms.ticket_closed";
    return how;
}

read_turn tickets_door::reopening(const asked&) const {
    return turn_of("reopen");
}

read_turn tickets_door::marking(const asked& question) const {
    const auto sensitive = read_flag(question.body, "sensitive", true);
    if (!sensitive) return bad(sensitive.error());
    const auto office = read_optional_whole(question.body, "about_office", 1, most_key);
    if (!office) return bad(office.error());
    const auto colleague = read_optional_whole(question.body, "about_colleague", 1, most_key);
    if (!colleague) return bad(colleague.error());
    json::object wanted{{"sensitive", *sensitive}};
    if (*office) wanted["office"] = **office;
    if (*colleague) wanted["colleague"] = **colleague;
    return turn_of("mark", std::move(wanted));
}

read_turn tickets_door::move(const asked& question) const {
    const auto operation = read_text(question.body, "operation", {.least = 3, .most = 3});
    if (!operation ||
        !std::ranges::all_of(*operation, [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }))
        return bad("operation: a code of three letters");
    return turn_of("move", {{"operation", *operation}});
}

read_turn tickets_door::taking_note(const asked&) const {
    return turn_of("seen");
}

}  // namespace mlango::console
