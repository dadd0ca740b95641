#include "registry/tickets.hpp"

#include "registry/parameters.hpp"
#include "registry/requests.hpp"

namespace mlango::registry {

tickets::tickets(pg_pool& pool, sealer& record, blinder& blind, const clock& time, random_source& random)
    : pool_(pool), record_(record), blind_(blind), time_(time), random_(random) {}

blind_key tickets::code_key(std::string_view reference, std::string_view code) {
    return blind_.blind("ticket code", std::string(reference) + ":" + std::string(code));
}

namespace {

constexpr int reference_tries = 20;
constexpr std::string_view ticket_context = "ticket";  // what a sealed word of hers or of staff is bound to

// A repeated hop finds its row in `before`, or, when both run at once, nothing at all: then the first has won and
// tickets_of_hop reads what it stored.
const registered_statement tickets_open{"tickets_open", R"(
    WITH given AS (SELECT timestamptz 'epoch' + $12::bigint * interval '1 microsecond' AS now),
    before AS (SELECT reference, operation, due_at FROM ticket WHERE hop_key = $1::bytea),
    made AS (
      INSERT INTO ticket (reference, hop_key, category, topic, individual, registration_group, number_blind,
                          number_sealed, language, sensitive, code_blind, asked_at, due_at, channel)
      SELECT $2, $1::bytea, $3, $4, $5::bigint, $6::bigint, $7::bytea, $8::bytea, $9, $10::boolean, $11::bytea,
             given.now, due_of($3, $4, given.now), $16
        FROM given WHERE NOT EXISTS (SELECT FROM before)
      ON CONFLICT (hop_key) DO NOTHING
      RETURNING id, reference, operation, asked_at, due_at),
    worded AS (
      INSERT INTO ticket_words (ticket, hop_key, text_sealed, added_at)
      SELECT id, $1::bytea, $13::bytea, asked_at FROM made WHERE $13::bytea IS NOT NULL),
    noted AS (
      INSERT INTO audit (kind, actor, individual, registration_group, record, detail)
      SELECT 'ticket.opened', $16, $5::bigint, $6::bigint, id, $3 FROM made),
    told AS (
      INSERT INTO outbox (number_sealed, language, text_key, arguments_sealed)
      SELECT $8::bytea, $9, $14, $15::bytea FROM made WHERE $14::text IS NOT NULL)
    SELECT reference, due_day(operation, due_at) FROM made
    UNION ALL SELECT reference, due_day(operation, due_at) FROM before)"};

const registered_statement tickets_of_hop{"tickets_of_hop", R"(
    SELECT reference, due_day(operation, due_at) FROM ticket WHERE hop_key = $1::bytea)"};

}  // namespace

task<opened_ticket> tickets::open(const ticket_wish& wish, const blind_key& hop, std::string_view sms_text) {
    const bool named = wish.code.empty();
    const bool has_number = named && !wish.e164.empty();
    for (int left = reference_tries;; --left) {
        const std::string reference = new_reference(random_);
        std::vector<parameter> given;
        given.reserve(16);
        given.emplace_back(bytea_parameter(hop));
        given.emplace_back(reference);
        given.emplace_back(wish.category);
        given.push_back(text_parameter(wish.topic));
        given.push_back(named ? id_parameter(wish.person) : parameter{});
        given.push_back(named ? id_parameter(wish.group) : parameter{});
        given.push_back(has_number ? parameter{bytea_parameter(blind_.blind(msisdn_purpose, wish.e164))} : parameter{});
        given.push_back(has_number ? parameter{bytea_parameter(record_.seal(wish.e164, msisdn_context))} : parameter{});
        given.push_back(named ? text_parameter(wish.language) : parameter{});
        given.emplace_back(wish.sensitive ? "true" : "false");
        given.push_back(named ? parameter{} : parameter{bytea_parameter(code_key(reference, wish.code))});
        given.emplace_back(time_parameter(time_.now()));
        given.push_back(wish.words.empty() ? parameter{}
                                           : parameter{bytea_parameter(record_.seal(wish.words, ticket_context))});
        if (has_number && !sms_text.empty()) {
            notice told = make_notice(record_, wish.e164, wish.language, sms_text, {{"reference", reference}});
            given.emplace_back(std::move(told.text));
            given.emplace_back(bytea_parameter(told.sealed_arguments));
        }
        given.resize(15);
        given.emplace_back(wish.channel);
        rows got;
        try {
            got = co_await pool_.write(tickets_open, std::move(given));
        } catch (const statement_refused& refused) {
            if (refused.constraint != "open_reference_pkey" || left == 1) throw;
            continue;
        }
        if (!got.empty())
            co_return opened_ticket{.reference = std::string(got.text(0, 0)), .due_on = std::string(got.text(0, 1))};
        if (auto before = co_await opened_by(hop)) co_return std::move(*before);
        if (left == 1) throw registry_unavailable("a ticket was neither stored nor there");
    }
}

task<std::optional<opened_ticket>> tickets::opened_by(const blind_key& hop) {
    std::vector<parameter> of_hop;
    of_hop.emplace_back(bytea_parameter(hop));
    const rows got = co_await pool_.read(tickets_of_hop, std::move(of_hop));
    if (got.empty()) co_return std::nullopt;
    co_return opened_ticket{.reference = std::string(got.text(0, 0)), .due_on = std::string(got.text(0, 1))};
}

namespace {

const registered_statement tickets_of{"tickets_of", R"(
    SELECT id, reference, category, topic, state, due_day(operation, due_at), sensitive FROM ticket
     WHERE individual = $1::bigint AND ($2::boolean OR NOT sensitive)
     ORDER BY asked_at DESC, id DESC LIMIT $3::integer)"};

const registered_statement tickets_find{"tickets_find", R"(
    SELECT id, reference, category, topic, state, due_day(operation, due_at), sensitive, answer_sealed,
           satisfied IS NOT NULL, (SELECT count(*) FROM ticket_words w WHERE w.ticket = t.id)
      FROM ticket t WHERE id = $1::bigint AND individual = $2::bigint)"};

// A wrong code counts once for a hop. Several closed ones may have had the same reference.
const registered_statement tickets_look_up{"tickets_look_up", R"(
    WITH found AS (
      SELECT id FROM ticket
       WHERE reference = $1 AND code_blind = $2::bytea AND code_failures < 10 ORDER BY id DESC LIMIT 1),
    missed AS (
      UPDATE ticket SET code_failures = code_failures + 1, code_hop = $3::bytea
       WHERE reference = $1 AND code_blind IS NOT NULL AND code_failures < 10 AND code_hop IS DISTINCT FROM $3::bytea
         AND NOT EXISTS (SELECT FROM found))
    SELECT id, reference, category, topic, state, due_day(operation, due_at), sensitive, answer_sealed,
           satisfied IS NOT NULL, (SELECT count(*) FROM ticket_words w WHERE w.ticket = t.id)
      FROM ticket t WHERE id IN (SELECT id FROM found))"};

// One that she opened without her name is found by its code only. What staff have closed may have had the same
// reference before: the newest counts.
const registered_statement tickets_state_of{"tickets_state_of", R"(
    SELECT stage, due FROM (
      SELECT CASE WHEN state = 'closed' AND NOT sensitive THEN 'closed' WHEN state = 'new' OR sensitive THEN 'new'
                  ELSE 'assigned' END AS stage,
             due_day(operation, due_at) AS due, asked_at
        FROM ticket WHERE reference = $1 AND code_blind IS NULL
         AND (number_blind = $2::bytea OR individual = $3::bigint)
      UNION ALL
      SELECT CASE WHEN decided_at IS NOT NULL THEN 'closed' WHEN state = 'pending' THEN 'new' ELSE 'assigned' END,
             NULL, asked_at
        FROM change_request WHERE reference = $1 AND individual = $3::bigint) hers
     ORDER BY asked_at DESC LIMIT 1)"};

void fill(ticket_summary& into, const rows& from, int row) {
    into.id = {from.number(row, 0)};
    into.reference = from.text(row, 1);
    into.category = from.text(row, 2);
    into.topic = from.text(row, 3);
    into.state = from.text(row, 4);
    into.due_on = from.text(row, 5);
    into.sensitive = from.truth(row, 6);
}

}  // namespace

ticket_detail tickets::detail_in(const rows& got) {
    ticket_detail one;
    fill(one, got, 0);
    if (!got.is_null(0, 7)) one.answer = record_.open(got.bytea(0, 7), ticket_context).value_or("");
    one.rated = got.truth(0, 8);
    one.words = static_cast<int>(got.number(0, 9));
    return one;
}

task<std::vector<ticket_summary>> tickets::of(person_id person, bool with_sensitive, int limit) {
    std::vector<parameter> given;
    given.push_back(id_parameter(person));
    given.emplace_back(with_sensitive ? "true" : "false");
    given.emplace_back(std::to_string(limit));
    const rows got = co_await pool_.read(tickets_of, std::move(given));
    std::vector<ticket_summary> found(static_cast<std::size_t>(got.size()));
    for (int row = 0; row < got.size(); ++row) fill(found[static_cast<std::size_t>(row)], got, row);
    co_return found;
}

task<std::optional<ticket_detail>> tickets::find(ticket_id id, person_id person) {
    std::vector<parameter> given;
    given.push_back(id_parameter(id));
    given.push_back(id_parameter(person));
    const rows got = co_await pool_.read(tickets_find, std::move(given));
    if (got.empty()) co_return std::nullopt;
    co_return detail_in(got);
}

task<std::optional<ticket_detail>> tickets::look_up(std::string_view reference, std::string_view code,
                                                    const blind_key& hop) {
    std::vector<parameter> given;
    given.emplace_back(reference);
    given.emplace_back(bytea_parameter(code_key(reference, code)));
    given.emplace_back(bytea_parameter(hop));
    const rows got = co_await pool_.write(tickets_look_up, std::move(given));
    if (got.empty()) co_return std::nullopt;
    co_return detail_in(got);
}

task<std::optional<reference_state>> tickets::state_of(std::string_view reference, std::string_view e164,
                                                       std::optional<person_id> person) {
    std::vector<parameter> given;
    given.emplace_back(reference);
    given.emplace_back(bytea_parameter(blind_.blind(msisdn_purpose, e164)));
    given.push_back(id_parameter(person));
    const rows got = co_await pool_.read(tickets_state_of, std::move(given));
    if (got.empty()) co_return std::nullopt;
    co_return reference_state{.stage = std::string(got.text(0, 0)),
                              .due_on = got.is_null(0, 1) ? std::string() : std::string(got.text(0, 1))};
}

namespace {

const registered_statement tickets_add_words{"tickets_add_words", R"(
    WITH mine AS (
      SELECT id FROM ticket WHERE id = $1::bigint AND individual = $2::bigint AND state <> 'closed'
         AND (SELECT count(*) FROM ticket_words WHERE ticket = $1::bigint AND hop_key <> $3::bytea) < $6::integer),
    added AS (
      INSERT INTO ticket_words (ticket, hop_key, text_sealed, added_at)
      SELECT id, $3::bytea, $4::bytea, timestamptz 'epoch' + $5::bigint * interval '1 microsecond' FROM mine
      ON CONFLICT (hop_key) DO NOTHING
      RETURNING ticket),
    noted AS (
      INSERT INTO audit (kind, actor, individual, record)
      SELECT 'ticket.words', 'phone', $2::bigint, ticket FROM added)
    SELECT id FROM mine)"};

// A second close, by whatever hop, finds it closed by her: nothing happens, and it is done.
const registered_statement tickets_close{"tickets_close", R"(
    WITH mine AS (SELECT id, asked_at FROM ticket WHERE id = $1::bigint AND individual = $2::bigint),
    closed AS (
      UPDATE ticket t SET state = 'closed',
             closed_at = greatest(timestamptz 'epoch' + $3::bigint * interval '1 microsecond', t.asked_at)
        FROM mine WHERE t.id = mine.id AND t.state <> 'closed'
      RETURNING t.id),
    noted AS (
      INSERT INTO audit (kind, actor, individual, record)
      SELECT 'ticket.closed', 'phone', $2::bigint, id FROM closed)
    SELECT id FROM mine)"};

const registered_statement tickets_rate{"tickets_rate", R"(
    WITH mine AS (SELECT id FROM ticket WHERE id = $1::bigint AND individual = $2::bigint AND state = 'closed'),
    rated AS (
      UPDATE ticket t SET satisfied = $3::boolean FROM mine WHERE t.id = mine.id AND t.satisfied IS NULL
      RETURNING t.id),
    noted AS (
      INSERT INTO audit (kind, actor, individual, record, detail)
      SELECT 'ticket.rated', 'phone', $2::bigint, id, CASE WHEN $3::boolean THEN 'yes' ELSE 'no' END FROM rated)
    SELECT id FROM mine)"};

}  // namespace

task<bool> tickets::add_words(ticket_id id, person_id person, std::string_view words, const blind_key& hop) {
    std::vector<parameter> given;
    given.push_back(id_parameter(id));
    given.push_back(id_parameter(person));
    given.emplace_back(bytea_parameter(hop));
    given.emplace_back(bytea_parameter(record_.seal(words, ticket_context)));
    given.emplace_back(time_parameter(time_.now()));
    given.emplace_back(std::to_string(most_words));
    const rows got = co_await pool_.write(tickets_add_words, std::move(given));
    co_return !got.empty();
}

task<bool> tickets::close(ticket_id id, person_id person) {
    std::vector<parameter> given;
    given.push_back(id_parameter(id));
    given.push_back(id_parameter(person));
    given.emplace_back(time_parameter(time_.now()));
    const rows got = co_await pool_.write(tickets_close, std::move(given));
    co_return !got.empty();
}

task<bool> tickets::rate(ticket_id id, person_id person, bool satisfied) {
    std::vector<parameter> given;
    given.push_back(id_parameter(id));
    given.push_back(id_parameter(person));
    given.emplace_back(satisfied ? "true" : "false");
    const rows got = co_await pool_.write(tickets_rate, std::move(given));
    co_return !got.empty();
}

}  // namespace mlango::registry
