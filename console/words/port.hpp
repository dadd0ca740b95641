// What the door of words needs of the proof, the menu's drawing and the editions, which it may not call itself: server/
// connects it to proof/. Everything slow runs on a thread of its own; where too many ask at once, the answer is nullopt
// and the caller is told to come back. Callers: words, figures (the map).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/task.hpp"
#include "registry/publications.hpp"
#include "registry/staff/word_drafts.hpp"
#include "templates/edition.hpp"
#include "templates/text_file.hpp"

namespace mlango::console {

using sources_ptr = std::shared_ptr<const templates::edition_sources>;

// A version, and what is drafted over it.
struct drafted_words {
    sources_ptr from;
    std::vector<registry::word_draft> drafts;
};

struct word_fault {
    std::string screen, language, profile;  // empty where it does not matter
    std::size_t excess = 0;                 // septets, UCS-2 units or characters beyond the room
    std::string what;
    std::string text;  // at fault, with its longest values
};

struct phone_page {
    std::string text;
    std::size_t units = 0, room = 0;
    bool gsm7 = true;
};
struct phone_picture {
    std::string screen;   // empty: a text by itself
    std::string profile;  // a gateway's, or "sms"
    std::vector<phone_page> pages;
};

struct typed_words {
    std::vector<word_fault> faults;
    std::vector<phone_picture> pictures;
    std::vector<std::string> screens;
    std::size_t characters = 0, room = 0;
};

struct whole_proof {
    std::vector<word_fault> faults;  // none: it may be published
    int screens = 0, words = 0;
    registry::publication_content content;  // what was proven, where nothing is at fault
};

struct word_change {
    char kind = '~';  // + - ~
    std::string what, was, is;
};

// A version as lists: which screen stands in which file and says which texts; each language's texts.
struct menu_outline {
    struct screen {
        std::string name, subject;
        bool goal = false;  // where a session may well end: a result, something shown, no way on
        bool acts = false;  // shows nothing
        std::vector<std::string> texts;
    };
    struct language {
        std::string code, own_name;
        bool right_to_left = false, reviewed = false;
        std::vector<templates::text_entry> texts;  // in the file's order
    };
    std::vector<screen> screens;
    std::vector<language> languages;  // in their order; the first is the fallback
    std::vector<std::string> files;   // of the menu
};

struct screen_count {
    std::string screen;
    std::uint64_t shown = 0, left = 0;
    bool goal = false;
};

class words_port {
public:
    virtual ~words_port() = default;

    // What is served while nothing is published.
    [[nodiscard]] virtual sources_ptr files() const = 0;
    [[nodiscard]] virtual sources_ptr sources_of(registry::publication_content content) const = 0;
    // The gateways that menus are proven for; several in one name where they show the same.
    [[nodiscard]] virtual std::vector<std::string> profiles() const = 0;

    // Of one text, or one file of the menu, with what is typed among the drafts.
    virtual task<std::optional<typed_words>> prove_text(drafted_words all, std::string key, std::string language) = 0;
    virtual task<std::optional<typed_words>> prove_file(drafted_words all, std::string file, std::string language) = 0;
    // Everything, as publishing asks for it.
    virtual task<std::optional<whole_proof>> prove(drafted_words all) = 0;
    virtual task<std::optional<std::vector<word_change>>> difference(drafted_words before, drafted_words after) = 0;
    // Empty when it can not be loaded.
    virtual task<std::optional<menu_outline>> outline(sources_ptr from) = 0;
    // An SVG; empty when it can not be loaded.
    virtual task<std::optional<std::string>> map(sources_ptr from, std::vector<screen_count> counts) = 0;
};

}  // namespace mlango::console
