#include "registry/wallet/status_rows.hpp"

#include <array>

#include "base/bytes.hpp"
#include "registry/array_parameter.hpp"
#include "registry/parameters.hpp"

namespace mlango::registry {

namespace {

// One entry in two hundred is a decoy; a tenth of them are revoked from the beginning. A list that is open gets as many
// again when a quarter of them is left to be revoked.
constexpr std::int64_t entries_a_decoy = 200;
constexpr std::int64_t few_of = 4;

const registered_statement status_lists_all{"status_lists_all", R"(
    SELECT id, name, purpose, bits, size FROM wallet_status_list ORDER BY id)"};

const registered_statement status_invalid{"status_invalid", R"(
    SELECT list, index, value FROM wallet_status
     WHERE list = $1::bigint AND index > $2::integer AND value <> 0 ORDER BY index LIMIT $3::integer)"};

const registered_statement status_changed{"status_changed", R"(
    SELECT list, index, value, (extract(epoch FROM changed_at) * 1000000)::bigint FROM wallet_status
     WHERE changed_at > timestamptz 'epoch' + $1::bigint * interval '1 microsecond'
     ORDER BY changed_at LIMIT $2::integer)"};

const registered_statement status_time{"status_time", R"(
    SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint)"};

std::vector<status_entry> entries_in(const rows& got) {
    std::vector<status_entry> found(static_cast<std::size_t>(got.size()));
    for (int row = 0; row < got.size(); ++row)
        found[static_cast<std::size_t>(row)] = {
            .list = got.number(row, 0), .index = got.number(row, 1), .value = static_cast<int>(got.number(row, 2))};
    return found;
}

}  // namespace

task<std::vector<status_list_row>> status_rows::lists() {
    const rows got = co_await pool_.read(status_lists_all, {});
    std::vector<status_list_row> found;
    for (int row = 0; row < got.size(); ++row)
        found.push_back({.id = got.number(row, 0),
                         .name = std::string(got.text(row, 1)),
                         .purpose = std::string(got.text(row, 2)),
                         .bits = static_cast<int>(got.number(row, 3)),
                         .size = got.number(row, 4)});
    co_return found;
}

task<std::vector<status_entry>> status_rows::invalid(std::int64_t list, std::int64_t after, int limit) {
    std::vector<parameter> given;
    given.emplace_back(std::to_string(list));
    given.emplace_back(std::to_string(after));
    given.emplace_back(std::to_string(limit));
    co_return entries_in(co_await pool_.read(status_invalid, std::move(given)));
}

task<status_rows::change_page> status_rows::changed(std::int64_t since, int limit) {
    std::vector<parameter> given;
    given.emplace_back(std::to_string(since));
    given.emplace_back(std::to_string(limit));
    const rows got = co_await pool_.read(status_changed, std::move(given));
    change_page page{.entries = entries_in(got), .last = since, .more = got.size() == limit};
    if (!got.empty()) page.last = got.number(got.size() - 1, 3);
    co_return page;
}

task<std::int64_t> status_rows::database_time() {
    const rows got = co_await pool_.read(status_time, {});
    co_return got.number(0, 0);
}

namespace {

const registered_statement status_close_full{"status_close_full", R"(
    UPDATE wallet_status_list l SET full_at = timestamptz 'epoch' + $1::bigint * interval '1 microsecond'
     WHERE l.full_at IS NULL AND l.size <= 2 * (SELECT count(*) FROM wallet_status t WHERE t.list = l.id))"};

const registered_statement status_open{"status_open", R"(
    INSERT INTO wallet_status_list (name, purpose, bits, size, made_at)
    SELECT $2, $3, $4::smallint, $5::integer, timestamptz 'epoch' + $1::bigint * interval '1 microsecond'
     WHERE NOT EXISTS (SELECT FROM wallet_status_list WHERE purpose = $3 AND full_at IS NULL)
    ON CONFLICT DO NOTHING RETURNING id)"};

const registered_statement status_add_decoys{"status_add_decoys", R"(
    INSERT INTO wallet_status (list, index, value, decoy, changed_at)
    SELECT $1::bigint, d.index, CASE WHEN d.place % 10 = 0 THEN 1 ELSE 0 END, true,
           CASE WHEN d.place % 10 = 0 THEN clock_timestamp() END
      FROM unnest($2::integer[]) WITH ORDINALITY AS d(index, place)
    ON CONFLICT DO NOTHING)"};

const registered_statement status_few_decoys{"status_few_decoys", R"(
    SELECT l.id, l.size FROM wallet_status_list l
     WHERE l.full_at IS NULL
       AND l.size / $1::integer > (SELECT count(*) FROM wallet_status t WHERE t.list = l.id AND t.decoy AND t.value <> 1))"};

}  // namespace

task<void> status_rows::add_decoys(std::int64_t list, std::int64_t size) {
    array_parameter drawn;
    for (std::int64_t i = 0; i < size / entries_a_decoy; ++i)
        drawn.add(static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(size))));
    std::vector<parameter> given;
    given.emplace_back(std::to_string(list));
    given.push_back(drawn.take());
    co_await pool_.write(status_add_decoys, std::move(given));
}

