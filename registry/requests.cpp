#include "registry/requests.hpp"

#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <span>

#include "registry/parameters.hpp"

namespace mlango::registry {

std::string new_reference(random_source& random) {
    constexpr std::string_view alphabet = "ACDEFGHJKMNPQRTUVWXY234679";
    std::string out(4, ' ');
    for (char& each : out) each = alphabet[random.below(alphabet.size())];
    return out;
}

requests::requests(pg_pool& pool, sealer& record, random_source& random, blinder* blind)
    : pool_(pool), record_(record), random_(random), blind_(blind) {}

namespace {

constexpr int reference_tries = 20;

std::string masked(std::string_view e164) {
    if (e164.size() < 9) return "•••";
    return std::string(e164.substr(0, 5)) + "•••" + std::string(e164.substr(e164.size() - 3));
}

// The first letter of a name.
std::string initial(std::string_view name) {
    std::size_t end = name.empty() ? 0 : 1;
    while (end < name.size() && (static_cast<unsigned char>(name[end]) & 0xc0) == 0x80) ++end;
    return std::string(name.substr(0, end)) + "•••";
}

std::string as_json(const recorded_values& values, sealer& record, blinder* blind) {
    boost::json::object out;
    for (const auto& [name, value] : values) {
        const bool number = name == "msisdn";
        if (!number && name != "name") {
            out[name] = value;
            continue;
        }
        const std::string sealed = record.seal(value, number ? msisdn_context : name_context);
        boost::json::object kept{{"masked", number ? masked(value) : initial(value)},
                                 {"sealed", to_base64url(as_byte_view(sealed))}};
        if (number && blind != nullptr) {
            const blind_key key = blind->blind(msisdn_purpose, value);
            kept["blind"] = to_base64url(std::as_bytes(std::span(key)));
        }
        out[name] = std::move(kept);
    }
    return boost::json::serialize(out);
}

// A repeated hop finds its row in `before`, or, when both run at once, nothing at all: then the first has won and
// requests_reference reads what it stored.
const registered_statement requests_ask{"requests_ask", R"(
    WITH before AS (SELECT reference FROM change_request WHERE hop_key = $1::bytea),
    made AS (
      INSERT INTO change_request (reference, hop_key, kind, individual, registration_group, phone, before, after,
                                  base_revision, trust, channel, notice_to, notice_blind, notice_arguments, language)
      SELECT $2, $1::bytea, $3, $4::bigint, $5::bigint, $6::bigint, $7::jsonb, $8::jsonb,
             (SELECT revision FROM registration_group WHERE id = $5::bigint), $9::smallint, $14,
             $15::bytea, $16::bytea, $17::bytea, $18
       WHERE NOT EXISTS (SELECT FROM before)
      ON CONFLICT (hop_key) DO NOTHING
      RETURNING id, reference),
    noted AS (
      INSERT INTO audit (kind, actor, individual, registration_group, record, detail)
      SELECT 'change.asked', $14, $4::bigint, $5::bigint, id, $3 FROM made),
    told AS (
      INSERT INTO outbox (number_sealed, language, text_key, arguments_sealed)
      SELECT $10::bytea, $11, $12, $13::bytea FROM made WHERE $10::bytea IS NOT NULL)
    SELECT reference FROM made UNION ALL SELECT reference FROM before)"};

const registered_statement requests_reference{"requests_reference", R"(
    SELECT reference FROM change_request WHERE hop_key = $1::bytea)"};

// `give` fills in the parameters for a reference. Another one is drawn while an open one has the same.
template <class Give>
task<std::string> store(pg_pool& pool, random_source& random, const statement& what, const blind_key& hop, Give give) {
    for (int left = reference_tries;; --left) {
        rows got;
        try {
            got = co_await pool.write(what, give(new_reference(random)));
        } catch (const statement_refused& refused) {
            if (refused.constraint != "open_reference_pkey" || left == 1) throw;
            continue;
        }
        if (!got.empty()) co_return std::string(got.text(0, 0));
        std::vector<parameter> of_hop;
        of_hop.emplace_back(bytea_parameter(hop));
        const rows stored = co_await pool.read(requests_reference, std::move(of_hop));
        if (!stored.empty()) co_return std::string(stored.text(0, 0));
        if (left == 1) throw registry_unavailable("a request was neither stored nor there");
    }
}

}  // namespace

task<std::string> requests::ask(const change_wish& wish, const blind_key& hop, std::string_view sms_to,
                                std::string_view language, std::string_view sms_text) {
    const std::string before = as_json(wish.before, record_, blind_);
    const std::string after = as_json(wish.after, record_, blind_);
    const auto give = [&](const std::string& reference) {
        std::vector<parameter> given;
        given.reserve(18);
        given.emplace_back(bytea_parameter(hop));
        given.emplace_back(reference);
        given.emplace_back(wish.kind);
        given.push_back(id_parameter(wish.person));
        given.push_back(id_parameter(wish.group));
        given.push_back(id_parameter(wish.phone));
        given.emplace_back(before);
        given.emplace_back(after);
        given.emplace_back(std::to_string(wish.trust));
        // What was decided is told there, whether or not the asking itself is confirmed by a message.
        notice told = make_notice(record_, sms_to, language, sms_text, {{"reference", reference}});
        const bool reached = !sms_to.empty();
        if (reached && !sms_text.empty()) {
            given.emplace_back(bytea_parameter(told.sealed_to));
            given.emplace_back(told.language);
            given.emplace_back(told.text);
            given.emplace_back(bytea_parameter(told.sealed_arguments));
        } else {
            given.resize(13);
        }
        given.emplace_back(wish.channel);
        given.push_back(reached ? parameter(bytea_parameter(told.sealed_to)) : std::nullopt);
        given.push_back(reached && blind_ != nullptr ? parameter(bytea_parameter(blind_->blind(msisdn_purpose, sms_to)))
                                                     : std::nullopt);
        given.push_back(reached ? parameter(bytea_parameter(told.sealed_arguments)) : std::nullopt);
        given.push_back(text_parameter(language));
        return given;
    };
    co_return co_await store(pool_, random_, requests_ask, hop, give);
}

namespace {

const registered_statement requests_cancel{"requests_cancel", R"(
    WITH hers AS (
      SELECT id, state FROM change_request WHERE id = $1::bigint AND individual = $2::bigint FOR UPDATE),
    ended AS (
      UPDATE change_request c SET state = 'cancelled', decided_at = now()
        FROM hers WHERE c.id = hers.id AND hers.state = 'pending'
      RETURNING c.id, c.registration_group, c.kind),
    noted AS (
      INSERT INTO audit (kind, actor, individual, registration_group, record, detail)
      SELECT 'change.cancelled', 'phone', $2::bigint, registration_group, id, kind FROM ended),
    told AS (
      INSERT INTO outbox (number_sealed, language, text_key, arguments_sealed)
      SELECT $3::bytea, $4, $5, $6::bytea FROM ended)
    SELECT state IN ('pending', 'cancelled') FROM hers)"};

}  // namespace

task<bool> requests::cancel(change_request_id request, person_id person, std::string_view reference,
                            std::string_view sms_to, std::string_view language, std::string_view sms_text) {
    notice told = make_notice(record_, sms_to, language, sms_text, {{"reference", std::string(reference)}});
    std::vector<parameter> given;
    given.push_back(id_parameter(request));
    given.push_back(id_parameter(person));
    given.emplace_back(bytea_parameter(told.sealed_to));
    given.emplace_back(std::move(told.language));
    given.emplace_back(std::move(told.text));
    given.emplace_back(bytea_parameter(told.sealed_arguments));
    const rows got = co_await pool_.write(requests_cancel, std::move(given));
    co_return !got.empty() && got.truth(0, 0);
}

namespace {

const registered_statement requests_answer{"requests_answer", R"(
    SELECT answer_case($1::bigint, $2::bigint, $3, $4, $5::bytea,
                       timestamptz 'epoch' + $6::bigint * interval '1 microsecond'))"};

}  // namespace

task<bool> requests::answer(change_request_id request, person_id person, std::string_view said,
                            std::string_view channel, const blind_key& hop, wall_time now) {
    std::vector<parameter> given;
    given.push_back(id_parameter(request));
    given.push_back(id_parameter(person));
    given.emplace_back(said);
    given.emplace_back(channel);
    given.emplace_back(bytea_parameter(hop));
    given.emplace_back(time_parameter(now));
    const rows got = co_await pool_.write(requests_answer, std::move(given));
    co_return !got.empty() && got.truth(0, 0);
}

namespace {

const registered_statement requests_of{"requests_of", R"(
    SELECT id, ticket, may_cancel, reference, kind, state, (asked_at AT TIME ZONE zone.name)::date,
           (decided_at AT TIME ZONE zone.name)::date, reason, question
      FROM (SELECT id, false AS ticket, reference, kind, state, asked_at, decided_at, reason,
                   individual = $1::bigint AND state = 'pending' AS may_cancel,
                   CASE WHEN individual = $1::bigint AND decided_at IS NULL THEN (
                     SELECT q.question FROM case_question q
                      WHERE q.change_request = change_request.id AND q.answered_at IS NULL) END AS question
              FROM change_request
             WHERE individual = $1::bigint
                OR (registration_group = $2::bigint
                    AND kind NOT IN ('marriage', 'departure', 'data_delete', 'data_object', 'data_copy'))
            UNION ALL
            SELECT id, true, reference, 'ticket.' || category, state, asked_at, closed_at, NULL, false, NULL
              FROM ticket
             WHERE NOT sensitive
               AND (individual = $1::bigint OR (registration_group = $2::bigint AND category <> 'complaint'))) hers,
           (SELECT coalesce((SELECT o.timezone FROM individual i JOIN operation o ON o.code = i.operation
                              WHERE i.id = $1::bigint), 'UTC') AS name) zone
     ORDER BY asked_at DESC, id DESC OFFSET $3::integer LIMIT $4::integer)"};

}  // namespace

task<std::vector<my_request>> requests::of(person_id person, group_id group, int offset, int limit) {
    std::vector<parameter> given;
    given.push_back(id_parameter(person));
    given.push_back(id_parameter(group));
    given.emplace_back(std::to_string(offset));
    given.emplace_back(std::to_string(limit));
    const rows got = co_await pool_.read(requests_of, std::move(given));
    std::vector<my_request> found;
    for (int row = 0; row < got.size(); ++row)
        found.push_back({.id = got.number(row, 0),
                         .ticket = got.truth(row, 1),
                         .may_cancel = !got.is_null(row, 2) && got.truth(row, 2),
                         .reference = std::string(got.text(row, 3)),
                         .kind = std::string(got.text(row, 4)),
                         .state = std::string(got.text(row, 5)),
                         .asked_on = std::string(got.text(row, 6)),
                         .decided_on = std::string(got.text(row, 7)),
                         .reason = std::string(got.text(row, 8)),
                         .question = std::string(got.text(row, 9))});
    co_return found;
}

}  // namespace mlango::registry
