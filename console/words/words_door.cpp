#include "console/words/words_door.hpp"

#include <algorithm>

#include "base/http/json_body.hpp"
#include "console/problem.hpp"
#include "console/words/words_json.hpp"
#include "templates/folding.hpp"

namespace mlango::console {

namespace {

constexpr std::int64_t usual_page = 50, largest_page = 200;
constexpr std::size_t longest_search = 80;

}  // namespace

words_door::words_door(const parts& house, current_words& current)
    : house_(house), drafts_(house.pool, house.time), published_(house.pool), current_(current) {}

std::vector<staff_route> words_door::routes() {
    const auto to = [this](task<http_response> (words_door::*method)(asked&)) {
        return [this, method](asked& what) { return (this->*method)(what); };
    };
    return {
        {.method = "GET", .path = "/words", .permission = "words.view", .handler = to(&words_door::overview)},
        {.method = "GET", .path = "/words/texts", .permission = "words.view", .handler = to(&words_door::list_texts)},
        {.method = "PUT",
         .path = "/words/texts/{language}/{key}",
         .permission = "words.edit",
         .handler = to(&words_door::change_text)},
        {.method = "DELETE",
         .path = "/words/texts/{language}/{key}",
         .permission = "words.edit",
         .handler = to(&words_door::drop_text)},
        {.method = "POST",
         .path = "/words/texts/{language}/{key}/reading",
         .permission = "words.edit",
         .handler = to(&words_door::note_reading)},
        {.method = "GET",
         .path = "/words/menus/{file}",
         .permission = "words.view",
         .handler = to(&words_door::show_menu)},
        {.method = "PUT",
         .path = "/words/menus/{file}",
         .permission = "words.edit",
         .handler = to(&words_door::change_menu)},
        {.method = "DELETE",
         .path = "/words/menus/{file}",
         .permission = "words.edit",
         .handler = to(&words_door::drop_menu)},
        {.method = "POST", .path = "/words/proof", .permission = "words.view", .handler = to(&words_door::prove_typed)},
        {.method = "GET", .path = "/words/draft", .permission = "words.view", .handler = to(&words_door::show_draft)},
        {.method = "POST",
         .path = "/words/draft/proof",
         .permission = "words.view",
         .handler = to(&words_door::prove_draft)},
        {.method = "GET",
         .path = "/words/versions",
         .permission = "words.view",
         .handler = to(&words_door::list_versions)},
        {.method = "POST",
         .path = "/words/versions",
         .permission = "words.publish",
         .handler = to(&words_door::publish)},
        {.method = "GET",
         .path = "/words/difference",
         .permission = "words.view",
         .handler = to(&words_door::show_difference)},
        {.method = "POST",
         .path = "/words/rollback",
         .permission = "words.publish",
         .handler = to(&words_door::roll_back)},
    };
}

task<http_response> words_door::overview(asked& what) {
    const auto held = co_await current_.get();
    const auto drafts = co_await drafts_.all(what.who.id);
    boost::json::array languages, menus;
    const auto& outline = held->outline;
    for (const auto& language : outline.languages) {
        const auto drafted = std::ranges::count(drafts, language.code, &registry::word_draft::language);
        languages.push_back(boost::json::object{{"code", language.code},
                                                {"own_name", language.own_name},
                                                {"right_to_left", language.right_to_left},
                                                {"reviewed", language.reviewed},
                                                {"texts", language.texts.size()},
                                                {"drafted", drafted}});
    }
    for (const auto& file : outline.files) {
        const bool drafted =
            std::ranges::any_of(drafts, [&](const auto& one) { return one.language.empty() && one.name == file; });
        menus.push_back(boost::json::object{{"file", file}, {"drafted", drafted}});
    }
    const auto profiles = house_.house.words->profiles();
    boost::json::array screens;
    for (const auto& screen : outline.screens)
        if (!screen.acts) screens.push_back(boost::json::object{{"name", screen.name}, {"file", screen.subject}});
    co_return json_answer(boost::json::object{{"current", held->version},
                                              {"languages", std::move(languages)},
                                              {"menus", std::move(menus)},
                                              {"screens", std::move(screens)},
                                              {"profiles", boost::json::array(profiles.begin(), profiles.end())},
                                              {"drafts", drafts.size()}});
}

namespace {

// One key in the fallback and in the language that is asked for, with its draft and who read it.
struct listed_text {
    std::string key, note, room;
    std::string source;                    // the fallback's words, drafted ones first
    std::optional<std::string> published;  // the language's
    const registry::word_draft* draft = nullptr;
    const registry::read_words* read = nullptr;
    bool reviewed = false;

