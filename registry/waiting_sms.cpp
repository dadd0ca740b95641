#include "registry/waiting_sms.hpp"

#include "registry/parameters.hpp"

namespace mlango::registry {

waiting_sms::waiting_sms(pg_pool& pool, sealer& record, blinder& blind, const clock& time)
    : pool_(pool), record_(record), blind_(blind), time_(time) {}

namespace {

// $1: now; $2: seconds of the claim; $3: how many; $4: of one number, or NULL.
const registered_statement waiting_claim{"waiting_claim", R"(
    WITH given AS (SELECT timestamptz 'epoch' + $1::bigint * interval '1 microsecond' AS now),
    next AS (
      SELECT i.id FROM inbox i, given
       WHERE i.state = 'waiting' AND (i.claimed_until IS NULL OR i.claimed_until <= given.now)
         AND ($4::bytea IS NULL OR i.number_blind = $4::bytea)
         AND NOT EXISTS (SELECT FROM inbox e
                          WHERE e.number_blind = i.number_blind AND e.state = 'waiting' AND e.id < i.id)
       ORDER BY i.id LIMIT $3::integer FOR UPDATE OF i SKIP LOCKED)
    UPDATE inbox i SET claimed_until = given.now + $2::bigint * interval '1 second', attempts = i.attempts + 1
      FROM given, next WHERE i.id = next.id
    RETURNING i.id, i.gateway, i.provider_id, i.number_sealed, i.recipient, i.text_sealed, i.attempts)"};

// A later end than another worker's changes nothing.
const registered_statement waiting_finish{"waiting_finish", R"(
    UPDATE inbox SET state = $2, claimed_until = NULL,
           text_sealed = CASE WHEN $2 = 'done' THEN NULL ELSE text_sealed END,
           asked_at = CASE WHEN $2 = 'asked' THEN timestamptz 'epoch' + $3::bigint * interval '1 microsecond' END
     WHERE id = $1::bigint AND state IN ('waiting', 'asked'))"};

const registered_statement waiting_asked{"waiting_asked", R"(
    SELECT text_sealed FROM inbox
     WHERE id = $1::bigint AND number_blind = $2::bytea AND state IN ('waiting', 'asked'))"};

const registered_statement waiting_unanswered{"waiting_unanswered", R"(
    SELECT id, gateway, provider_id, number_sealed, recipient, text_sealed, attempts FROM inbox
     WHERE state = 'asked' AND asked_at <= timestamptz 'epoch' + $1::bigint * interval '1 microsecond'
     ORDER BY asked_at LIMIT $2::integer)"};

std::string_view name_of(sms_end how) {
    switch (how) {
        case sms_end::done:
            return "done";
        case sms_end::asked:
            return "asked";
        case sms_end::kept:
            return "kept";
        case sms_end::failed:
            break;
    }
    return "failed";
}

}  // namespace

std::vector<claimed_sms> waiting_sms::read(const rows& got) {
    std::vector<claimed_sms> found;
    for (int row = 0; row < got.size(); ++row) {
        auto number = record_.open(got.bytea(row, 3), msisdn_context);
        auto text = record_.open(got.bytea(row, 5), sms_context);
        // What can not be opened can not be answered; it is given up after as many attempts as everything else.
        found.push_back({.id = {got.number(row, 0)},
                         .gateway = std::string(got.text(row, 1)),
                         .provider_id = std::string(got.text(row, 2)),
                         .e164 = number && text ? std::move(*number) : std::string(),
                         .recipient = std::string(got.text(row, 4)),
                         .text = text ? std::move(*text) : std::string(),
                         .attempts = static_cast<int>(got.number(row, 6))});
    }
    return found;
}

task<std::optional<claimed_sms>> waiting_sms::claim_of(std::string_view e164, std::chrono::seconds lease) {
    std::vector<parameter> given;
    given.emplace_back(time_parameter(time_.now()));
    given.emplace_back(std::to_string(lease.count()));
    given.emplace_back("1");
    given.emplace_back(bytea_parameter(blind_.blind(msisdn_purpose, e164)));
    auto found = read(co_await pool_.write(waiting_claim, std::move(given)));
    if (found.empty()) co_return std::nullopt;
    co_return std::move(found.front());
}

task<std::vector<claimed_sms>> waiting_sms::claim(int limit, std::chrono::seconds lease) {
    std::vector<parameter> given;
    given.emplace_back(time_parameter(time_.now()));
    given.emplace_back(std::to_string(lease.count()));
    given.emplace_back(std::to_string(limit));
    given.emplace_back(std::nullopt);
    co_return read(co_await pool_.write(waiting_claim, std::move(given)));
}

task<void> waiting_sms::finish(inbox_id id, sms_end how) {
    std::vector<parameter> given;
    given.push_back(id_parameter(id));
    given.emplace_back(name_of(how));
    given.emplace_back(time_parameter(time_.now()));
    co_await pool_.write(waiting_finish, std::move(given));
}

task<std::optional<std::string>> waiting_sms::asked_text(inbox_id id, std::string_view e164) {
    std::vector<parameter> given;
    given.push_back(id_parameter(id));
    given.emplace_back(bytea_parameter(blind_.blind(msisdn_purpose, e164)));
    const rows got = co_await pool_.read(waiting_asked, std::move(given));
    if (got.empty()) co_return std::nullopt;
    auto text = record_.open(got.bytea(0, 0), sms_context);
    if (!text) co_return std::nullopt;
    co_return std::move(*text);
}

task<std::vector<claimed_sms>> waiting_sms::unanswered(int limit, wall_time since) {
    std::vector<parameter> given;
    given.emplace_back(time_parameter(since));
    given.emplace_back(std::to_string(limit));
    co_return read(co_await pool_.read(waiting_unanswered, std::move(given)));
}

}  // namespace mlango::registry
