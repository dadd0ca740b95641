// Texts and menus that staff are writing and nobody published yet, who read which words, and making a version of it all
// (migration 0019). One draft serves everybody; each text and each file of the menu has a revision of its own, so that
// two who write different texts never meet. Caller: the staff's door of words.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "registry/publications.hpp"
#include "registry/staff/ids.hpp"

namespace mlango::registry {

struct word_draft {
    std::string language;  // empty: a file of the menu
    std::string name;      // the text's key, or the file's name
    std::string words;
    std::optional<std::string> was;  // what was published when it was begun; nothing: it is new
    std::int64_t revision = 0;
    staff_id edited_by;
    std::string editor;     // among colleagues
    std::string edited_at;  // ISO 8601, UTC
};

struct word_edit {
    std::string language, name, words;
    std::optional<std::string> published;  // what stands there now; kept as `was` where it is new, or when `anew`
    bool anew = false;                     // the writer was shown what others published meanwhile
    std::int64_t seen = 0;                 // the revision that was looked at; 0: there was none
};

enum class word_outcome { done, unchanged, stale, not_allowed, own_words, no_such_version, nothing_before };

struct word_result {
    word_outcome what = word_outcome::not_allowed;
    std::int64_t revision = 0;        // of an edit
    publication_version version = 0;  // of a publication
};

// What somebody read, by its digest (SHA-256).
struct read_words {
    std::string name, digest, reader, read_at;
};

struct draft_publication {
    publication_content content;
    int screens = 0, words = 0;
    std::string note;
    publication_version seen_current = the_files;
    std::int64_t seen_revision = 0, seen_drafts = 0;  // the highest, and how many
};

class word_drafts {
public:
    word_drafts(pg_pool& pool, const clock& time) : pool_(pool), time_(time) {}

    // By language and name.
    task<std::vector<word_draft>> all(staff_id who);
    task<word_result> edit(staff_id who, const word_edit& wish);
    // What is published stands again.
    task<word_result> drop(staff_id who, std::string_view language, std::string_view name, std::int64_t seen);

    task<std::vector<read_words>> read_in(staff_id who, std::string_view language);
    // She read these words, and somebody else wrote them.
    task<word_result> review(staff_id who, std::string_view language, std::string_view name, std::string_view words);

    task<publication_version> current();
    task<word_result> publish(staff_id who, const draft_publication& what);
    // nullopt: to what was current before.
    task<word_result> roll_back(staff_id who, std::optional<publication_version> to, publication_version seen_current);

private:
    pg_pool& pool_;
    const clock& time_;
};

}  // namespace mlango::registry
