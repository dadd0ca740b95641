#include <algorithm>
#include <charconv>

#include "base/http/json_body.hpp"
#include "console/problem.hpp"
#include "console/words/words_door.hpp"
#include "console/words/words_json.hpp"

namespace mlango::console {

namespace {

constexpr std::size_t longest_note = 200;
constexpr std::int64_t largest_version = (std::int64_t{1} << 31) - 1;
constexpr std::int64_t largest_revision = std::int64_t{1} << 53;
constexpr std::size_t most_changes = 1'000;  // of an answer

std::int64_t highest_revision(const std::vector<registry::word_draft>& drafts) {
    std::int64_t highest = 0;
    for (const auto& one : drafts) highest = std::max(highest, one.revision);
    return highest;
}

bool is_one_line(std::string_view note) {
    return std::ranges::none_of(note, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

// "2026-11-22 08:15", as the registry tells it.
std::string iso_time(std::string text) {
    if (text.size() == 16) text[10] = 'T';
    return text + ":00Z";
}

http_response refused(const registry::word_result& result, registry::publication_version now) {
    switch (result.what) {
        case registry::word_outcome::stale:
            return problem(fault::stale, "somebody else published or changed a draft meanwhile", {{"current", now}});
        case registry::word_outcome::no_such_version:
            return problem(fault::not_found);
        case registry::word_outcome::nothing_before:
            return problem(fault::wrong_state, "nothing was published: the files are served");
        default:
            return problem(fault::not_allowed, "one menu serves every operation: a role for a whole one is needed");
    }
}

}  // namespace

task<http_response> words_door::show_draft(asked& what) {
    const auto held = co_await current_.get();
    const auto drafts = co_await drafts_.all(what.who.id);
    boost::json::array items;
    for (const auto& one : drafts)
        items.push_back(as_json(one, published_words(*held->from, held->outline, one.language, one.name)));
    co_return json_answer(boost::json::object{
        {"current", held->version}, {"revision", highest_revision(drafts)}, {"items", std::move(items)}});
}

task<http_response> words_door::prove_draft(asked& what) {
    const auto held = co_await current_.get();
    const auto drafts = co_await drafts_.all(what.who.id);
    const auto proven = co_await house_.house.words->prove({.from = held->from, .drafts = drafts});
    if (!proven) co_return wait_problem(2);
    co_return json_answer(boost::json::object{{"current", held->version},
                                              {"revision", highest_revision(drafts)},
                                              {"drafts", drafts.size()},
                                              {"faults", as_json(proven->faults)},
                                              {"screens", proven->screens},
                                              {"texts", proven->words}});
}

// Proven here and now, whatever was proven before; stored only if nobody published or drafted anything meanwhile.
task<http_response> words_door::publish(asked& what) {
    const auto note = read_text(what.body, "note", {.least = 0, .most = longest_note});
    if (!note) co_return problem(fault::malformed, note.error());
    if (!is_one_line(*note)) co_return problem(fault::malformed, "note: one line");
    const auto seen_current = whole_number(what.body, "current", 0, largest_version);
    const auto seen_revision = whole_number(what.body, "revision", 0, largest_revision);
    if (!seen_current || !seen_revision)
        co_return problem(fault::malformed, "current and revision: the numbers that were looked at");
    const auto held = co_await current_.get();
    const auto drafts = co_await drafts_.all(what.who.id);
    if (held->version != *seen_current || highest_revision(drafts) != *seen_revision)
        co_return refused({.what = registry::word_outcome::stale}, held->version);
    if (drafts.empty()) co_return problem(fault::wrong_state, "nothing is drafted");
    boost::json::array unsettled;
    for (const auto& one : drafts)
        if (auto now = published_words(*held->from, held->outline, one.language, one.name); conflicts(one, now))
            unsettled.push_back(as_json(one, now));
    if (!unsettled.empty())
        co_return problem(fault::conflict, "other words were published since these were begun",
                          {{"conflicts", std::move(unsettled)}});
    auto proven = co_await house_.house.words->prove({.from = held->from, .drafts = drafts});
    if (!proven) co_return wait_problem(2);
    if (!proven->faults.empty())
        co_return problem(fault::invalid, "it does not pass the proof", {{"proof", as_json(proven->faults)}});
    const auto done = co_await drafts_.publish(what.who.id, {.content = std::move(proven->content),
                                                             .screens = proven->screens,
                                                             .words = proven->words,
                                                             .note = *note,
                                                             .seen_current = held->version,
                                                             .seen_revision = *seen_revision,
                                                             .seen_drafts = static_cast<std::int64_t>(drafts.size())});
    if (done.what != registry::word_outcome::done && done.what != registry::word_outcome::unchanged)
        co_return refused(done, held->version);
    co_return json_answer(boost::json::object{{"version", done.version}});
}

task<http_response> words_door::list_versions(asked& what) {
    const auto most = static_cast<int>(what.query_number("limit", 1, 200, 50));
    const auto all = co_await published_.list(most);
    const auto events = co_await published_.history(most);
    boost::json::array items, history;
    for (const auto& one : all)
        items.push_back(boost::json::object{{"version", one.version},
                                            {"current", one.current},
                                            {"published_at", iso_time(one.published_at)},
                                            {"by", one.by},
                                            {"note", one.note},
                                            {"screens", one.screens},
                                            {"texts", one.words},
                                            {"digest", one.digest}});
    for (const auto& one : events)
        history.push_back(boost::json::object{
            {"version", one.version}, {"action", one.action}, {"at", iso_time(one.at)}, {"by", one.by}});
    co_return json_answer(boost::json::object{{"current", co_await drafts_.current()},
                                              {"items", std::move(items)},
                                              {"next", nullptr},
                                              {"history", std::move(history)}});
}

// "draft", or a version's number; 0 is the files. Nothing in `from`: there is none such.
task<drafted_words> words_door::words_named(asked& what, std::string_view which) {
    drafted_words named;
    if (which == "draft") {
        const auto held = co_await current_.get();
        named.from = held->from;
        named.drafts = co_await drafts_.all(what.who.id);
        co_return named;
    }
    std::uint32_t version = 0;
    const auto [end, error] = std::from_chars(which.data(), which.data() + which.size(), version);
    if (error == std::errc() && end == which.data() + which.size() && version <= largest_version)
        named.from = co_await current_.load(version);
    co_return named;
}

task<http_response> words_door::show_difference(asked& what) {
    const std::string from = what.query("from"), to = what.query("to");
    auto before = co_await words_named(what, from);
    auto after = co_await words_named(what, to);
    if (!before.from || !after.from) co_return problem(fault::not_found);
    const auto changes = co_await house_.house.words->difference(std::move(before), std::move(after));
    if (!changes) co_return wait_problem(1);
    boost::json::array items;
    for (const auto& one : *changes) {
        if (items.size() == most_changes) break;
        items.push_back(boost::json::object{{"kind", one.kind == '+'   ? "added"
                                                     : one.kind == '-' ? "removed"
                                                                       : "changed"},
                                            {"what", one.what},
                                            {"was", one.was},
                                            {"is", one.is}});
    }
    co_return json_answer(
        boost::json::object{{"items", std::move(items)}, {"next", nullptr}, {"total", changes->size()}});
}

task<http_response> words_door::roll_back(asked& what) {
    const auto seen = whole_number(what.body, "current", 0, largest_version);
    if (!seen) co_return problem(fault::malformed, "current: the version that was looked at");
    const auto* wanted = what.body.if_contains("to");
    std::optional<registry::publication_version> to;
    if (wanted != nullptr && !wanted->is_null()) {
        const auto number = whole_number(what.body, "to", 0, largest_version);
        if (!number) co_return problem(fault::malformed, "to: a version, 0 for the files, or null");
        to = static_cast<registry::publication_version>(*number);
    }
    const auto done = co_await drafts_.roll_back(what.who.id, to, static_cast<registry::publication_version>(*seen));
    if (done.what != registry::word_outcome::done) co_return refused(done, co_await drafts_.current());
    co_return json_answer(boost::json::object{{"version", done.version}});
}

}  // namespace mlango::console
