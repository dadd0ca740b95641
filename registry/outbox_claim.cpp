// What is due, and what the numbers that it goes to want.
#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <unordered_map>

#include "registry/array_parameter.hpp"
#include "registry/outbox.hpp"
#include "registry/parameters.hpp"

namespace mlango::registry {

namespace {

// The new due_at is the claim: whoever holds it knows it, and no other claim of the row has the same.
const registered_statement outbox_claim{"outbox_claim", R"(
    WITH given AS (SELECT timestamptz 'epoch' + $1::bigint * interval '1 microsecond' AS now,
                          timestamptz 'epoch' + ($1::bigint + $2::bigint) * interval '1 microsecond' AS until),
    replies AS (
      SELECT id FROM outbox, given WHERE state = 'pending' AND priority = 0 AND due_at <= given.now
       ORDER BY due_at, id LIMIT $3::integer FOR UPDATE OF outbox SKIP LOCKED),
    notices AS (
      SELECT id FROM outbox, given WHERE state = 'pending' AND priority = 1 AND due_at <= given.now
       ORDER BY due_at, id LIMIT $4::integer FOR UPDATE OF outbox SKIP LOCKED),
    bulk AS (
      SELECT id FROM outbox, given WHERE state = 'pending' AND priority = 2 AND due_at <= given.now
       ORDER BY due_at, id LIMIT $5::integer FOR UPDATE OF outbox SKIP LOCKED),
    due AS (SELECT id FROM replies UNION ALL SELECT id FROM notices UNION ALL SELECT id FROM bulk),
    taken AS (
      UPDATE outbox o SET due_at = given.until,
             state = CASE WHEN o.expires_at <= given.now THEN 'expired' ELSE 'pending' END,
             settled_at = CASE WHEN o.expires_at <= given.now THEN given.now END
        FROM given, due WHERE o.id = due.id
      RETURNING o.*)
    SELECT id, number_sealed, language, text_key, arguments_sealed, attempts, asked, broadcast, priority,
           (extract(epoch FROM expires_at) * 1000000)::bigint, gateway
      FROM taken WHERE state = 'pending' ORDER BY priority, id)"};

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

// What warns her of something done with her PIN or in her name, and what answers an SMS or a screen that she just left,
// waits for no morning.
bool goes_at_night(const outgoing_notice& message) {
    static constexpr std::string_view beginnings[] = {"sms.pin", "sms.guardian", "sms.collector", "sms.ready",
                                                      "sms.how", "sms.stopped",  "sms.started"};
    return message.priority == message_priority::reply ||
           std::ranges::any_of(beginnings, [&](std::string_view each) { return message.text.starts_with(each); });
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

wall_time at_microsecond(std::int64_t since_1970) {
    return wall_time(std::chrono::microseconds(since_1970));
}

}  // namespace

task<std::vector<outgoing_notice>> outbox::claim(claim_limits limits, std::chrono::seconds lease, int* taken) {
    const wall_time now = time_.now();
    const std::int64_t until = (now + lease).time_since_epoch().count();
    std::vector<parameter> given;
    given.emplace_back(time_parameter(now));
    given.emplace_back(std::to_string(std::chrono::microseconds(lease).count()));
    given.emplace_back(std::to_string(limits.replies));
    given.emplace_back(std::to_string(limits.notices));
    given.emplace_back(std::to_string(limits.bulk));
    const rows got = co_await pool_.write(outbox_claim, std::move(given));
    if (taken != nullptr) *taken = got.size();

    std::vector<outgoing_notice> claimed;
    std::vector<bool> asked;  // of `claimed`
    std::vector<aside> asides;
    for (int row = 0; row < got.size(); ++row) {
        const outbox_id id{got.number(row, 0)};
        auto number = record_.open(got.bytea(row, 1), msisdn_context);
        const auto json = record_.open(got.bytea(row, 4), notice_context);
        auto arguments = json ? arguments_in(*json) : std::nullopt;
        if (!number || !arguments) {
            asides.push_back({.id = id, .claim = until, .state = "failed", .reason = "unreadable"});
            continue;
        }
        auto& message = claimed.emplace_back();
        message.id = id;
        message.number = blind_.blind(msisdn_purpose, *number);
        message.e164 = std::move(*number);
        message.language = got.text(row, 2);
        message.text = got.text(row, 3);
        message.arguments = std::move(*arguments);
        if (!got.is_null(row, 7)) message.broadcast = got.number(row, 7);
        message.attempts = static_cast<int>(got.number(row, 5));
        message.priority = static_cast<message_priority>(got.number(row, 8));
        if (!got.is_null(row, 9)) message.expires_at = at_microsecond(got.number(row, 9));
        message.last_gateway = got.text(row, 10);
        message.claim = until;
        asked.push_back(got.truth(row, 6));
    }
    if (claimed.empty()) {
        co_await set_aside(asides);
        co_return claimed;
    }
    co_return co_await wished(std::move(claimed), std::move(asked), std::move(asides));
}

task<std::vector<outgoing_notice>> outbox::wished(std::vector<outgoing_notice> claimed, std::vector<bool> asked,
                                                  std::vector<aside> asides) {
    array_parameter numbers;
    for (const outgoing_notice& each : claimed) numbers.add(bytea_parameter(each.number));
    std::vector<parameter> given{numbers.take()};
    given.emplace_back(time_parameter(time_.now()));
    const rows wishes = co_await pool_.read(outbox_wishes, std::move(given));
    std::unordered_map<std::string_view, int> row_of;
    for (int row = 0; row < wishes.size(); ++row) row_of.emplace(wishes.text(row, 0), row);

    std::vector<outgoing_notice> going;
    for (std::size_t i = 0; i < claimed.size(); ++i) {
        outgoing_notice& message = claimed[i];
        aside kept{.id = message.id, .claim = message.claim, .state = "suppressed", .reason = {}};
        if (!row_of.empty() && message.text != stop_confirmed) {
            const auto found = row_of.find(bytea_parameter(message.number));
            const int row = found == row_of.end() ? -1 : found->second;
            if (row >= 0 && !wishes.truth(row, 1)) {
                kept.reason = "stop";
            } else if (row >= 0 && wishes.truth(row, 2) && !asked[i]) {
                kept.reason = "not asked for";
            } else if (row >= 0 && !wishes.is_null(row, 3) && !goes_at_night(message)) {
                kept.state = "pending";
                kept.reason = "hours";
                kept.due_at = at_microsecond(wishes.number(row, 3));
            }
        }
        if (kept.reason.empty())
            going.push_back(std::move(message));
        else
            asides.push_back(kept);
    }
    co_await set_aside(asides);
    co_return going;
}

}  // namespace mlango::registry
