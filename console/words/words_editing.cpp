#include <algorithm>

#include "base/http/json_body.hpp"
#include "console/problem.hpp"
#include "console/words/words_door.hpp"
#include "console/words/words_json.hpp"

namespace mlango::console {

namespace {

constexpr std::size_t longest_text = 4'000, longest_menu = 50'000;  // bytes
constexpr std::int64_t largest_revision = std::int64_t{1} << 53;

bool is_key(std::string_view key) {
    return !key.empty() && key.size() <= 80 && !key.starts_with('.') && !key.ends_with('.') &&
           key.find("..") == key.npos && std::ranges::all_of(key, [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
           });
}

const menu_outline::language* find_language(const menu_outline& outline, std::string_view code) {
    const auto found = std::ranges::find(outline.languages, code, &menu_outline::language::code);
    return found == outline.languages.end() ? nullptr : &*found;
}

bool is_menu(const menu_outline& outline, std::string_view file) {
    return std::ranges::find(outline.files, file) != outline.files.end();
}

http_response answer_of(const registry::word_result& result) {
    return json_answer(boost::json::object{{"revision", result.revision}});
}

bool says_yes(const boost::json::object& body, std::string_view name) {
    const auto* found = body.if_contains(boost::json::string_view(name.data(), name.size()));
    return found != nullptr && found->is_bool() && found->as_bool();
}

}  // namespace

// Somebody else changed it meanwhile: what they wrote comes along, so that nothing typed is lost.
task<http_response> words_door::stale(asked& what, std::string language, std::string name) {
    const auto held = co_await current_.get();
    const auto drafts = co_await drafts_.all(what.who.id);
    const auto published = published_words(*held->from, held->outline, language, name);
    boost::json::value current = nullptr;
    for (const auto& one : drafts)
        if (one.language == language && one.name == name) current = as_json(one, published);
    co_return problem(fault::stale, "revision: somebody else changed these words", {{"current", std::move(current)}});
}

task<http_response> words_door::change(asked& what, std::string language, std::string name, std::size_t most) {
    auto words = read_text(what.body, "words", {.least = 0, .most = most});
    if (!words) co_return problem(fault::malformed, words.error());
    const auto seen = whole_number(what.body, "revision", 0, largest_revision);
    if (!seen)
        co_return problem(fault::malformed, "revision: the number that was looked at, 0 where there is no draft");
    const auto held = co_await current_.get();
    const auto done =
        co_await drafts_.edit(what.who.id, {.language = language,
                                            .name = name,
                                            .words = std::move(*words),
                                            .published = published_words(*held->from, held->outline, language, name),
                                            .anew = says_yes(what.body, "anew"),
                                            .seen = *seen});
    if (done.what == registry::word_outcome::stale)
        co_return co_await stale(what, std::move(language), std::move(name));
    if (done.what != registry::word_outcome::done)
        co_return problem(fault::not_allowed, "one menu serves every operation: a role for a whole one is needed");
    co_return answer_of(done);
}

task<http_response> words_door::drop(asked& what, std::string language, std::string name) {
    const auto seen = what.query_number("revision", 1, largest_revision, 0);
    if (seen == 0) co_return problem(fault::malformed, "revision: the number that was looked at");
    const auto done = co_await drafts_.drop(what.who.id, language, name, seen);
    if (done.what == registry::word_outcome::stale)
        co_return co_await stale(what, std::move(language), std::move(name));
    if (done.what != registry::word_outcome::done)
        co_return problem(fault::not_allowed, "one menu serves every operation: a role for a whole one is needed");
    co_return answer_of(done);
}

// A new key is written in the fallback first: others are translated from it.
task<http_response> words_door::change_text(asked& what) {
    const std::string language = what.segment(2), key = what.segment(3);
    const auto held = co_await current_.get();
    const auto* spoken = find_language(held->outline, language);
    if (spoken == nullptr || !is_key(key)) co_return problem(fault::not_found);
    const bool is_fallback = spoken == &held->outline.languages.front();
    const auto& fallback = held->outline.languages.front();
    if (!is_fallback && std::ranges::find(fallback.texts, key, &templates::text_entry::key) == fallback.texts.end()) {
        const auto drafts = co_await drafts_.all(what.who.id);
        if (std::ranges::none_of(drafts,
                                 [&](const auto& one) { return one.language == fallback.code && one.name == key; }))
            co_return problem(fault::not_found);
    }
    co_return co_await change(what, language, key, longest_text);
}

task<http_response> words_door::drop_text(asked& what) {
    const std::string language = what.segment(2), key = what.segment(3);
    if (language.empty() || !is_key(key)) co_return problem(fault::not_found);
    co_return co_await drop(what, language, key);
}

task<http_response> words_door::note_reading(asked& what) {
    const std::string language = what.segment(2), key = what.segment(3);
    auto words = read_text(what.body, "words", {.least = 0, .most = longest_text});
    if (!words) co_return problem(fault::malformed, words.error());
    const auto held = co_await current_.get();
    if (find_language(held->outline, language) == nullptr || !is_key(key)) co_return problem(fault::not_found);
    const auto drafts = co_await drafts_.all(what.who.id);
    auto now = published_words(*held->from, held->outline, language, key);
    for (const auto& one : drafts)
        if (one.language == language && one.name == key) now = one.words;
    if (!now) co_return problem(fault::not_found);
    if (*now != *words) co_return co_await stale(what, language, key);
    const auto done = co_await drafts_.review(what.who.id, language, key, *words);
    if (done.what == registry::word_outcome::own_words)
        co_return problem(fault::own_request, "whoever wrote the words does not mark them as read");
    if (done.what != registry::word_outcome::done) co_return problem(fault::not_allowed);
    co_return json_answer(boost::json::object{{"read", true}});
}

task<http_response> words_door::show_menu(asked& what) {
    const std::string file = what.segment(2);
    const auto held = co_await current_.get();
    const auto published = published_words(*held->from, held->outline, "", file);
    if (!published) co_return problem(fault::not_found);
    const auto drafts = co_await drafts_.all(what.who.id);
    boost::json::object out{{"file", file}, {"published", *published}, {"words", *published}, {"draft", nullptr}};
    for (const auto& one : drafts)
        if (one.language.empty() && one.name == file) {
            out["draft"] = as_json(one, published);
            out["words"] = one.words;
        }
    boost::json::array screens;
    for (const auto& screen : held->outline.screens)
        if (screen.subject + ".yaml" == file) screens.emplace_back(screen.name);
    out["screens"] = std::move(screens);
    co_return json_answer(std::move(out));
}

task<http_response> words_door::change_menu(asked& what) {
    const std::string file = what.segment(2);
    const auto held = co_await current_.get();
    if (!is_menu(held->outline, file)) co_return problem(fault::not_found);
    co_return co_await change(what, "", file, longest_menu);
}

task<http_response> words_door::drop_menu(asked& what) {
    const std::string file = what.segment(2);
    if (!is_key(file)) co_return problem(fault::not_found);
    co_return co_await drop(what, "", file);
}

// Nothing is stored: what is typed stands among the drafts for as long as it is proven.
task<http_response> words_door::prove_typed(asked& what) {
    const auto words = read_text(what.body, "words", {.least = 0, .most = longest_menu});
    const auto language = read_text(what.body, "language", {.least = 2, .most = 3});
    const auto key = read_optional_text(what.body, "key", {.least = 1, .most = 80});
    const auto file = read_optional_text(what.body, "file", {.least = 1, .most = 80});
    for (const auto* one : {&words, &language})
        if (!*one) co_return problem(fault::malformed, one->error());
    if (!key || !file || key->has_value() == file->has_value())
        co_return problem(fault::malformed, "key of a text, or file of the menu");
    const auto held = co_await current_.get();
    if (find_language(held->outline, *language) == nullptr)
        co_return problem(fault::malformed, "language: one that the menu has");
    const bool of_menu = file->has_value();
    const std::string name = of_menu ? **file : **key;
    if (of_menu ? !is_menu(held->outline, name) : !is_key(name)) co_return problem(fault::not_found);
    drafted_words all{.from = held->from, .drafts = co_await drafts_.all(what.who.id)};
    const std::string in = of_menu ? "" : *language;
    std::erase_if(all.drafts, [&](const auto& one) { return one.language == in && one.name == name; });
    all.drafts.push_back({.language = in,
                          .name = name,
                          .words = *words,
                          .was = std::nullopt,
                          .revision = 0,
                          .edited_by = {},
                          .editor = {},
                          .edited_at = {}});
    auto* const words_port = house_.house.words;
    // Not as one conditional expression: both tasks would be made.
    std::optional<typed_words> proven;
    if (of_menu)
        proven = co_await words_port->prove_file(std::move(all), name, *language);
    else
        proven = co_await words_port->prove_text(std::move(all), name, *language);
    if (!proven) co_return wait_problem(1);
    co_return json_answer(as_json(*proven));
}

}  // namespace mlango::console
