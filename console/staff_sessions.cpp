#include "console/staff_sessions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <span>

#include "base/bytes.hpp"

namespace mlango::console {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t token_size = 32;
constexpr std::size_t longest_agent = 160;
// A sign-in that is not finished is begun anew.
constexpr std::chrono::seconds longest_sign_in = 10min;

constexpr std::array<std::string_view, 4> stage_names{"code", "enrol", "password", "done"};

// The list may name sessions that are over: they leave it here. Values hold neither space nor line end.
constexpr std::string_view list_script = R"(
local out = {}
for _, id in ipairs(redis.call('SMEMBERS', KEYS[1])) do
  local value = redis.call('GET', ARGV[1] .. id)
  if value then out[#out + 1] = id .. ' ' .. redis.call('TTL', ARGV[1] .. id) .. ' ' .. value
  else redis.call('SREM', KEYS[1], id) end
end
return table.concat(out, '\n'))";

constexpr std::string_view end_script = R"(
local ended = 0
for _, id in ipairs(redis.call('SMEMBERS', KEYS[1])) do
  if id ~= ARGV[2] then
    ended = ended + redis.call('DEL', ARGV[1] .. id)
    redis.call('SREM', KEYS[1], id)
  end
end
return ended)";

constexpr std::string_view end_one_script = R"(
if redis.call('SREM', KEYS[1], ARGV[2]) == 0 then return 0 end
return redis.call('DEL', ARGV[1] .. ARGV[2]))";

// The next part of "a b c", and the number in it.
std::string_view next_word(std::string_view& text) {
    const std::size_t end = text.find(' ');
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    return word;
}
template <class Number>
bool is_number(std::string_view text, Number& out) {
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), out);
    return fault == std::errc{} && end == text.data() + text.size();
}

std::string context_of(std::string_view key) {
    return "staff session " + std::string(key);
}

}  // namespace

std::string_view name_of(sign_in_stage stage) {
    return stage_names[static_cast<std::size_t>(stage)];
}

std::string staff_sessions::key_of(std::string_view token) const {
    return to_base64url(house_.blind.blind("staff session", token));
}

std::string staff_sessions::list_of(registry::staff_id who) const {
    return house_.options.redis_prefix +
           "of:" + to_base64url(house_.blind.blind("staff sessions of", std::to_string(who.value)));
}

std::chrono::seconds staff_sessions::longest(sign_in_stage stage) const {
    return stage == sign_in_stage::done ? house_.options.longest_session : longest_sign_in;
}

task<sessions::redis_reply> staff_sessions::asked(std::initializer_list<std::string_view> words) {
    auto reply = co_await house_.redis.command(words);
    if (!reply || std::holds_alternative<sessions::redis_refusal>(*reply)) throw sessions_away();
    co_return std::move(*reply);
}

task<std::string> staff_sessions::begin(registry::staff_id who, sign_in_stage stage, std::string_view agent) {
    std::array<std::byte, token_size> raw{};
    house_.random.fill(raw);
    std::string token = to_base64url(raw);
    const std::string key = key_of(token), list = list_of(who);
    const std::string plain = fmt::format("{} {} {} {}", who.value, static_cast<int>(stage),
                                          house_.time.now().time_since_epoch().count(), agent.substr(0, longest_agent));
    const std::string sealed = to_base64url(as_byte_view(house_.session.seal(plain, context_of(key))));
    const std::string idle = std::to_string(std::min(house_.options.idle_time, longest(stage)).count());
    const std::string kept = std::to_string(house_.options.longest_session.count());
    co_await asked({"SADD", list, key});
    co_await asked({"EXPIRE", list, kept});
    co_await asked({"SET", house_.options.redis_prefix + key, sealed, "EX", idle});
    co_return token;
}

std::optional<staff_session> staff_sessions::opened(std::string_view sealed, std::string_view key) const {
    const auto raw = from_base64url(sealed);
    if (!raw) return std::nullopt;
    const auto plain = house_.session.open(as_string_view(*raw), context_of(key));
    if (!plain) return std::nullopt;
    std::string_view text = *plain;
    staff_session out;
    int stage = 0;
    std::int64_t begun = 0;
    if (!is_number(next_word(text), out.who.value) || !is_number(next_word(text), stage) ||
        !is_number(next_word(text), begun) || stage < 0 || stage > static_cast<int>(sign_in_stage::done))
        return std::nullopt;
    out.stage = static_cast<sign_in_stage>(stage);
    out.begun = wall_time(std::chrono::microseconds(begun));
    out.agent = text;
    out.key = key;
    if (house_.time.now() - out.begun >= longest(out.stage)) return std::nullopt;
    return out;
}

task<std::optional<staff_session>> staff_sessions::find(std::string_view token, use by) {
    constexpr std::size_t token_text_size = 43;
    if (token.size() != token_text_size) co_return std::nullopt;
    const std::string key = key_of(token);
    const std::string name = house_.options.redis_prefix + key;
    const std::string idle = std::to_string(house_.options.idle_time.count());
    const auto reply = by == use::by_her ? co_await asked({"GETEX", name, "EX", idle}) : co_await asked({"GET", name});
    const auto* sealed = std::get_if<std::string>(&reply);
    if (sealed == nullptr) co_return std::nullopt;
    auto found = opened(*sealed, key);
    if (!found) co_await asked({"DEL", name});
    co_return found;
}

task<void> staff_sessions::end(const staff_session& session) {
    co_await end_one(session.who, session.key);
}

task<std::vector<staff_sessions::listed>> staff_sessions::of(registry::staff_id who) {
    const auto reply = co_await asked({"EVAL", list_script, "1", list_of(who), house_.options.redis_prefix});
    std::vector<listed> out;
    const auto* text = std::get_if<std::string>(&reply);
    if (text == nullptr) co_return out;
    std::string_view rest = *text;
    while (!rest.empty()) {
        const std::size_t end = rest.find('\n');
        std::string_view line = rest.substr(0, end);
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
        const std::string_view key = next_word(line);
        std::int64_t left = 0;
        if (!is_number(next_word(line), left)) continue;
        auto session = opened(line, key);
        if (!session || session->who != who) continue;
        const auto idle = house_.options.idle_time - std::chrono::seconds(left);
        out.push_back({std::move(*session), std::max(idle, 0s)});
    }
    co_return out;
}

task<bool> staff_sessions::end_one(registry::staff_id who, std::string_view key) {
    const auto reply = co_await asked({"EVAL", end_one_script, "1", list_of(who), house_.options.redis_prefix, key});
    const auto* ended = std::get_if<std::int64_t>(&reply);
    co_return ended != nullptr && *ended > 0;
}

task<std::int64_t> staff_sessions::end_all(registry::staff_id who, std::string_view except) {
    const auto reply = co_await asked({"EVAL", end_script, "1", list_of(who), house_.options.redis_prefix, except});
    const auto* ended = std::get_if<std::int64_t>(&reply);
    co_return ended != nullptr ? *ended : 0;
}

}  // namespace mlango::console
