// Broadcasts: one message to everybody of a filter. Written by one person, counted by a preview, released by another,
// then turned into outbox rows step by step (migration 0012 does the work, so that each step is one transaction).
// Callers: the command line, the console, handlers/broadcaster (the steps), handlers/broadcast_words (the texts). What
// a text may say is checked by handlers before create() and again before it is sent.
#pragma once

#include <chrono>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "base/seal.hpp"
#include "registry/broadcast_filter.hpp"
#include "registry/ids.hpp"
#include "registry/pool.hpp"

namespace mlango::registry {

struct broadcast_text {
    std::string language;
    std::string text;  // UTF-8, 1 to 1,600 bytes
};

struct broadcast_wish {
    std::string name;  // for staff; one line of at most 80 letters
    std::string by;
    broadcast_filter filter;
    std::vector<broadcast_text> texts;
    std::string fallback;                        // language of those for whom there is no text in hers; one of `texts`
    int opens_at = 8, closes_at = 20;            // hours of the day where it goes to
    std::chrono::seconds lasting{24 * 60 * 60};  // from its release
    std::optional<int> per_second;
};

struct broadcast_counts {
    std::int64_t pending = 0, sending = 0, sent = 0, delivered = 0, failed = 0, expired = 0, suppressed = 0,
                 unknown = 0;
};

struct broadcast_summary {
    broadcast_id id;
    std::string name;
    std::string state;   // draft, released, running, paused, stopped, done
    std::string filter;  // JSON
    std::string fallback;
    int opens_at = 0, closes_at = 24;
    std::string timezone;
    std::string
        closed_until;  // when it is outside its hours; times are UTC, YYYY-MM-DD HH:MM, empty where there is none
    std::optional<int> per_second;
    std::string created_by, created_at, released_by, released_at, expires_at, turned_by, finished_at;
    std::optional<std::int64_t> recipients;  // as the preview counted them
    bool expanded = false;                   // every number was dealt with, or it expired
    std::int64_t dealt_with = 0, written = 0, said_stop = 0, only_asked = 0;
    broadcast_counts messages;  // of the outbox, now
};

struct language_count {
    std::string language;
    std::int64_t recipients = 0;
    std::int64_t others = 0;  // of them: chose another language, or none
};
struct broadcast_count {
    std::int64_t recipients = 0;  // numbers
    std::int64_t said_stop = 0, only_asked = 0, untrusted = 0;
    std::vector<language_count> languages;
    std::vector<std::string> samples;  // at most three numbers, masked
};

enum class release_outcome {
    released,
    unknown,         // no such broadcast
    not_draft,       // it was released or stopped before
    same_person,     // who wrote it
    not_counted,     // no preview within a day
    nobody,          // it goes to nobody
    another_number,  // the preview counted another number of recipients
};

struct broadcast_turn {
    bool known = false;
    bool turned = false;
    std::string was;         // its state before
    std::int64_t moved = 0;  // messages held back, made due again, or suppressed
};

// What came of its messages; `outcome` is an outbox state, or "left out".
struct broadcast_outcome {
    std::string language, outcome, reason;
    std::int64_t messages = 0;
};

struct broadcast_step {
    std::string what;        // migration 0012, advance_broadcast
    std::int64_t moved = 0;  // rows
};

// How a step goes.
struct broadcast_pace {
    int numbers = 2'000;     // looked at in one step
    int most_ahead = 5'000;  // rows that wait for the sender
};

class broadcasts {
public:
    broadcasts(pg_pool& pool, sealer& record, const clock& time);

    // Faults are worded for who wrote it: what the filter names must be there.
    task<std::expected<broadcast_id, std::vector<std::string>>> create(broadcast_wish wish);
    task<std::optional<broadcast_summary>> find(broadcast_id id);
    task<std::vector<broadcast_summary>> list(int limit);  // newest first
    task<std::vector<broadcast_text>> texts(broadcast_id id);
    // nullopt: the broadcast is not there or has no text in that language.
    task<std::optional<std::string>> text_of(broadcast_id id, std::string_view language);

    // Counts who would get it, in chunks; of a draft, the number is kept for its release.
    task<std::optional<broadcast_count>> count(broadcast_id id);
    // `recipients` as the preview told them, so that nobody releases by accident.
    task<release_outcome> release(broadcast_id id, std::string_view by, std::int64_t recipients);
    task<broadcast_turn> pause(broadcast_id id, std::string_view by);
    task<broadcast_turn> resume(broadcast_id id, std::string_view by);
    task<broadcast_turn> stop(broadcast_id id, std::string_view by);
    task<std::vector<broadcast_outcome>> outcomes(broadcast_id id);

    // Those that a server has to do something for.
    task<std::vector<broadcast_id>> open();
    // One step, safe to run on several servers at once.
    task<broadcast_step> advance(broadcast_id id, broadcast_pace pace);

private:
    task<broadcast_turn> turn(broadcast_id id, std::string_view becomes, std::string_view by);

    pg_pool& pool_;
    sealer& record_;
    const clock& time_;
};

}  // namespace mlango::registry
