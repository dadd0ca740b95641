#include <algorithm>
#include <charconv>
#include <cmath>

#include "sessions/redis_script.hpp"
#include "sessions/session_store.hpp"
#include "sessions/stored_form.hpp"

namespace mlango::sessions {
namespace {

// A token bucket kept as one number: the time at which it will be full again (the generic cell rate algorithm). A full
// bucket needs no key, so the key lives exactly until then. All times in µs.
// KEYS[1]: bucket; ARGV: now, time for one token, time for a whole bucket.
// A stored time further away than an empty bucket's comes from a clock that was ahead; it counts as empty.
const redis_script& take_token() {
    static const redis_script script(
        "local now,one,all=tonumber(ARGV[1]),tonumber(ARGV[2]),tonumber(ARGV[3]) "
        "local full=math.min(math.max(tonumber(redis.call('GET',KEYS[1]) or now) or now,now),now+all) "
        "full=full+one "
        "if full-now>all then return 0 end "
        "redis.call('SET',KEYS[1],string.format('%.0f',full),'PX',string.format('%.0f',math.ceil((full-now)/1000))) "
        "return 1");
    return script;
}

// Beyond a year nothing is a rate, and the sum of times must stay exact in Lua's doubles.
constexpr double longest_time = 365.0 * 24 * 3600 * 1e6;

class decimal {
public:
    explicit decimal(std::int64_t value)
        : length_(std::to_chars(digits_.begin(), digits_.end(), value).ptr - digits_.data()) {}
    [[nodiscard]] std::string_view view() const { return {digits_.data(), static_cast<std::size_t>(length_)}; }

private:
    std::array<char, 20> digits_{};
    std::ptrdiff_t length_;
};

}  // namespace

rate_limits::rate_limits(redis_client& redis, const clock& time, std::string prefix)
    : redis_(redis), time_(time), prefix_(std::move(prefix)) {
    require_prefix(prefix_);
}

task<std::expected<bool, store_error>> rate_limits::take(const blind_key& bucket, bucket_rate rate) {
    if (!(rate.per_second > 0) || !(rate.burst >= 1)) co_return false;
    const double for_one = std::clamp(std::round(1e6 / rate.per_second), 1.0, longest_time);
    const double for_all = std::clamp(std::floor(for_one * rate.burst), for_one, longest_time);
    const decimal now(time_.now().time_since_epoch().count());
    const decimal one(static_cast<std::int64_t>(for_one));
    const decimal all(static_cast<std::int64_t>(for_all));
    const stored_key key(prefix_, bucket);
    const auto reply = co_await take_token().run(redis_, key.view(), now.view(), one.view(), all.view());
    if (!reply) co_return std::unexpected(store_error::unavailable);
    const auto* taken = std::get_if<std::int64_t>(&*reply);
    if (taken == nullptr) co_return std::unexpected(store_error::unavailable);
    co_return *taken == 1;
}

}  // namespace mlango::sessions
