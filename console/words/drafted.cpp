#include "console/words/drafted.hpp"

#include <openssl/evp.h>

#include <algorithm>

namespace mlango::console {

std::optional<std::string> published_words(const templates::edition_sources& from, const menu_outline& outline,
                                           std::string_view language, std::string_view name) {
    if (language.empty()) {
        const auto file = std::ranges::find(from.menu, name, &templates::source::name);
        return file == from.menu.end() ? std::nullopt : std::optional(file->content);
    }
    const auto spoken = std::ranges::find(outline.languages, language, &menu_outline::language::code);
    if (spoken == outline.languages.end()) return std::nullopt;
    const auto entry = std::ranges::find(spoken->texts, name, &templates::text_entry::key);
    return entry == spoken->texts.end() ? std::nullopt : std::optional(entry->words);
}

bool conflicts(const registry::word_draft& draft, const std::optional<std::string>& published) {
    return draft.was != published && draft.words != published;
}

std::expected<templates::edition_sources, std::string> with_drafts(const templates::edition_sources& from,
                                                                   const std::vector<registry::word_draft>& drafts) {
    templates::edition_sources made = from;
    std::map<std::string, templates::changed_words> changes;
    for (const auto& draft : drafts) {
        if (!draft.language.empty()) {
            changes[draft.language].emplace_back(draft.name, draft.words);
            continue;
        }
        const auto file = std::ranges::find(made.menu, draft.name, &templates::source::name);
        if (file == made.menu.end())
            made.menu.push_back({.name = draft.name, .content = draft.words});
        else
            file->content = draft.words;
    }
    std::ranges::sort(made.menu, {}, &templates::source::name);
    for (const auto& [language, words] : changes) {
        const auto file = std::ranges::find(made.texts, language + ".yaml", &templates::source::name);
        if (file == made.texts.end()) return std::unexpected("there is no " + language + ".yaml");
        auto changed = templates::with_words(*file, words);
        if (!changed) return std::unexpected(std::move(changed.error()));
        *file = std::move(*changed);
    }
    return made;
}

std::string words_digest(std::string_view words) {
    std::string out(32, '\0');
    EVP_Digest(words.data(), words.size(), reinterpret_cast<unsigned char*>(out.data()), nullptr, EVP_sha256(),
               nullptr);
    return out;
}

}  // namespace mlango::console
