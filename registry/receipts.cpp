#include "registry/receipts.hpp"

#include <algorithm>

#include "registry/array_parameter.hpp"
#include "registry/parameters.hpp"

namespace mlango::registry {

namespace {

constexpr std::size_t id_limit = 200;
constexpr std::size_t word_limit = 60;

const registered_statement receipts_take{"receipts_take", R"(
    WITH given AS (
      SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::bytea[], $5::bigint[], $6::text[], $7::boolean[],
                           $8::boolean[]) WITH ORDINALITY
        AS g(gateway, provider_id, forms, number_blind, reference, word, final, may_wait, place)),
    done AS MATERIALIZED (
      SELECT g.*, join_receipt(g.gateway, string_to_array(g.forms, E'\x1f'), g.provider_id, g.number_blind, g.reference,
                               g.word, g.final, timestamptz 'epoch' + $9::bigint * interval '1 microsecond') AS outcome
        FROM given g),
    parked AS (
      INSERT INTO receipt_parked (gateway, forms, provider_id, number_blind, reference, word, final, received_at)
      SELECT gateway, string_to_array(forms, E'\x1f'), provider_id, number_blind, reference, word, final,
             timestamptz 'epoch' + $9::bigint * interval '1 microsecond'
        FROM done WHERE outcome = 'none' AND may_wait ORDER BY place)
    SELECT CASE WHEN outcome = 'none' AND may_wait THEN 'parked' ELSE outcome END FROM done ORDER BY place)"};

const registered_statement receipts_look_again{"receipts_look_again", R"(
    WITH due AS (
      UPDATE receipt_parked SET looked_again = true
       WHERE id IN (SELECT id FROM receipt_parked
                     WHERE NOT looked_again AND received_at <= timestamptz 'epoch' + $1::bigint * interval '1 microsecond'
                     ORDER BY received_at LIMIT $2::integer FOR UPDATE SKIP LOCKED)
      RETURNING id)
    SELECT array_agg(id) FROM due)"};

const registered_statement receipts_overdue{"receipts_overdue", R"(
    SELECT array_agg(id) FROM (
      SELECT id FROM receipt_parked WHERE received_at <= timestamptz 'epoch' + $1::bigint * interval '1 microsecond'
       ORDER BY received_at LIMIT $2::integer) due)"};

const registered_statement receipts_join{"receipts_join", R"(
    SELECT join_parked($1::bigint[], timestamptz 'epoch' + $2::bigint * interval '1 microsecond'))"};

const registered_statement receipts_forget{"receipts_forget", R"(
    DELETE FROM receipt_parked WHERE id = ANY ($1::bigint[]))"};

const registered_statement receipts_parked{"receipts_parked", R"(
    SELECT count(*) FROM receipt_parked)"};

// PostgreSQL takes neither NUL nor what is not UTF-8, and one such word must not cost the others theirs.
bool storable(std::string_view text) {
    return text.find('\0') == std::string_view::npos && text.size() <= id_limit && is_utf8(text);
}

bool storable(const receipt_word& receipt) {
    return storable(receipt.gateway) && !receipt.gateway.empty() && storable(receipt.provider_id) &&
           storable(receipt.word) && !receipt.word.empty() &&
           std::ranges::all_of(receipt.forms, [](const std::string& form) { return storable(form) && !form.empty(); });
}

receipt_outcome outcome_named(std::string_view name) {
    if (name == "joined") return receipt_outcome::joined;
    if (name == "parked") return receipt_outcome::parked;
    if (name == "duplicate") return receipt_outcome::duplicate;
    return receipt_outcome::unknown;
}

}  // namespace

std::string_view name_of(receipt_outcome outcome) {
    switch (outcome) {
        case receipt_outcome::joined:
            return "joined";
        case receipt_outcome::parked:
            return "parked";
        case receipt_outcome::duplicate:
            return "duplicate";
        case receipt_outcome::unknown:
            break;
    }
    return "unknown";
}

receipts::receipts(pg_pool& pool, blinder& blind, const clock& time) : pool_(pool), blind_(blind), time_(time) {}

task<std::vector<receipt_outcome>> receipts::take(std::span<const receipt_word> these) {
    std::vector<receipt_outcome> outcomes(these.size(), receipt_outcome::unknown);
    std::vector<std::size_t> places;  // of those that are asked about
    array_parameter gateways, ids, forms, numbers, references, words, final, may_wait;
    for (std::size_t i = 0; i < these.size(); ++i) {
        const receipt_word& each = these[i];
        if (!storable(each)) continue;
        places.push_back(i);
        gateways.add(each.gateway);
        ids.add_or_null(each.provider_id);
        std::string joined;
        for (const std::string& form : each.forms) joined += (joined.empty() ? "" : "\x1f") + form;
        forms.add(joined);
        if (each.e164.empty())
            numbers.add_null();
        else
            numbers.add(bytea_parameter(blind_.blind(msisdn_purpose, each.e164)));
        references.add(static_cast<std::int64_t>(each.reference & 0x7FFF'FFFF'FFFF'FFFF));
        words.add(std::string_view(each.word).substr(0, word_limit));
        final.add(each.final);
        may_wait.add(each.may_wait);
    }
    if (places.empty()) co_return outcomes;
    std::vector<parameter> given{gateways.take(),   ids.take(),   forms.take(), numbers.take(),
                                 references.take(), words.take(), final.take(), may_wait.take()};
    given.emplace_back(time_parameter(time_.now()));
    const rows got = co_await pool_.write(receipts_take, std::move(given));
    for (int row = 0; row < got.size(); ++row)
        outcomes[places[static_cast<std::size_t>(row)]] = outcome_named(got.text(row, 0));
    co_return outcomes;
}

task<std::size_t> receipts::look_again(std::chrono::seconds after, int limit) {
    std::vector<parameter> given;
    given.emplace_back(time_parameter(time_.now() - after));
    given.emplace_back(std::to_string(limit));
    const rows due = co_await pool_.write(receipts_look_again, std::move(given));
    if (due.is_null(0, 0)) co_return 0;
    std::vector<parameter> these{std::string(due.text(0, 0))};
    these.emplace_back(time_parameter(time_.now()));
    const rows joined = co_await pool_.write(receipts_join, std::move(these));
    co_return static_cast<std::size_t>(joined.number(0, 0));
}

task<std::size_t> receipts::forget(std::chrono::seconds longest, int limit) {
    std::vector<parameter> given;
    given.emplace_back(time_parameter(time_.now() - longest));
    given.emplace_back(std::to_string(limit));
    const rows due = co_await pool_.read(receipts_overdue, std::move(given));
    if (due.is_null(0, 0)) co_return 0;
    const std::string ids(due.text(0, 0));
    std::vector<parameter> these{ids};
    these.emplace_back(time_parameter(time_.now()));
    co_await pool_.write(receipts_join, std::move(these));
    const rows gone = co_await pool_.write(receipts_forget, {ids});
    co_return static_cast<std::size_t>(gone.affected());
}

task<std::int64_t> receipts::parked() {
    const rows got = co_await pool_.read(receipts_parked, {});
    co_return got.number(0, 0);
}

}  // namespace mlango::registry
