// Texts and menus by the staff API: the list of texts beside their translations, drafts with a revision each, the proof
// of what is being typed with a phone's picture, who read which words, publishing, versions, what differs, rolling
// back. One menu serves every operation, so there is no record here that belongs to one: who edits may do so for all.
// Not for: deciding what fits (proof, through words_port), serving versions (server/editions).
#pragma once

#include <string>
#include <vector>

#include "console/parts.hpp"
#include "console/route.hpp"
#include "console/words/current_words.hpp"
#include "console/words/drafted.hpp"

namespace mlango::console {

class words_door {
public:
    words_door(const parts& house, current_words& current);
    [[nodiscard]] std::vector<staff_route> routes();

private:
    task<drafted_words> words_named(asked& what, std::string_view which);

    task<http_response> overview(asked& what);
    task<http_response> list_texts(asked& what);
    task<http_response> change_text(asked& what);
    task<http_response> drop_text(asked& what);
    task<http_response> note_reading(asked& what);
    task<http_response> show_menu(asked& what);
    task<http_response> change_menu(asked& what);
    task<http_response> drop_menu(asked& what);
    task<http_response> prove_typed(asked& what);
    task<http_response> show_draft(asked& what);
    task<http_response> prove_draft(asked& what);
    task<http_response> publish(asked& what);
    task<http_response> list_versions(asked& what);
    task<http_response> show_difference(asked& what);
    task<http_response> roll_back(asked& what);

    task<http_response> change(asked& what, std::string language, std::string name, std::size_t most);
    task<http_response> drop(asked& what, std::string language, std::string name);
    task<http_response> stale(asked& what, std::string language, std::string name);

    const parts& house_;
    registry::word_drafts drafts_;
    registry::publications published_;
    current_words& current_;
};

}  // namespace mlango::console
