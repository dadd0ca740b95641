// What she asked to have changed, as staff decide it (migration 0015): the queue, one request, what may be done with
// it, and many at once. Each function is one statement that checks by itself whether `who` may do it there, and that
// changes, writes the audit row and tells her together. Sealed names and numbers are opened and made here, because the
// functions of the schema have no keys. Callers: console/cases. Not for: asking (registry/requests), what a record is
// otherwise shown or changed by (registry/staff/people).
#pragma once

#include <boost/json.hpp>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/seal.hpp"
#include "registry/ids.hpp"
#include "registry/pool.hpp"
#include "registry/staff/ids.hpp"

namespace mlango::registry {

// Fields that are set narrow the queue. Each is one of the words of migration 0015 (cases_of).
struct case_filter {
    std::string state;  // open, decided, first, second, asked, answered, or a request's state; empty: open
    std::string kind, due, channel, reference;
    std::optional<std::int64_t> office;
    std::optional<std::int64_t> trust;       // at least
    std::optional<std::int64_t> older_than;  // days
    [[nodiscard]] boost::json::object json() const;
    [[nodiscard]] bool decided() const;
};

struct case_page {
    boost::json::array items;
    std::string next;  // cursor of the page after it; empty: the last one
};

// What came of a decision. Done: approved, applied, rejected, asked, withdrawn, cancelled, compared. Not done:
// not_found, not_allowed, own_request, own_approval, stale, wrong_state, conflict, evidence, reason, question,
// incomplete, impossible, unreadable. Where the request may be seen, `state` and `revision` tell how it stands now.
struct case_turn {
    std::string outcome;
    std::string state;
    std::int64_t revision = 0;
};

struct case_approval {
    std::vector<std::string> evidence;
    std::optional<person_id> person;  // whose the number shall be, of link_number
};

class case_updates {
public:
    case_updates(pg_pool& pool, sealer& record, blinder& blind, const clock& time)
        : pool_(pool), record_(record), blind_(blind), time_(time) {}

    // By due time, what is decided by its day, newest first. nullopt: the cursor is none of ours.
    task<std::optional<case_page>> list(staff_id who, const case_filter& wanted, std::string_view after, int limit);
    // How many wait, in whose turn, how many are late.
    // Of what she may see, or of what she may approve by many.
    enum class counted { seen, for_bulk };
    task<boost::json::object> counts(staff_id who, const case_filter& wanted, counted of);
    task<boost::json::array> rules(staff_id who);
    // With opened names and numbers; written down. nullopt: not there, or not hers to see.
    task<std::optional<boost::json::object>> show(staff_id who, change_request_id request);

    task<case_turn> approve(staff_id who, change_request_id request, std::int64_t revision, const case_approval& given);
    task<case_turn> reject(staff_id who, change_request_id request, std::int64_t revision, std::string_view reason);
    task<case_turn> ask(staff_id who, change_request_id request, std::int64_t revision, std::string_view question);
    task<case_turn> withdraw(staff_id who, change_request_id request, std::int64_t revision);
    task<case_turn> compare(staff_id who, change_request_id request, std::int64_t revision);

    struct bulk {
        staff_job_id job;
        std::int64_t total = 0;
    };
    // What the filter finds now, at most `most`, each in the revision it has now. Where it finds another number than
    // `expected`, nothing is begun and that number comes back.
    task<std::expected<bulk, std::int64_t>> begin_bulk(staff_id who, const case_filter& wanted,
                                                       const std::vector<std::string>& evidence, int most,
                                                       std::optional<std::int64_t> expected);
    struct bulk_outcome {
        change_request_id request;
        std::string reference, kind, outcome;  // outcome empty: not dealt with yet
    };
    // Of a job of hers, by request.
    task<std::vector<bulk_outcome>> outcomes(staff_id who, staff_job_id job, change_request_id after, int limit);
    task<bool> is_bulk_of(staff_id who, staff_job_id job);
    // For the runner of jobs: $1 job, $2 now in microseconds, $3 rows.
    [[nodiscard]] static const statement& bulk_step();

    // Applies what its rule lets apply at once; how many were looked at. For one worker's round.
    task<int> apply_by_rule(int most);

private:
    struct material;
    task<std::optional<material>> read_material(staff_id who, change_request_id request);
    [[nodiscard]] boost::json::object opened(const material& of, const case_approval& given);
    [[nodiscard]] std::string sealed_words(const boost::json::object& words);

    pg_pool& pool_;
    sealer& record_;
    blinder& blind_;
    const clock& time_;
};

// A typed name as it is recorded: given names as many as there were, the rest is the family's. One word alone leaves
// the family name as it is. Pure.
struct recorded_name {
    std::string given, family;
};
[[nodiscard]] recorded_name split_name(std::string_view typed, const recorded_name& before);

}  // namespace mlango::registry
