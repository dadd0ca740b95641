// Texts and menus by the staff API: the list of texts beside their translations, drafts with a revision each, the proof
// of what is being typed with a phone's picture, who read which words, publishing, versions, what differs, rolling
// back. One menu serves every operation, so there is no record here that belongs to one: who edits may do so for all.
// Not for: deciding what fits (proof, through words_port), serving versions (server/editions).
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "console/parts.hpp"
#include "console/route.hpp"
#include "console/words/drafted.hpp"
#include "console/words/port.hpp"

namespace mlango::console {

class words_door {
public:
    explicit words_door(const parts& house);
    [[nodiscard]] std::vector<staff_route> routes();

private:
    // A version as it is held here; versions are never changed, so the current one is read once.
    struct held_version {
        registry::publication_version version = 0;
        sources_ptr from;
        menu_outline outline;
        std::map<std::string, std::vector<std::string>, std::less<>> screens_of;  // by text
    };
    using held_ptr = std::shared_ptr<const held_version>;
    task<held_ptr> current();
    // Empty: there is no such version.
    task<sources_ptr> load(registry::publication_version version);
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
    held_ptr held_;
};

}  // namespace mlango::console
