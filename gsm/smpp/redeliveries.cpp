#include "gsm/smpp/redeliveries.hpp"

#include "base/bytes.hpp"

namespace mlango::gsm::smpp {

using namespace std::chrono_literals;

namespace {

constexpr auto memory_time = 10min;
// A repetition that crosses our response on the wire; nobody reads a reply and answers it by SMS in that time.
constexpr auto crossing = 3s;
constexpr std::size_t most_remembered = 100'000;

std::uint64_t mixed(std::uint64_t state, std::uint64_t value) {
    state ^= value;
    state *= 0xFF51AFD7ED558CCD;
    state ^= state >> 33;
    state *= 0xC4CEB9FE1A85EC53;
    return state ^ (state >> 29);
}

std::uint64_t mixed(std::uint64_t state, std::string_view text) {
    state = mixed(state, text.size());
    for (; text.size() >= 8; text.remove_prefix(8)) {
        std::uint64_t eight;
        __builtin_memcpy(&eight, text.data(), 8);
        state = mixed(state, eight);
    }
    std::uint64_t rest = 0;
    __builtin_memcpy(&rest, text.data(), text.size());
    return mixed(state, rest);
}

}  // namespace

redeliveries::redeliveries(random_source& random) : random_(random) {
    random_.fill(std::as_writable_bytes(std::span(seed_)));
}

std::array<std::uint64_t, 2> redeliveries::digest_of(const heard_message& what) const {
    std::array<std::uint64_t, 2> out = seed_;
    for (auto& half : out) {
        half = mixed(mixed(mixed(half, what.from), what.to), what.octets);
        half = mixed(half, std::uint64_t{what.reference} << 16 | what.data_coding << 8 | what.esm_class);
    }
    return out;
}

std::string redeliveries::new_id() {
    std::array<std::byte, 16> drawn;
    random_.fill(drawn);
    return to_hex(drawn);
}

bool redeliveries::is_repetition(const memory& earlier, time_point now) const {
    if (now - earlier.seen > memory_time) return false;
    if (!earlier.is_answered || now - earlier.answered < crossing) return true;
    const auto session = sessions_.find(earlier.by);
    if (session == sessions_.end()) return false;
    const presence& there = session->second;
    return there.is_over && there.heard < earlier.answered + crossing;
}

redeliveries::sighting redeliveries::saw(const heard_message& what, session by, time_point now) {
    forget_old(now);
    const auto key = digest_of(what);
    auto [at, is_new] = by_content_.try_emplace(key);
    memory& one = at->second;
    if (!is_new && is_repetition(one, now)) {
        // From now on the answer to the repetition is what counts.
        one.by = by;
        one.is_answered = false;
        return {.id = one.id, .repeated = true};
    }
    if (!is_new) by_id_.erase(one.id);
    one = memory{.id = new_id(), .by = by, .is_answered = false, .seen = now, .answered = {}};
    by_id_[one.id] = key;
    order_.emplace_back(now, key);
    return {.id = one.id, .first = is_new};
}

void redeliveries::answered(const std::string& id, session by, time_point now) {
    const auto key = by_id_.find(id);
    if (key == by_id_.end()) return;
    memory& one = by_content_.at(key->second);
    if (one.by != by) return;
    one.is_answered = true;
    one.answered = now;
}

void redeliveries::ended(session by, time_point now) {
    presence& there = sessions_[by];
    there.is_over = true;
    there.ended = now;
}

void redeliveries::forget_old(time_point now) {
    while (!order_.empty() && (now - order_.front().first > memory_time || order_.size() > most_remembered)) {
        const auto [seen, key] = order_.front();
        order_.pop_front();
        const auto at = by_content_.find(key);
        // Said again since: a later entry of `order_` stands for it.
        if (at == by_content_.end() || at->second.seen != seen) continue;
        by_id_.erase(at->second.id);
        by_content_.erase(at);
    }
    if (order_.empty() || sessions_.size() > 1'000)
        std::erase_if(sessions_,
                      [&](const auto& one) { return one.second.is_over && now - one.second.ended > memory_time; });
}

}  // namespace mlango::gsm::smpp