task<int> status_rows::provide_lists(std::int64_t size) {
    std::vector<parameter> closing;
    closing.emplace_back(time_parameter(time_.now()));
    co_await pool_.write(status_close_full, std::move(closing));
    int opened = 0;
    for (const auto& [purpose, bits] : {std::pair("share", "1"), std::pair("base", "2")}) {
        std::array<std::byte, 9> name;
        random_.fill(name);
        std::vector<parameter> given;
        given.emplace_back(time_parameter(time_.now()));
        given.emplace_back(to_base64url(name));
        given.emplace_back(purpose);
        given.emplace_back(bits);
        given.emplace_back(std::to_string(size));
        const rows made = co_await pool_.write(status_open, std::move(given));
        if (made.empty()) continue;
        ++opened;
        co_await add_decoys(made.number(0, 0), size);
    }
    std::vector<parameter> asked;
    asked.emplace_back(std::to_string(entries_a_decoy * few_of));
    const rows few = co_await pool_.read(status_few_decoys, std::move(asked));
    for (int row = 0; row < few.size(); ++row) co_await add_decoys(few.number(row, 0), few.number(row, 1));
    co_return opened;
}

namespace {

// As what they stand beside: a share is revoked once; what is on paper is suspended and valid again, and revoked while
// its list is open, where decoys are added. Suspended ones come first half of the time, so that a suspension ends. What
// becomes of each is drawn outside of the choice: PostgreSQL takes a random() beside ORDER BY random() for the same
// one.
const registered_statement status_turn_decoys{"status_turn_decoys", R"(
    WITH shares AS (
      SELECT t.list, t.index, 1 AS value
        FROM wallet_status t JOIN wallet_status_list l ON l.id = t.list AND l.purpose = 'share' AND l.full_at IS NULL
       WHERE t.decoy AND t.value = 0 ORDER BY random() LIMIT $1::integer),
    bases AS MATERIALIZED (
      SELECT t.list, t.index, t.value, l.full_at IS NULL AS open
        FROM wallet_status t JOIN wallet_status_list l ON l.id = t.list AND l.purpose = 'base'
       WHERE t.decoy AND t.value <> 1 ORDER BY random() < 0.5 AND t.value = 2 DESC, random() LIMIT $2::integer)
    UPDATE wallet_status t SET value = chosen.value, changed_at = clock_timestamp()
      FROM (SELECT * FROM shares
            UNION ALL
            SELECT list, index, CASE WHEN open AND random() < 0.2 THEN 1 WHEN value = 2 THEN 0 ELSE 2 END
              FROM bases) chosen
     WHERE t.list = chosen.list AND t.index = chosen.index)"};

// A suspended verifier may be resumed: what it holds stays.
const registered_statement status_revoke_lapsed{"status_revoke_lapsed", R"(
    WITH given AS (SELECT timestamptz 'epoch' + $1::bigint * interval '1 microsecond' AS now),
    lapsed AS (
      SELECT s.status_list, s.status_index
        FROM given, wallet_share s
        JOIN wallet_status t ON t.list = s.status_list AND t.index = s.status_index AND t.value = 0
        JOIN verifier v ON v.id = s.verifier
        JOIN individual i ON i.id = s.individual
       WHERE s.presented_sealed IS NOT NULL AND s.valid_until > given.now
         AND (v.state = 'ended' OR i.process_status = 'C' OR acts_as(s.made_by, s.individual, s.kind, given.now) IS NULL)
       LIMIT $2::integer),
    struck AS MATERIALIZED (SELECT strike(status_list, status_index, 1::smallint) AS done FROM lapsed)
    SELECT coalesce(sum(done), 0) FROM struck)"};

// A page of what is on paper and in telephones: what lapsed is revoked and ended; the rest is suspended while she is
// frozen or her registration is on hold, and valid again afterwards.
const registered_statement status_follow_registry{"status_follow_registry", R"(
    WITH given AS (SELECT timestamptz 'epoch' + $1::bigint * interval '1 microsecond' AS now),
    page AS (
      SELECT c.id, c.individual, c.status_list, c.status_index, credential_lapsed(c, given.now) AS lapsed
        FROM wallet_credential c, given
       WHERE c.id > $2::bigint AND c.ended_at IS NULL AND c.valid_until > given.now ORDER BY c.id LIMIT $3::integer),
    ended AS (
      UPDATE wallet_credential c SET ended_at = given.now FROM page, given
       WHERE c.id = page.id AND page.lapsed AND c.ended_at IS NULL
      RETURNING c.id, c.individual, c.status_list, c.status_index),
    wanted AS (
      SELECT status_list, status_index, 1 AS value FROM ended
      UNION ALL
      SELECT page.status_list, page.status_index,
             CASE WHEN h.frozen_at IS NOT NULL OR i.process_status = 'H' OR g.process_status = 'H' THEN 2 ELSE 0 END
        FROM page JOIN individual i ON i.id = page.individual
        JOIN membership m ON m.individual = i.id AND m.until IS NULL
        JOIN registration_group g ON g.id = m.registration_group
        LEFT JOIN wallet_holder h ON h.individual = i.id
       WHERE NOT page.lapsed),
    struck AS MATERIALIZED (
      SELECT strike(w.status_list, w.status_index, w.value::smallint) AS done
        FROM wanted w JOIN wallet_status t ON t.list = w.status_list AND t.index = w.status_index
       WHERE t.value <> w.value),
    noted AS (
      INSERT INTO audit (kind, actor, individual, record, detail)
      SELECT 'credential.ended', 'system', individual, id, 'lapsed' FROM ended)
    SELECT (SELECT max(id) FROM page HAVING count(*) = $3::integer), (SELECT count(done) FROM struck))"};

const registered_statement wallet_forget{"wallet_forget", R"(
    WITH given AS (SELECT timestamptz 'epoch' + $1::bigint * interval '1 microsecond' AS now),
    old AS (
      (SELECT s.id FROM wallet_share s, given
        WHERE s.code_trace IS NOT NULL AND s.expires_at < given.now - interval '24 hours' LIMIT $2::integer)
      UNION
      (SELECT s.id FROM wallet_share s, given
        WHERE s.presented_sealed IS NOT NULL AND s.valid_until <= given.now LIMIT $2::integer)),
    shares AS (
      UPDATE wallet_share s
         SET code_trace = CASE WHEN s.expires_at < given.now - interval '24 hours' THEN NULL ELSE s.code_trace END,
             code_blind = CASE WHEN s.expires_at < given.now - interval '24 hours' THEN NULL ELSE s.code_blind END,
             code_sealed = CASE WHEN s.expires_at < given.now THEN NULL ELSE s.code_sealed END,
             presented_sealed = CASE WHEN s.valid_until <= given.now THEN NULL ELSE s.presented_sealed END
        FROM old, given WHERE s.id = old.id RETURNING s.id),
    asks AS (
      DELETE FROM wallet_ask WHERE id IN (
        SELECT q.id FROM wallet_ask q, given
         WHERE q.made_at < given.now - interval '30 days' AND NOT EXISTS (SELECT FROM wallet_share s WHERE s.ask = q.id)
         ORDER BY q.made_at LIMIT $2::integer) RETURNING id),
    looks AS (
      DELETE FROM wallet_look WHERE id IN (
        SELECT k.id FROM wallet_look k, given
         WHERE k.individual IS NULL AND k.at < given.now - interval '30 days' ORDER BY k.at LIMIT $2::integer)
      RETURNING id),
    offers AS (
      DELETE FROM wallet_offer WHERE id IN (
        SELECT o.id FROM wallet_offer o, given
         WHERE o.made_at < given.now - interval '7 days' ORDER BY o.made_at LIMIT $2::integer) RETURNING id)
    SELECT greatest((SELECT count(*) FROM shares), (SELECT count(*) FROM asks), (SELECT count(*) FROM looks),
                    (SELECT count(*) FROM offers)))"};

const registered_statement wallet_recent_misses{"wallet_recent_misses", R"(
    SELECT count(*) FROM wallet_look
     WHERE individual IS NULL
       AND at > timestamptz 'epoch' + $1::bigint * interval '1 microsecond' - interval '10 minutes')"};

const registered_statement wallet_note_guessing{"wallet_note_guessing", R"(
    INSERT INTO audit (kind, actor) VALUES ('wallet.guessing', 'system'))"};

}  // namespace

