#include "sessions/session_store.hpp"

#include <charconv>
#include <cstring>

#include "sessions/redis_script.hpp"
#include "sessions/stored_form.hpp"

namespace mlango::sessions {
namespace {

// KEYS[1]: session; ARGV: the version that must be there, the new value, seconds to keep.
const redis_script& replace_if_unchanged() {
    static const redis_script script(
        "if redis.call('GETRANGE',KEYS[1],0,7)~=ARGV[1] then return 0 end "
        "redis.call('SET',KEYS[1],ARGV[2],'EX',ARGV[3]) return 1");
    return script;
}

// KEYS[1]: session; ARGV[1]: all of the value that must be there.
const redis_script& remove_if_unchanged() {
    static const redis_script script(
        "if redis.call('GET',KEYS[1])==ARGV[1] then return redis.call('DEL',KEYS[1]) end return 0");
    return script;
}

using version_form = std::array<char, version_bytes>;

version_form to_form(session_version version) {
    version_form form{};
    std::memcpy(form.data(), &version.value, form.size());
    return form;
}

std::string_view view(const version_form& form) {
    return {form.data(), form.size()};
}

std::optional<stored_session> open_stored(sealer& seal, std::string_view stored, std::string_view context) {
    if (stored.size() < version_bytes) return std::nullopt;
    const auto plain = seal.open(stored.substr(version_bytes), context);
    if (!plain) return std::nullopt;
    auto value = decode(*plain);
    if (!value) return std::nullopt;
    stored_session found{std::move(*value), {}};
    std::memcpy(&found.version.value, stored.data(), version_bytes);
    return found;
}

// Seconds in digits, at least one.
class time_to_live {
public:
    explicit time_to_live(std::chrono::seconds keep)
        : end_(std::to_chars(digits_.begin(), digits_.end(), std::max<std::int64_t>(1, keep.count())).ptr) {}
    time_to_live(const time_to_live&) = delete;
    time_to_live& operator=(const time_to_live&) = delete;
    [[nodiscard]] std::string_view view() const { return {digits_.data(), end_}; }

private:
    std::array<char, 20> digits_{};
    const char* end_;
};

}  // namespace

session_store::session_store(redis_client& redis, sealer& seal, random_source& random, std::string prefix)
    : redis_(redis), seal_(seal), random_(random), prefix_(std::move(prefix)) {
    require_prefix(prefix_);
}

task<std::expected<std::optional<stored_session>, store_error>> session_store::load(const blind_key& id) {
    const stored_key key(prefix_, id);
    const auto reply = co_await redis_.command({"GET", key.view()});
    if (!reply) co_return std::unexpected(store_error::unavailable);
    if (std::holds_alternative<redis_nil>(*reply)) co_return std::nullopt;
    co_return co_await opened(id, reply);
}

task<std::expected<session_store::two_sessions, store_error>> session_store::load(const blind_key& first,
                                                                                  const blind_key& second) {
    // Both commands are queued before either is awaited.
    auto one = redis_.command({"GET", stored_key(prefix_, first).view()});
    auto other = redis_.command({"GET", stored_key(prefix_, second).view()});
    const auto reply_to_one = co_await std::move(one);
    const auto reply_to_other = co_await std::move(other);
    auto found = co_await opened(first, reply_to_one);
    auto also = co_await opened(second, reply_to_other);
    if (!found || !also) co_return std::unexpected(store_error::unavailable);
    co_return two_sessions{std::move(*found), std::move(*also)};
}

task<session_store::loaded> session_store::opened(const blind_key& id,
                                                  const std::expected<redis_reply, redis_failure>& reply) {
    if (!reply) co_return std::unexpected(store_error::unavailable);
    if (std::holds_alternative<redis_nil>(*reply)) co_return std::nullopt;
    const auto* stored = std::get_if<std::string>(&*reply);
    if (stored == nullptr) co_return std::unexpected(store_error::unavailable);
    auto found = open_stored(seal_, *stored, as_string_view(id));
    if (!found) {
        // Left in place it would make every save of a new session under this id a conflict until it expires.
        const stored_key key(prefix_, id);
        const auto removed = co_await remove_if_unchanged().run(redis_, key.view(), *stored, {}, {});
        if (!removed || !std::holds_alternative<std::int64_t>(*removed)) {
            co_return std::unexpected(store_error::unavailable);
        }
    }
    co_return found;
}

std::string session_store::stored_form_of(const blind_key& id, const session& value) {
    session_version version;
    random_.fill(std::as_writable_bytes(std::span(&version.value, 1)));
    const auto sealed = seal_.seal(encode(value), as_string_view(id));
    std::string stored;
    stored.reserve(version_bytes + sealed.size());
    return stored.append(view(to_form(version))).append(sealed);
}

task<std::expected<void, store_error>> session_store::put(const blind_key& id, const session& value,
                                                          std::chrono::seconds keep) {
    const stored_key key(prefix_, id);
    const std::string stored = stored_form_of(id, value);
    const time_to_live seconds(keep);
    const auto reply = co_await redis_.command({"SET", key.view(), stored, "EX", seconds.view()});
    if (!reply || !std::holds_alternative<std::string>(*reply)) co_return std::unexpected(store_error::unavailable);
    co_return std::expected<void, store_error>{};
}

task<void> session_store::remove(const blind_key& id) {
    const stored_key key(prefix_, id);
    (void)co_await redis_.command({"DEL", key.view()});
}

task<std::expected<save_outcome, store_error>> session_store::save(const blind_key& id, const session& value,
                                                                   std::optional<session_version> expected,
                                                                   std::chrono::seconds keep) {
    const stored_key key(prefix_, id);
    const std::string stored = stored_form_of(id, value);
    const time_to_live lasting(keep);
    const std::string_view seconds = lasting.view();

    if (!expected) {
        const auto reply = co_await redis_.command({"SET", key.view(), stored, "NX", "EX", seconds});
        if (!reply) co_return std::unexpected(store_error::unavailable);
        if (std::holds_alternative<redis_nil>(*reply)) co_return save_outcome::conflict;
        if (std::holds_alternative<std::string>(*reply)) co_return save_outcome::saved;
        co_return std::unexpected(store_error::unavailable);
    }
    const auto before = to_form(*expected);
    const auto reply = co_await replace_if_unchanged().run(redis_, key.view(), view(before), stored, seconds);
    if (!reply) co_return std::unexpected(store_error::unavailable);
    const auto* replaced = std::get_if<std::int64_t>(&*reply);
    if (replaced == nullptr) co_return std::unexpected(store_error::unavailable);
    co_return *replaced == 1 ? save_outcome::saved : save_outcome::conflict;
}

}  // namespace mlango::sessions
