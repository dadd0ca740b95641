// Long messages that come in pieces.
#include <algorithm>
#include <charconv>

#include "registry/inbox.hpp"
#include "registry/parameters.hpp"

namespace mlango::registry {

namespace {

constexpr std::string_view fragment_context = "sms fragment";
constexpr std::string_view set_purpose = "sms fragments";
constexpr std::string_view payload_purpose = "sms fragment payload";
constexpr char between = '\x1f';

// A part that was put together leaves its place to the next message that takes the same reference.
const registered_statement inbox_keep_fragment{"inbox_keep_fragment", R"(
    WITH waiting AS (
      SELECT count(*) AS parts FROM inbox_fragment WHERE number_blind = $3::bytea AND payload_sealed IS NOT NULL),
    kept AS (
      INSERT INTO inbox_fragment AS f (set_blind, part, number_blind, payload_blind, payload_sealed, received_at)
      SELECT $1::bytea, $2::smallint, $3::bytea, $4::bytea, $5::bytea,
             timestamptz 'epoch' + $6::bigint * interval '1 microsecond'
        FROM waiting WHERE parts < $7::integer
      ON CONFLICT (set_blind, part) DO UPDATE SET payload_blind = excluded.payload_blind,
             payload_sealed = excluded.payload_sealed, received_at = excluded.received_at
        WHERE f.payload_sealed IS NULL AND f.payload_blind <> excluded.payload_blind
      RETURNING 1)
    SELECT CASE WHEN EXISTS (SELECT FROM kept) THEN 'kept'
                WHEN f.payload_blind = $4::bytea THEN 'again'
                WHEN w.parts >= $7::integer THEN 'full'
                WHEN f.payload_blind IS NOT NULL THEN 'clash'
                ELSE 'again' END
      FROM waiting w LEFT JOIN inbox_fragment f ON f.set_blind = $1::bytea AND f.part = $2::smallint)"};

const registered_statement inbox_fragments_of{"inbox_fragments_of", R"(
    SELECT part, payload_sealed, (extract(epoch FROM received_at) * 1000000)::bigint FROM inbox_fragment
     WHERE set_blind = $1::bytea AND payload_sealed IS NOT NULL ORDER BY part)"};

const registered_statement inbox_fragments_overdue{"inbox_fragments_overdue", R"(
    SELECT part, payload_sealed, (extract(epoch FROM received_at) * 1000000)::bigint, set_blind FROM inbox_fragment
     WHERE payload_sealed IS NOT NULL AND set_blind IN (
       SELECT set_blind FROM inbox_fragment
        WHERE payload_sealed IS NOT NULL AND received_at <= timestamptz 'epoch' + $1::bigint * interval '1 microsecond'
        ORDER BY received_at LIMIT $2::integer)
     ORDER BY set_blind, part)"};

const registered_statement inbox_store_joined{"inbox_store_joined", R"(
    WITH emptied AS (
      UPDATE inbox_fragment SET payload_sealed = NULL, received_at = timestamptz 'epoch' + $9::bigint * interval '1 microsecond'
       WHERE set_blind = $1::bytea AND part = ANY ($2::smallint[]) AND payload_sealed IS NOT NULL RETURNING 1)
    INSERT INTO inbox (gateway, provider_id, number_blind, number_sealed, recipient, text_sealed)
    SELECT $3, $4, $5::bytea, $6::bytea, $7, $8::bytea WHERE EXISTS (SELECT FROM emptied)
    ON CONFLICT (gateway, provider_id) DO NOTHING)"};

const registered_statement inbox_drop_fragments{"inbox_drop_fragments", R"(
    UPDATE inbox_fragment SET payload_sealed = NULL, received_at = timestamptz 'epoch' + $2::bigint * interval '1 microsecond'
     WHERE set_blind = $1::bytea AND payload_sealed IS NOT NULL)"};

const registered_statement inbox_fragments_tidy{"inbox_fragments_tidy", R"(
    WITH gone AS (
      DELETE FROM inbox_fragment WHERE payload_sealed IS NULL
         AND received_at <= timestamptz 'epoch' + $1::bigint * interval '1 microsecond')
    SELECT count(*) FROM inbox_fragment WHERE payload_sealed IS NOT NULL)"};

fragment_fate fate_named(std::string_view name) {
    if (name == "kept") return fragment_fate::kept;
    if (name == "again") return fragment_fate::again;
    if (name == "clash") return fragment_fate::clash;
    return fragment_fate::full;
}

// The fields before the last hold no `between`: they are a configured name, digits and a short code.
std::string without_between(std::string_view text) {
    std::string out(text);
    std::erase(out, between);
    return out;
}

std::string packed(const fragment& part) {
    return without_between(part.gateway) + between + without_between(part.e164) + between + without_between(part.to) +
           between + std::to_string(part.total) + between + part.payload;
}

std::string_view next_field(std::string_view& rest) {
    const std::size_t end = rest.find(between);
    const std::string_view field = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    return field;
}

}  // namespace

blind_key inbox::key_of(const fragment& part) {
    std::string key;
    for (const std::string& each : {part.gateway, part.e164, part.to}) key += without_between(each) + between;
    key += std::to_string(part.reference) + (part.wide_reference ? "w" : "n") + std::to_string(part.total);
    return blind_.blind(set_purpose, key);
}

task<fragment_fate> inbox::keep(const fragment& part, int most_of_sender) {
    std::vector<parameter> given;
    given.emplace_back(bytea_parameter(key_of(part)));
    given.emplace_back(std::to_string(part.number));
    given.emplace_back(bytea_parameter(blind_.blind(msisdn_purpose, part.e164)));
    given.emplace_back(bytea_parameter(blind_.blind(payload_purpose, part.payload)));
    given.emplace_back(bytea_parameter(record_.seal(packed(part), fragment_context)));
    given.emplace_back(time_parameter(time_.now()));
    given.emplace_back(std::to_string(most_of_sender));
    const rows got = co_await pool_.write(inbox_keep_fragment, std::move(given));
    co_return fate_named(got.text(0, 0));
}

// Of rows `first` … `last` - 1, which are of one set.
std::optional<fragment_set> inbox::assembled(const blind_key& key, const rows& got, int first, int last) {
    fragment_set set;
    set.key = key;
    for (int row = first; row < last; ++row) {
        const auto opened = record_.open(got.bytea(row, 1), fragment_context);
        if (!opened) continue;
        std::string_view rest = *opened;
        set.gateway = next_field(rest);
        set.e164 = next_field(rest);
        set.to = next_field(rest);
        const std::string_view number = next_field(rest);
        std::size_t total = 0;
        std::from_chars(number.data(), number.data() + number.size(), total);
        const auto part = static_cast<std::size_t>(got.number(row, 0));
        set.payloads.resize(total);
        if (part < 1 || part > total) continue;
        set.payloads[part - 1] = rest;
        set.parts.push_back(static_cast<int>(part));
        const wall_time came{std::chrono::microseconds(got.number(row, 2))};
        set.first = set.parts.size() == 1 ? came : std::min(set.first, came);
    }
    if (set.parts.empty()) return std::nullopt;
    return set;
}

task<std::optional<fragment_set>> inbox::set_of(const fragment& part) {
    const blind_key key = key_of(part);
    const rows got = co_await pool_.read(inbox_fragments_of, {bytea_parameter(key)});
    co_return assembled(key, got, 0, got.size());
}

task<std::vector<fragment_set>> inbox::overdue(std::chrono::seconds longest, int limit) {
    std::vector<parameter> given;
    given.emplace_back(time_parameter(time_.now() - longest));
    given.emplace_back(std::to_string(limit));
    const rows got = co_await pool_.read(inbox_fragments_overdue, std::move(given));
    std::vector<fragment_set> sets;
    for (int first = 0, last = 0; first < got.size(); first = last) {
        while (last < got.size() && got.text(last, 3) == got.text(first, 3)) ++last;
        blind_key key{};
        const std::string raw = got.bytea(first, 3);
        std::ranges::copy(as_byte_view(raw).first(key.size()), key.begin());
        if (auto set = assembled(key, got, first, last)) sets.push_back(std::move(*set));
    }
    co_return sets;
}

// The next message with this reference is another one, however soon it comes.
std::string inbox::id_of(const fragment_set& set) {
    std::string all;
    for (const std::string& each : set.payloads) all += each + between;
    return "parts-" + to_hex(set.key) + '-' + std::to_string(set.first.time_since_epoch().count()) + '-' +
           to_hex(blind_.blind(payload_purpose, all)).substr(0, 16);
}

task<bool> inbox::store_joined(const fragment_set& set, std::string_view text) {
    std::string parts = "{";
    for (const int part : set.parts) parts += (parts.size() > 1 ? "," : "") + std::to_string(part);
    std::vector<parameter> given;
    given.emplace_back(bytea_parameter(set.key));
    given.emplace_back(parts + '}');
    given.emplace_back(set.gateway);
    given.emplace_back(id_of(set));
    given.emplace_back(bytea_parameter(blind_.blind(msisdn_purpose, set.e164)));
    given.emplace_back(bytea_parameter(record_.seal(set.e164, msisdn_context)));
    given.emplace_back(set.to);
    given.emplace_back(bytea_parameter(record_.seal(text, sms_context)));
    given.emplace_back(time_parameter(time_.now()));
    const rows got = co_await pool_.write(inbox_store_joined, std::move(given));
    co_return got.affected() == 1;
}

task<void> inbox::drop(const fragment_set& set) {
    std::vector<parameter> given{bytea_parameter(set.key)};
    given.emplace_back(time_parameter(time_.now()));
    co_await pool_.write(inbox_drop_fragments, std::move(given));
}

task<std::int64_t> inbox::tidy(std::chrono::seconds longest) {
    const rows got = co_await pool_.write(inbox_fragments_tidy, {time_parameter(time_.now() - longest)});
    co_return got.number(0, 0);
}

}  // namespace mlango::registry
