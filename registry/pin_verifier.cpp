#include "registry/pin_verifier.hpp"

#include <sodium.h>

#include <array>
#include <cstring>
#include <stdexcept>

#include "base/bytes.hpp"

namespace mlango::registry {

namespace {

constexpr std::size_t digest_size = 32;
constexpr std::size_t salt_size = crypto_pwhash_argon2id_SALTBYTES;
// scheme 1: scheme (1) ‖ memory in KiB (4, little endian) ‖ passes (1) ‖ salt ‖ sealed digest; scheme 2 has no cost and
// salt
constexpr std::size_t cost_size = 5;
constexpr char slow = 1;
constexpr char issued = 2;

using digest = std::array<unsigned char, digest_size>;

struct wiped_digest : digest {
    wiped_digest() : digest{} {}
    ~wiped_digest() { sodium_memzero(data(), size()); }
    [[nodiscard]] std::string_view view() const { return {reinterpret_cast<const char*>(data()), size()}; }
};

const unsigned char* raw(const void* data) {
    return static_cast<const unsigned char*>(data);
}

// One key serves two steps: each gets a key of its own that follows from it.
key_bytes derived(const key_bytes& key, std::string_view step) {
    key_bytes out;
    crypto_auth_hmacsha256(reinterpret_cast<unsigned char*>(out.data()), raw(step.data()), step.size(),
                           raw(key.data()));
    return out;
}

key_set sealing_keys(const key_set& keys) {
    key_set out;
    for (const auto& [id, key] : keys.keys) out.keys.emplace(id, derived(key, "mlango pin seal"));
    return out;
}

// HMAC-SHA-256 over person ‖ 0 ‖ PIN.
wiped_digest keyed(const key_bytes& key, person_id person, std::string_view pin) {
    const key_bytes step = derived(key, "mlango pin keyed");
    const std::string who = std::to_string(person.value);
    constexpr unsigned char separator = 0;
    crypto_auth_hmacsha256_state hmac;
    crypto_auth_hmacsha256_init(&hmac, raw(step.data()), step.size());
    crypto_auth_hmacsha256_update(&hmac, raw(who.data()), who.size());
    crypto_auth_hmacsha256_update(&hmac, &separator, 1);
    crypto_auth_hmacsha256_update(&hmac, raw(pin.data()), pin.size());
    wiped_digest out;
    crypto_auth_hmacsha256_final(&hmac, out.data());
    sodium_memzero(&hmac, sizeof hmac);
    return out;
}

wiped_digest stretched(const wiped_digest& from, std::string_view salt, pin_cost cost) {
    wiped_digest out;
    if (crypto_pwhash_argon2id(out.data(), out.size(), reinterpret_cast<const char*>(from.data()), from.size(),
                               raw(salt.data()), cost.passes, std::size_t{cost.memory_kib} * 1024,
                               crypto_pwhash_argon2id_ALG_ARGON2ID13) != 0)
        throw std::runtime_error("Argon2id failed: not enough memory, or a cost out of range");
    return out;
}

std::string header(pin_cost cost, std::string_view salt) {
    std::string out(1, slow);
    for (int shift = 0; shift < 32; shift += 8) out += static_cast<char>(cost.memory_kib >> shift & 0xff);
    out += static_cast<char>(cost.passes);
    out += salt;
    return out;
}

pin_cost cost_in(std::string_view head) {
    pin_cost cost{.memory_kib = 0, .passes = static_cast<unsigned char>(head[cost_size])};
    for (unsigned i = 0; i < 4; ++i)
        cost.memory_kib |= static_cast<unsigned>(static_cast<unsigned char>(head[1 + i])) << 8 * i;
    return cost;
}

// The header and the person are sealed with the digest, so a cost or an owner that was tampered with does not open.
std::string context_of(std::string_view head, person_id person) {
    return std::string("pin") + std::to_string(person.value) + '\0' + std::string(head);
}

}  // namespace

pin_verifier::pin_verifier(const key_set& keys, pin_cost cost, random_source& random)
    : keys_(keys), cost_(cost), random_(random) {
    if (keys.keys.empty()) throw std::invalid_argument("a PIN verifier needs a key");
    if (cost.passes < 1 || cost.passes > 255 || cost.memory_kib < 8)
        throw std::invalid_argument("the cost of PIN hashing is out of range");
    if (sodium_init() < 0) throw std::runtime_error("libsodium does not start");
}

std::string pin_verifier::make(person_id person, std::string_view pin) const {
    std::string salt(salt_size, '\0');
    random_.fill(std::as_writable_bytes(std::span(salt)));
    const std::string head = header(cost_, salt);
    const wiped_digest sum = stretched(keyed(keys_.keys.at(keys_.current()), person, pin), salt, cost_);
    const key_set seal_keys = sealing_keys(keys_);
    return head + sealer(seal_keys, random_).seal(sum.view(), context_of(head, person));
}

std::string pin_verifier::make_issued(person_id person, std::string_view pin) const {
    const std::string head(1, issued);
    const wiped_digest sum = keyed(keys_.keys.at(keys_.current()), person, pin);
    const key_set seal_keys = sealing_keys(keys_);
    return head + sealer(seal_keys, random_).seal(sum.view(), context_of(head, person));
}

pin_verifier::checked pin_verifier::check(person_id person, std::string_view pin, std::string_view stored) const {
    const std::size_t head_size = stored.empty() ? 0 : stored[0] == slow ? 1 + cost_size + salt_size : 1;
    const bool known = !stored.empty() && (stored[0] == slow || stored[0] == issued) &&
                       stored.size() == head_size + digest_size + sealer::overhead;
    const std::string head(known ? stored.substr(0, head_size) : std::string_view{});
    const key_set seal_keys = sealing_keys(keys_);
    std::string expected;
    if (known)
        if (auto opened = sealer(seal_keys, random_).open(stored.substr(head_size), context_of(head, person)))
            expected = std::move(*opened);

    const key_id used = expected.empty() ? keys_.current() : static_cast<key_id>(stored[head_size]);
    const wiped_digest first = keyed(keys_.keys.at(used), person, pin);
    checked result;
    if (!expected.empty() && head[0] == slow) {
        const pin_cost cost = cost_in(head);
        result.right = equal_in_constant_time(stretched(first, head.substr(1 + cost_size), cost).view(), expected);
        const bool old = used != keys_.current() || cost.memory_kib != cost_.memory_kib || cost.passes != cost_.passes;
        if (result.right && old) result.upgraded = make(person, pin);
    } else if (!expected.empty() && equal_in_constant_time(first.view(), expected)) {
        result.right = true;
        result.upgraded = make(person, pin);
    } else {
        // Nobody, no PIN, a forged or a wrong issued one: the same work as for a right one.
        stretched(first, std::string(salt_size, '\0'), cost_);
    }
    sodium_memzero(expected.data(), expected.size());
    return result;
}

}  // namespace mlango::registry