task<void> status_rows::turn_decoys(int of_shares, int of_bases) {
    std::vector<parameter> given;
    given.emplace_back(std::to_string(of_shares));
    given.emplace_back(std::to_string(of_bases));
    co_await pool_.write(status_turn_decoys, std::move(given));
}

task<int> status_rows::revoke_lapsed(int limit) {
    std::vector<parameter> given;
    given.emplace_back(time_parameter(time_.now()));
    given.emplace_back(std::to_string(limit));
    const rows got = co_await pool_.write(status_revoke_lapsed, std::move(given));
    co_return static_cast<int>(got.number(0, 0));
}

task<std::int64_t> status_rows::follow_registry(std::int64_t after, int limit) {
    std::vector<parameter> given;
    given.emplace_back(time_parameter(time_.now()));
    given.emplace_back(std::to_string(after));
    given.emplace_back(std::to_string(limit));
    const rows got = co_await pool_.write(status_follow_registry, std::move(given));
    co_return got.is_null(0, 0) ? 0 : got.number(0, 0);
}

task<int> status_rows::forget(int limit) {
    std::vector<parameter> given;
    given.emplace_back(time_parameter(time_.now()));
    given.emplace_back(std::to_string(limit));
    const rows got = co_await pool_.write(wallet_forget, std::move(given));
    co_return static_cast<int>(got.number(0, 0));
}

task<std::int64_t> status_rows::recent_misses() {
    std::vector<parameter> given;
    given.emplace_back(time_parameter(time_.now()));
    const rows got = co_await pool_.read(wallet_recent_misses, std::move(given));
    co_return got.number(0, 0);
}

task<void> status_rows::note_guessing() {
    co_await pool_.write(wallet_note_guessing, {});
}

}  // namespace mlango::registry
