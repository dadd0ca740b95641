#include "registry/pin_breaker.hpp"

#include <algorithm>
#include <utility>

#include "registry/parameters.hpp"

namespace mlango::registry {

namespace {

using namespace std::chrono_literals;

constexpr std::int64_t fewest_tries = 50;
constexpr std::int64_t fewest_of_a_heap = 30;
constexpr std::int64_t known_from = 200;  // tries a week from which its share counts
constexpr std::chrono::seconds asked_every = 1s;
constexpr std::int64_t asked_after = 20;  // checks within that second
constexpr std::chrono::minutes open_for = 15min;

}  // namespace

bool too_many_failures(const gateway_reading& seen) {
    if (seen.fullest_heap >= fewest_of_a_heap && seen.fullest_heap * 4 > seen.failures) return true;
    if (seen.tries < fewest_tries) return false;
    // Where little is known one in seven is usual. Below three in ten it may be chance, above eight it never is.
    const double usual = seen.usual_tries < known_from
                             ? 0.15
                             : static_cast<double>(seen.usual_failures) / static_cast<double>(seen.usual_tries);
    const double most = std::clamp(3 * usual, 0.3, 0.8);
    return static_cast<double>(seen.failures) > most * static_cast<double>(seen.tries);
}

pin_breaker::pin_breaker(pg_pool& pool, blinder& blind, const clock& time) : pool_(pool), blind_(blind), time_(time) {}

void pin_breaker::count(std::string_view gateway, std::string_view pin, bool right) {
    auto& seen = gateways_[std::string(gateway)];
    ++seen.tries;
    if (right) return;
    ++seen.failures;
    const blind_key hashed = blind_.blind("pin heap", pin);
    ++seen.heap[static_cast<std::uint8_t>(std::to_integer<unsigned>(hashed[0]) % heaps)];
}

task<pin_breaker::state> pin_breaker::look(std::string_view gateway) {
    std::string name(gateway);
    const auto now = time_.now();
    const auto& seen = gateways_[name];
    if (seen.tries >= asked_after || now >= seen.asked + asked_every || now < seen.asked)
        if (co_await add(name)) co_return state::opened;
    co_return now >= gateways_[name].open_until ? state::closed : state::open;
}

namespace {

// What was counted since the last time, and what everybody counted. Rows older than is needed go at the same time.
const registered_statement breaker_add{"breaker_add", R"(
    WITH given AS (
      SELECT now, date_bin('10 minutes', now, timestamptz 'epoch') AS slot
        FROM (SELECT timestamptz 'epoch' + $4::bigint * interval '1 microsecond' AS now) n),
    added AS (
      INSERT INTO gateway_pins AS g (gateway, slot, tries, failures)
      SELECT $1, given.slot, $2::integer, $3::integer FROM given WHERE $2::integer > 0
      ON CONFLICT (gateway, slot) DO UPDATE
        SET tries = g.tries + excluded.tries, failures = g.failures + excluded.failures
      RETURNING slot, tries, failures),
    heaped AS (
      INSERT INTO gateway_pin_heap AS h (gateway, slot, heap, failures)
      SELECT $1, given.slot, f.heap, f.failures
        FROM given, unnest($5::smallint[], $6::integer[]) AS f (heap, failures) ORDER BY f.heap
      ON CONFLICT (gateway, slot, heap) DO UPDATE SET failures = h.failures + excluded.failures
      RETURNING slot, heap, failures),
    gone AS (
      DELETE FROM gateway_pins USING given WHERE gateway = $1 AND gateway_pins.slot < given.slot - interval '8 days'),
    gone_too AS (
      DELETE FROM gateway_pin_heap h USING given WHERE h.gateway = $1 AND h.slot < given.slot - interval '20 minutes'),
    -- This statement reads what was there before it, so what it added stands beside that.
    slots AS (
      SELECT slot, tries, failures FROM added
      UNION ALL
      SELECT g.slot, g.tries, g.failures FROM gateway_pins g, given
       WHERE g.gateway = $1 AND g.slot >= given.slot - interval '7 days' AND g.slot <= given.slot
         AND g.slot NOT IN (SELECT slot FROM added)),
    heaps AS (
      SELECT heap, failures FROM heaped
      UNION ALL
      SELECT h.heap, h.failures FROM gateway_pin_heap h, given
       WHERE h.gateway = $1 AND h.slot >= given.slot - interval '10 minutes' AND h.slot <= given.slot
         AND (h.slot, h.heap) NOT IN (SELECT slot, heap FROM heaped)),
    fullest AS (SELECT coalesce(max(of_heap), 0) AS failures
                  FROM (SELECT sum(failures) AS of_heap FROM heaps GROUP BY heap) each)
    SELECT coalesce(sum(tries) FILTER (WHERE s.slot >= given.slot - interval '10 minutes'), 0),
           coalesce(sum(s.failures) FILTER (WHERE s.slot >= given.slot - interval '10 minutes'), 0),
           coalesce(sum(tries) FILTER (WHERE s.slot < given.slot - interval '10 minutes'), 0),
           coalesce(sum(s.failures) FILTER (WHERE s.slot < given.slot - interval '10 minutes'), 0),
           (SELECT failures FROM fullest),
           (SELECT (extract(epoch FROM open_until) * 1000000)::bigint FROM gateway_breaker WHERE gateway = $1)
      FROM given LEFT JOIN slots s ON true GROUP BY given.slot)"};

// Whoever opens it tells; the others read it. What led to it is forgotten with it, so that it does not open again by
// itself.
const registered_statement breaker_open{"breaker_open", R"(
    WITH given AS (SELECT timestamptz 'epoch' + $2::bigint * interval '1 microsecond' AS now),
    opened AS (
      INSERT INTO gateway_breaker AS b (gateway, open_until)
      SELECT $1, given.now + $3::bigint * interval '1 second' FROM given
      ON CONFLICT (gateway) DO UPDATE SET open_until = excluded.open_until
        WHERE b.open_until <= excluded.open_until - $3::bigint * interval '1 second'
      RETURNING gateway),
    forgotten AS (
      DELETE FROM gateway_pins g USING given
       WHERE g.gateway IN (SELECT gateway FROM opened) AND g.slot > given.now - interval '20 minutes'),
    forgotten_too AS (DELETE FROM gateway_pin_heap h WHERE h.gateway IN (SELECT gateway FROM opened))
    INSERT INTO audit (kind, actor) SELECT 'gateway.pins_stopped', 'server' FROM opened RETURNING id)"};

std::string array_of(const std::map<std::uint8_t, std::int64_t>& heap, bool keys) {
    std::string out = "{";
    for (const auto& [key, failures] : heap) {
        if (out.size() > 1) out += ',';
        out += std::to_string(keys ? key : failures);
    }
    return out + "}";
}

}  // namespace

// True: it opened.
task<bool> pin_breaker::add(std::string gateway) {
    watched added;
    {
        auto& seen = gateways_[gateway];
        seen.asked = time_.now();
        added = std::exchange(seen, {});
        seen.asked = added.asked;
        seen.open_until = added.open_until;
    }
    std::vector<parameter> given;
    given.emplace_back(gateway);
    given.emplace_back(std::to_string(added.tries));
    given.emplace_back(std::to_string(added.failures));
    given.emplace_back(time_parameter(added.asked));
    given.emplace_back(array_of(added.heap, true));
    given.emplace_back(array_of(added.heap, false));
    const rows got = co_await pool_.write(breaker_add, std::move(given));
    if (!got.is_null(0, 5)) gateways_[gateway].open_until = wall_time(std::chrono::microseconds(got.number(0, 5)));
    if (added.asked < gateways_[gateway].open_until) co_return false;
    if (!too_many_failures({.tries = got.number(0, 0),
                            .failures = got.number(0, 1),
                            .usual_tries = got.number(0, 2),
                            .usual_failures = got.number(0, 3),
                            .fullest_heap = got.number(0, 4)}))
        co_return false;
    std::vector<parameter> opening;
    opening.emplace_back(gateway);
    opening.emplace_back(time_parameter(added.asked));
    opening.emplace_back(std::to_string(std::chrono::seconds(open_for).count()));
    const rows opened = co_await pool_.write(breaker_open, std::move(opening));
    gateways_[gateway].open_until = added.asked + open_for;
    co_return !opened.empty();
}

}  // namespace mlango::registry
