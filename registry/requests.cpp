#include "registry/requests.hpp"

#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "registry/parameters.hpp"

namespace mlango::registry {

std::string new_reference(random_source& random) {
    constexpr std::string_view alphabet = "ACDEFGHJKMNPQRTUVWXY234679";
    std::string out(4, ' ');
    for (char& each : out) each = alphabet[random.below(alphabet.size())];
    return out;
}

requests::requests(pg_pool& pool, sealer& record, blinder& blind, random_source& random)
    : pool_(pool), record_(record), blind_(blind), random_(random) {}

namespace {

constexpr int reference_tries = 20;
constexpr std::string_view sealed_value = "msisdn";

std::string masked(std::string_view e164) {
    if (e164.size() < 9) return "•••";
    return std::string(e164.substr(0, 5)) + "•••" + std::string(e164.substr(e164.size() - 3));
}

std::string as_json(const recorded_values& values, sealer& record) {
    boost::json::object out;
    for (const auto& [name, value] : values) {
        if (name != sealed_value) {
            out[name] = value;
            continue;
        }
        const std::string sealed = record.seal(value, msisdn_context);
        out[name] = boost::json::object{{"masked", masked(value)}, {"sealed", to_base64url(as_byte_view(sealed))}};
    }
    return boost::json::serialize(out);
}

// A repeated hop finds its row in `before`, or, when both run at once, nothing at all: then the first has won and
// requests_reference reads what it stored.
const registered_statement requests_ask{"requests_ask", R"(
    WITH before AS (SELECT reference FROM change_request WHERE hop_key = $1::bytea),
    made AS (
      INSERT INTO change_request (reference, hop_key, kind, individual, registration_group, phone, before, after,
                                  base_revision, trust)
      SELECT $2, $1::bytea, $3, $4::bigint, $5::bigint, $6::bigint, $7::jsonb, $8::jsonb,
             (SELECT revision FROM registration_group WHERE id = $5::bigint), $9::smallint
       WHERE NOT EXISTS (SELECT FROM before)
      ON CONFLICT (hop_key) DO NOTHING
      RETURNING id, reference),
    noted AS (
      INSERT INTO audit (kind, actor, individual, registration_group, record, detail)
      SELECT 'change.asked', 'phone', $4::bigint, $5::bigint, id, $3 FROM made),
    told AS (
      INSERT INTO outbox (number_sealed, language, text_key, arguments_sealed)
      SELECT $10::bytea, $11, $12, $13::bytea FROM made WHERE $10::bytea IS NOT NULL)
    SELECT reference FROM made UNION ALL SELECT reference FROM before)"};

const registered_statement requests_open_ticket{"requests_open_ticket", R"(
    WITH before AS (SELECT reference FROM ticket WHERE hop_key = $1::bytea),
    made AS (
      INSERT INTO ticket (reference, hop_key, category, topic, individual, registration_group, number_blind,
                          number_sealed, language, sensitive)
      SELECT $2, $1::bytea, $3, $4, $5::bigint, $6::bigint, $7::bytea, $8::bytea, $9, $3 = 'complaint'
       WHERE NOT EXISTS (SELECT FROM before)
      ON CONFLICT (hop_key) DO NOTHING
      RETURNING id, reference),
    noted AS (
      INSERT INTO audit (kind, actor, individual, registration_group, record, detail)
      SELECT 'ticket.opened', 'phone', $5::bigint, $6::bigint, id, $3 FROM made),
    told AS (
      INSERT INTO outbox (number_sealed, language, text_key, arguments_sealed)
      SELECT $8::bytea, $9, $10, $11::bytea FROM made WHERE $10::text IS NOT NULL)
    SELECT reference FROM made UNION ALL SELECT reference FROM before)"};

const registered_statement requests_reference{"requests_reference", R"(
    SELECT reference FROM change_request WHERE hop_key = $1::bytea
    UNION ALL SELECT reference FROM ticket WHERE hop_key = $1::bytea)"};

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
    const std::string before = as_json(wish.before, record_);
    const std::string after = as_json(wish.after, record_);
    const auto give = [&](const std::string& reference) {
        std::vector<parameter> given;
        given.reserve(13);
        given.emplace_back(bytea_parameter(hop));
        given.emplace_back(reference);
        given.emplace_back(wish.kind);
        given.push_back(id_parameter(wish.person));
        given.push_back(id_parameter(wish.group));
        given.push_back(id_parameter(wish.phone));
        given.emplace_back(before);
        given.emplace_back(after);
        given.emplace_back(std::to_string(wish.trust));
        if (sms_text.empty() || sms_to.empty()) {
            given.resize(13);
            return given;
        }
        notice told = make_notice(record_, sms_to, language, sms_text, {{"reference", reference}});
        given.emplace_back(bytea_parameter(told.sealed_to));
        given.emplace_back(std::move(told.language));
        given.emplace_back(std::move(told.text));
        given.emplace_back(bytea_parameter(told.sealed_arguments));
        return given;
    };
    co_return co_await store(pool_, random_, requests_ask, hop, give);
}

task<std::string> requests::open_ticket(std::string_view category, std::string_view topic,
                                        std::optional<person_id> person, std::optional<group_id> group,
                                        std::string_view e164, std::string_view language, const blind_key& hop,
                                        std::string_view sms_text) {
    const auto give = [&](const std::string& reference) {
        std::vector<parameter> given;
        given.reserve(11);
        given.emplace_back(bytea_parameter(hop));
        given.emplace_back(reference);
        given.emplace_back(category);
        given.push_back(text_parameter(topic));
        given.push_back(id_parameter(person));
        given.push_back(id_parameter(group));
        given.push_back(e164.empty() ? parameter{} : parameter{bytea_parameter(blind_.blind(msisdn_purpose, e164))});
        given.push_back(e164.empty() ? parameter{} : parameter{bytea_parameter(record_.seal(e164, msisdn_context))});
        given.push_back(text_parameter(language));
        if (sms_text.empty() || e164.empty()) {
            given.resize(11);
            return given;
        }
        notice told = make_notice(record_, e164, language, sms_text, {{"reference", reference}});
        given.emplace_back(std::move(told.text));
        given.emplace_back(bytea_parameter(told.sealed_arguments));
        return given;
    };
    co_return co_await store(pool_, random_, requests_open_ticket, hop, give);
}

namespace {

const registered_statement requests_of{"requests_of", R"(
    SELECT reference, kind, state,
           (asked_at AT TIME ZONE coalesce((SELECT o.timezone FROM individual i JOIN operation o ON o.code = i.operation
                                             WHERE i.id = $1::bigint), 'UTC'))::date
      FROM (SELECT reference, kind, state, asked_at, id FROM change_request
             WHERE individual = $1::bigint OR registration_group = $2::bigint
            UNION ALL
            SELECT reference, 'ticket.' || category, state, asked_at, id FROM ticket
             WHERE individual = $1::bigint OR (registration_group = $2::bigint AND NOT sensitive)) hers
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
        found.push_back({.reference = std::string(got.text(row, 0)),
                         .kind = std::string(got.text(row, 1)),
                         .state = std::string(got.text(row, 2)),
                         .asked_on = std::string(got.text(row, 3))});
    co_return found;
}

}  // namespace mlango::registry