    [[nodiscard]] std::optional<std::string> words() const {
        return draft != nullptr ? std::optional(draft->words) : published;
    }
    [[nodiscard]] bool is_missing() const { return !words() || (words()->empty() && !source.empty()); }
    [[nodiscard]] bool is_unread() const {
        const auto now = words();
        // Nothing is the translation of nothing.
        if (!now || (now->empty() && source.empty())) return false;
        if (read != nullptr && read->digest == words_digest(*now)) return false;
        return draft != nullptr || !reviewed;
    }
};

bool is_in_state(const listed_text& one, std::string_view state) {
    if (state == "missing") return one.is_missing();
    if (state == "drafted") return one.draft != nullptr;
    if (state == "unread") return one.is_unread();
    if (state == "conflict") return one.draft != nullptr && conflicts(*one.draft, one.published);
    return true;
}

bool is_found(const listed_text& one, const std::string& sought) {
    if (sought.empty()) return true;
    for (const std::string& words : {one.key, one.source, one.words().value_or(""), one.note})
        if (templates::without_case(words).find(sought) != std::string::npos) return true;
    return false;
}

boost::json::object text_json(const listed_text& one, const std::vector<std::string>* screens) {
    boost::json::object out{{"key", one.key},
                            {"note", one.note},
                            {"room", one.room.empty() ? 0 : std::atoi(one.room.c_str())},
                            {"source", one.source},
                            {"words", text_or_null(one.words())},
                            {"published", text_or_null(one.published)},
                            {"missing", one.is_missing()},
                            {"unread", one.is_unread()},
                            {"draft", nullptr},
                            {"read", nullptr}};
    if (one.draft != nullptr) out["draft"] = as_json(*one.draft, one.published);
    if (one.read != nullptr && !one.is_unread())
        out["read"] = boost::json::object{{"reader", one.read->reader}, {"read_at", one.read->read_at}};
    boost::json::array on;
    if (screens != nullptr) on = boost::json::array(screens->begin(), screens->end());
    out["screens"] = std::move(on);
    return out;
}

}  // namespace

task<http_response> words_door::list_texts(asked& what) {
    const auto held = co_await current_.get();
    const auto& languages = held->outline.languages;
    if (languages.empty()) co_return problem(fault::wrong_state, "the current version can not be read");
    std::string code = what.query("language");
    if (code.empty()) code = languages.front().code;
    const auto language = std::ranges::find(languages, code, &menu_outline::language::code);
    if (language == languages.end()) co_return problem(fault::malformed, "language: one that the menu has");
    const std::string state = what.query("state"), screen = what.query("screen"), after = what.query("after");
    std::string sought = what.query("query");
    if (sought.size() > longest_search) co_return problem(fault::malformed, "query: at most 80 bytes");
    sought = templates::without_case(sought);
    const auto most = static_cast<std::size_t>(what.query_number("limit", 1, largest_page, usual_page));
    const auto drafts = co_await drafts_.all(what.who.id);
    const auto read = co_await drafts_.read_in(what.who.id, code);
    const auto draft_of = [&](std::string_view in, std::string_view key) -> const registry::word_draft* {
        const auto found =
            std::ranges::find_if(drafts, [&](const auto& one) { return one.language == in && one.name == key; });
        return found == drafts.end() ? nullptr : &*found;
    };
    std::vector<templates::text_entry> all = languages.front().texts;
    for (const auto& draft : drafts)
        if (draft.language == languages.front().code &&
            std::ranges::find(all, draft.name, &templates::text_entry::key) == all.end())
            all.push_back({.key = draft.name, .words = draft.words, .note = {}, .room = {}});
    boost::json::array items;
    std::string next;
    std::size_t total = 0;
    bool begun = after.empty();
    for (const auto& entry : all) {
        const auto* source = draft_of(languages.front().code, entry.key);
        const auto reader = std::ranges::find(read, entry.key, &registry::read_words::name);
        const listed_text one{.key = entry.key,
                              .note = entry.note,
                              .room = entry.room,
                              .source = source == nullptr ? entry.words : source->words,
                              .published = published_words(*held->from, held->outline, code, entry.key),
                              .draft = draft_of(code, entry.key),
                              .read = reader == read.end() ? nullptr : &*reader,
                              .reviewed = language->reviewed};
        const auto screens = held->screens_of.find(entry.key);
        const bool on_screen = screen.empty() || (screens != held->screens_of.end() &&
                                                  std::ranges::find(screens->second, screen) != screens->second.end());
        if (!on_screen || !is_in_state(one, state) || !is_found(one, sought)) {
            if (entry.key == after) begun = true;
            continue;
        }
        ++total;
        if (begun && items.size() < most) {
            items.push_back(text_json(one, screens == held->screens_of.end() ? nullptr : &screens->second));
        } else if (begun && next.empty()) {
            next = view(items.back().as_object()["key"].as_string());
        }
        if (entry.key == after) begun = true;
    }
    co_return json_answer(
        boost::json::object{{"items", std::move(items)},
                            {"next", next.empty() ? boost::json::value(nullptr) : boost::json::value(next)},
                            {"total", total}});
}

}  // namespace mlango::console
