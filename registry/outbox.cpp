#include "registry/outbox.hpp"

#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "registry/parameters.hpp"

namespace mlango::registry {

notice make_notice(sealer& record, std::string_view e164, std::string_view language, std::string_view text,
                   const std::vector<std::pair<std::string, std::string>>& arguments) {
    boost::json::object named;
    for (const auto& [name, value] : arguments) named[name] = value;
    return {.sealed_to = record.seal(e164, msisdn_context),
            .language = std::string(language),
            .text = std::string(text),
            .sealed_arguments = record.seal(boost::json::serialize(named), notice_context)};
}

outbox::outbox(pg_pool& pool, sealer& record, blinder& blind, const clock& time)
    : pool_(pool), record_(record), blind_(blind), time_(time) {}

namespace {

// A lease that ran out leaves a message of which nobody knows whether it went: it becomes unknown, and stays here.
const registered_statement outbox_claim{"outbox_claim", R"(
    WITH given AS (SELECT timestamptz 'epoch' + $1::bigint * interval '1 microsecond' AS now),
    lost AS (
      UPDATE outbox SET state = 'unknown', lease_until = NULL, reason = 'lease', settled_at = given.now
        FROM given WHERE state = 'sending' AND lease_until <= given.now),
    due AS (
      SELECT id FROM outbox, given WHERE state = 'pending' AND due_at <= given.now
       ORDER BY due_at, id LIMIT $2::integer FOR UPDATE OF outbox SKIP LOCKED)
    UPDATE outbox o SET state = 'sending', attempts = o.attempts + 1,
           lease_until = given.now + $3::bigint * interval '1 second'
      FROM given, due WHERE o.id = due.id
    RETURNING o.id, o.number_sealed, o.language, o.text_key, o.arguments_sealed, o.attempts, o.asked)"};

// Of the numbers that want something else than everything at any time: whether they want anything, only what they asked
// for, and when their day begins if it is night there now (8 to 18 in the operation of whoever answers).
const registered_statement outbox_wishes{"outbox_wishes", R"(
    SELECT n.number_blind, n.sms_allowed, n.sms_hours = 'asked',
           CASE WHEN n.sms_hours <> 'day' OR extract(hour FROM here.now) BETWEEN 8 AND 17 THEN NULL
                ELSE (extract(epoch FROM ((here.now - interval '8 hours')::date + 1 + time '08:00')
                      AT TIME ZONE here.zone) * 1000000)::bigint END
      FROM number_preference n,
           LATERAL (SELECT coalesce((SELECT o.timezone FROM phone p
                                       JOIN individual i ON i.id = p.individual
                                       JOIN operation o ON o.code = i.operation
                                      WHERE p.number_blind = n.number_blind AND p.disabled_at IS NULL
                                      ORDER BY p.id LIMIT 1), 'UTC') AS zone) there,
           LATERAL (SELECT there.zone, (timestamptz 'epoch' + $2::bigint * interval '1 microsecond')
                                         AT TIME ZONE there.zone AS now) here
     WHERE n.number_blind = ANY ($1::bytea[]) AND (NOT n.sms_allowed OR n.sms_hours <> 'any'))"};

// It was claimed and not tried.
const registered_statement outbox_postpone{"outbox_postpone", R"(
    UPDATE outbox SET state = 'pending', lease_until = NULL, attempts = attempts - 1, reason = 'hours',
           due_at = timestamptz 'epoch' + $2::bigint * interval '1 microsecond'
     WHERE id = $1::bigint AND state = 'sending')"};

const registered_statement outbox_settle{"outbox_settle", R"(
    UPDATE outbox SET state = $2, lease_until = NULL, reason = $3,
           settled_at = timestamptz 'epoch' + $4::bigint * interval '1 microsecond'
     WHERE id = $1::bigint AND state = 'sending')"};

// What warns her of something done with her PIN or in her name, and what answers an SMS or a screen that she just left,
// waits for no morning.
bool goes_at_night(std::string_view text) {
    static constexpr std::string_view beginnings[] = {"sms.pin", "sms.guardian", "sms.collector", "sms.ready",
                                                      "sms.how", "sms.stopped",  "sms.started",   "sms.screen"};
    return std::ranges::any_of(beginnings, [&](std::string_view each) { return text.starts_with(each); });
}

std::optional<std::vector<std::pair<std::string, std::string>>> arguments_in(std::string_view json) {
    boost::system::error_code error;
    const boost::json::value value = boost::json::parse(json, error);
    if (error || !value.is_object()) return std::nullopt;
    std::vector<std::pair<std::string, std::string>> out;
    for (const auto& [name, each] : value.get_object()) {
        if (!each.is_string()) return std::nullopt;
        out.emplace_back(name, std::string(each.get_string()));
    }
    return out;
}

}  // namespace

task<void> outbox::postpone(outbox_id id, std::string_view until_microseconds) {
    std::vector<parameter> given;
    given.push_back(id_parameter(id));
    given.emplace_back(until_microseconds);
    co_await pool_.write(outbox_postpone, std::move(given));
}

task<void> outbox::settle(outbox_id id, std::string_view state, std::string_view reason) {
    std::vector<parameter> given;
    given.push_back(id_parameter(id));
    given.emplace_back(state);
    given.push_back(text_parameter(reason));
    given.emplace_back(time_parameter(time_.now()));
    co_await pool_.write(outbox_settle, std::move(given));
}

task<std::vector<outgoing_notice>> outbox::claim(int limit, std::chrono::seconds lease) {
    std::vector<parameter> given;
    given.emplace_back(time_parameter(time_.now()));
    given.emplace_back(std::to_string(limit));
    given.emplace_back(std::to_string(lease.count()));
    const rows got = co_await pool_.write(outbox_claim, std::move(given));

    std::vector<outgoing_notice> claimed;
    std::vector<outbox_id> unreadable;
    std::vector<std::string> numbers;  // of `claimed`, as blind indexes
    std::vector<bool> asked_for;       // of `claimed`
    std::string asked = "{";
    for (int row = 0; row < got.size(); ++row) {
        const outbox_id id{got.number(row, 0)};
        auto number = record_.open(got.bytea(row, 1), msisdn_context);
        const auto json = record_.open(got.bytea(row, 4), notice_context);
        auto arguments = json ? arguments_in(*json) : std::nullopt;
        if (!number || !arguments) {
            unreadable.push_back(id);
            continue;
        }
        numbers.push_back(bytea_parameter(blind_.blind(msisdn_purpose, *number)));
        asked_for.push_back(got.truth(row, 6));
        asked += (numbers.size() > 1 ? ",\"\\" : "\"\\") + numbers.back() + '"';
        claimed.push_back({.id = id,
                           .e164 = std::move(*number),
                           .language = std::string(got.text(row, 2)),
                           .text = std::string(got.text(row, 3)),
                           .arguments = std::move(*arguments),
                           .attempts = static_cast<int>(got.number(row, 5))});
    }
    for (const outbox_id id : unreadable) co_await settle(id, "failed", "unreadable");
    if (claimed.empty()) co_return claimed;

    std::vector<parameter> wanted;
    wanted.emplace_back(asked + '}');
    wanted.emplace_back(time_parameter(time_.now()));
    const rows wishes = co_await pool_.read(outbox_wishes, std::move(wanted));
    std::vector<outgoing_notice> wished;
    for (std::size_t i = 0; i < claimed.size(); ++i) {
        int row = 0;
        while (row < wishes.size() && wishes.text(row, 0) != numbers[i]) ++row;
        const bool none = row == wishes.size() || claimed[i].text == stop_confirmed;
        if (!none && !wishes.truth(row, 1))
            co_await settle(claimed[i].id, "suppressed", "stop");
        else if (!none && wishes.truth(row, 2) && !asked_for[i])
            co_await settle(claimed[i].id, "suppressed", "not asked for");
        else if (!none && !wishes.is_null(row, 3) && !goes_at_night(claimed[i].text))
            co_await postpone(claimed[i].id, wishes.text(row, 3));
        else
            wished.push_back(std::move(claimed[i]));
    }
    co_return wished;
}

namespace {

// What its holder reports counts also after the lease ran out: nobody else has touched the row since.
const registered_statement outbox_sent{"outbox_sent", R"(
    UPDATE outbox SET state = 'sent', lease_until = NULL, reason = NULL, gateway = $2, provider_id = $3,
           settled_at = timestamptz 'epoch' + $4::bigint * interval '1 microsecond'
     WHERE id = $1::bigint AND state IN ('sending', 'unknown'))"};

const registered_statement outbox_failed{"outbox_failed", R"(
    UPDATE outbox SET
           state = CASE WHEN $2::bigint IS NULL THEN 'failed' ELSE 'pending' END, lease_until = NULL, reason = $3,
           due_at = timestamptz 'epoch' + ($4::bigint + coalesce($2::bigint, 0) * 1000000) * interval '1 microsecond',
           settled_at = CASE WHEN $2::bigint IS NULL
                             THEN timestamptz 'epoch' + $4::bigint * interval '1 microsecond' END
     WHERE id = $1::bigint AND state IN ('sending', 'unknown'))"};

const registered_statement outbox_uncertain{"outbox_uncertain", R"(
    UPDATE outbox SET state = 'unknown', lease_until = NULL, reason = 'gateway', gateway = $2,
           settled_at = timestamptz 'epoch' + $3::bigint * interval '1 microsecond'
     WHERE id = $1::bigint AND state = 'sending')"};

// A final word is not taken back by a late one that is not.
const registered_statement outbox_receipt{"outbox_receipt", R"(
    WITH named AS (SELECT id FROM outbox WHERE gateway = $1 AND provider_id = $2),
    settled AS (
      UPDATE outbox o SET receipt = $3,
             state = CASE WHEN NOT $4::boolean THEN o.state WHEN $3 = 'delivered' THEN 'delivered' ELSE 'failed' END,
             settled_at = timestamptz 'epoch' + $5::bigint * interval '1 microsecond'
        FROM named WHERE o.id = named.id AND o.state NOT IN ('delivered', 'failed'))
    SELECT id FROM named)"};

const registered_statement outbox_put{"outbox_put", R"(
    INSERT INTO outbox (number_sealed, language, text_key, arguments_sealed) VALUES ($1::bytea, $2, $3, $4::bytea))"};

std::string_view first_of(std::string_view text, std::size_t most) {
    return text.substr(0, most);
}

const registered_statement outbox_put_once{"outbox_put_once", R"(
    INSERT INTO outbox (number_sealed, language, text_key, arguments_sealed, hop_key)
    VALUES ($1::bytea, $2, $3, $4::bytea, $5::bytea)
    ON CONFLICT (hop_key) WHERE hop_key IS NOT NULL DO NOTHING)"};

std::vector<parameter> parameters_of(const notice& what) {
    std::vector<parameter> given;
    given.emplace_back(bytea_parameter(what.sealed_to));
    given.emplace_back(what.language);
    given.emplace_back(what.text);
    given.emplace_back(bytea_parameter(what.sealed_arguments));
    return given;
}

}  // namespace

task<void> outbox::sent(outbox_id id, std::string_view gateway, std::string_view provider_id) {
    std::vector<parameter> given;
    given.push_back(id_parameter(id));
    given.emplace_back(gateway);
    given.push_back(text_parameter(provider_id));
    given.emplace_back(time_parameter(time_.now()));
    co_await pool_.write(outbox_sent, std::move(given));
}

task<void> outbox::failed(outbox_id id, std::optional<std::chrono::seconds> delay, std::string_view reason) {
    std::vector<parameter> given;
    given.push_back(id_parameter(id));
    given.push_back(delay ? parameter{std::to_string(delay->count())} : parameter{});
    given.push_back(text_parameter(first_of(reason, 100)));
    given.emplace_back(time_parameter(time_.now()));
    co_await pool_.write(outbox_failed, std::move(given));
}

task<void> outbox::uncertain(outbox_id id, std::string_view gateway) {
    std::vector<parameter> given;
    given.push_back(id_parameter(id));
    given.emplace_back(gateway);
    given.emplace_back(time_parameter(time_.now()));
    co_await pool_.write(outbox_uncertain, std::move(given));
}

task<bool> outbox::receipt(std::string_view gateway, std::string_view provider_id, std::string_view state, bool final) {
    std::vector<parameter> given;
    given.emplace_back(gateway);
    given.emplace_back(provider_id);
    given.emplace_back(first_of(state, 60));
    given.emplace_back(final ? "true" : "false");
    given.emplace_back(time_parameter(time_.now()));
    const rows got = co_await pool_.write(outbox_receipt, std::move(given));
    co_return !got.empty();
}

task<void> outbox::put(const notice& what) {
    co_await pool_.write(outbox_put, parameters_of(what));
}

task<void> outbox::put_once(const notice& what, const blind_key& hop) {
    auto given = parameters_of(what);
    given.emplace_back(bytea_parameter(hop));
    co_await pool_.write(outbox_put_once, std::move(given));
}

inbox::inbox(pg_pool& pool, sealer& record, blinder& blind) : pool_(pool), record_(record), blind_(blind) {}

namespace {

const registered_statement inbox_store{"inbox_store", R"(
    INSERT INTO inbox (gateway, provider_id, number_blind, number_sealed, recipient, text_sealed)
    VALUES ($1, $2, $3::bytea, $4::bytea, $5, $6::bytea)
    ON CONFLICT (gateway, provider_id) DO NOTHING)"};

const registered_statement inbox_allow_sms{"inbox_allow_sms", R"(
    INSERT INTO number_preference AS n (number_blind, sms_allowed) VALUES ($1::bytea, $2::boolean)
    ON CONFLICT (number_blind) DO UPDATE SET sms_allowed = excluded.sms_allowed, changed_at = now()
      WHERE n.sms_allowed <> excluded.sms_allowed)"};

}  // namespace

task<bool> inbox::store(std::string_view gateway, std::string_view provider_id, std::string_view e164,
                        std::string_view to, std::string_view text) {
    std::vector<parameter> given;
    given.emplace_back(gateway);
    given.emplace_back(provider_id);
    given.emplace_back(bytea_parameter(blind_.blind(msisdn_purpose, e164)));
    given.emplace_back(bytea_parameter(record_.seal(e164, msisdn_context)));
    given.emplace_back(to);
    given.emplace_back(bytea_parameter(record_.seal(text, sms_context)));
    const rows got = co_await pool_.write(inbox_store, std::move(given));
    co_return got.affected() == 1;
}

task<void> inbox::allow_sms(std::string_view e164, bool allowed) {
    std::vector<parameter> given;
    given.emplace_back(bytea_parameter(blind_.blind(msisdn_purpose, e164)));
    given.emplace_back(allowed ? "true" : "false");
    co_await pool_.write(inbox_allow_sms, std::move(given));
}

}  // namespace mlango::registry
