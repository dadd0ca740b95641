#include "console/words/words_json.hpp"

#include "console/words/drafted.hpp"

namespace mlango::console {

namespace {

constexpr std::size_t most_faults = 300;  // of an answer; the rest shows when those are mended

}  // namespace

std::optional<std::int64_t> whole_number(const boost::json::object& body, std::string_view name, std::int64_t least,
                                         std::int64_t most) {
    const auto* found = body.if_contains(boost::json::string_view(name.data(), name.size()));
    if (found == nullptr || !found->is_int64()) return std::nullopt;
    const std::int64_t number = found->as_int64();
    return number < least || number > most ? std::nullopt : std::optional(number);
}

boost::json::value text_or_null(const std::optional<std::string>& text) {
    return text ? boost::json::value(*text) : boost::json::value(nullptr);
}

boost::json::object as_json(const registry::word_draft& draft, const std::optional<std::string>& published) {
    return {{"language", draft.language},
            {"name", draft.name},
            {"words", draft.words},
            {"was", text_or_null(draft.was)},
            {"published", text_or_null(published)},
            {"revision", draft.revision},
            {"editor", draft.editor},
            {"edited_at", draft.edited_at},
            {"conflict", conflicts(draft, published)}};
}

boost::json::array as_json(const std::vector<word_fault>& faults) {
    boost::json::array out;
    for (const auto& one : faults) {
        if (out.size() == most_faults) break;
        out.push_back(boost::json::object{{"screen", one.screen},
                                          {"language", one.language},
                                          {"profile", one.profile},
                                          {"excess", one.excess},
                                          {"what", one.what},
                                          {"text", one.text}});
    }
    return out;
}

boost::json::object as_json(const typed_words& proven) {
    boost::json::array pictures;
    for (const auto& one : proven.pictures) {
        boost::json::array pages;
        for (const auto& page : one.pages)
            pages.push_back(boost::json::object{
                {"text", page.text}, {"units", page.units}, {"room", page.room}, {"gsm7", page.gsm7}});
        pictures.push_back(
            boost::json::object{{"screen", one.screen}, {"profile", one.profile}, {"pages", std::move(pages)}});
    }
    return {{"faults", as_json(proven.faults)},
            {"pictures", std::move(pictures)},
            {"screens", boost::json::array(proven.screens.begin(), proven.screens.end())},
            {"characters", proven.characters},
            {"room", proven.room}};
}

}  // namespace mlango::console
