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
// schemes 1 and 3: scheme (1) ‖ memory in KiB (4, little endian) ‖ passes (1) ‖ salt ‖ sealed; scheme 2: scheme ‖
// sealed. Sealed are a digest (1, 2), or (3) the id of the key of the keyed step (1) ‖ whether the second is real (1) ‖
// two digests.
constexpr std::size_t cost_size = 5;
constexpr std::size_t slow_head = 1 + cost_size + salt_size;
constexpr std::size_t pair_size = 2 + 2 * digest_size;
constexpr char slow = 1;
constexpr char issued = 2;
constexpr char paired = 3;

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
    std::string out(1, paired);
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

// A stored form, read; `scheme` is 0 where there is none or it does not open.
struct pin_verifier::opened {
    char scheme = 0;
    std::string head;
    key_id sealed_by = 0;
    key_id keyed_by = 0;
    bool has_duress = false;
    wiped_digest own, duress;
    [[nodiscard]] pin_cost cost() const { return cost_in(head); }
    [[nodiscard]] std::string salt() const { return head.substr(1 + cost_size); }
};

pin_verifier::opened pin_verifier::open(person_id person, std::string_view stored) const {
    opened out;
    if (stored.empty()) return out;
    const char scheme = stored[0];
    if (scheme != slow && scheme != issued && scheme != paired) return out;
    const std::size_t head_size = scheme == issued ? 1 : slow_head;
    const std::size_t held = scheme == paired ? pair_size : digest_size;
    if (stored.size() != head_size + held + sealer::overhead) return out;
    const std::string head(stored.substr(0, head_size));
    const key_set seal_keys = sealing_keys(keys_);
    auto plain = sealer(seal_keys, random_).open(stored.substr(head_size), context_of(head, person));
    if (!plain) return out;
    out.sealed_by = static_cast<key_id>(stored[head_size]);
    out.keyed_by = scheme == paired ? static_cast<key_id>((*plain)[0]) : out.sealed_by;
    if (keys_.keys.contains(out.keyed_by)) {
        out.scheme = scheme;
        out.head = head;
        const std::size_t first = scheme == paired ? 2 : 0;
        std::memcpy(out.own.data(), plain->data() + first, digest_size);
        if (scheme == paired) {
            out.has_duress = (*plain)[1] != 0;
            std::memcpy(out.duress.data(), plain->data() + first + digest_size, digest_size);
        }
    }
    sodium_memzero(plain->data(), plain->size());
    return out;
}

std::string pin_verifier::seal(person_id person, const opened& what) const {
    std::string plain;
    plain.reserve(pair_size);
    plain += static_cast<char>(what.keyed_by);
    plain += static_cast<char>(what.has_duress ? 1 : 0);
    plain += what.own.view();
    plain += what.duress.view();
    const key_set seal_keys = sealing_keys(keys_);
    std::string out = what.head + sealer(seal_keys, random_).seal(plain, context_of(what.head, person));
    sodium_memzero(plain.data(), plain.size());
    return out;
}

std::optional<std::string> pin_verifier::make(person_id person, std::string_view pin, std::string_view before) const {
    opened made = open(person, before);
    // Salt, cost and key stay while a duress PIN hangs on them: it can not be hashed anew without her typing it.
    if (made.scheme != paired || !made.has_duress) {
        std::string salt(salt_size, '\0');
        random_.fill(std::as_writable_bytes(std::span(salt)));
        made.head = header(cost_, salt);
        made.keyed_by = keys_.current();
        made.has_duress = false;
        random_.fill(std::as_writable_bytes(std::span(made.duress)));
    }
    made.own = stretched(keyed(keys_.keys.at(made.keyed_by), person, pin), made.salt(), made.cost());
    if (made.has_duress && equal_in_constant_time(made.own.view(), made.duress.view())) return std::nullopt;
    return seal(person, made);
}

std::string pin_verifier::make_issued(person_id person, std::string_view pin) const {
    const std::string head(1, issued);
    const wiped_digest sum = keyed(keys_.keys.at(keys_.current()), person, pin);
    const key_set seal_keys = sealing_keys(keys_);
    return head + sealer(seal_keys, random_).seal(sum.view(), context_of(head, person));
}

std::optional<std::string> pin_verifier::make_duress(person_id person, std::string_view pin,
                                                     std::string_view before) const {
    opened made = open(person, before);
    if (made.scheme != paired) return std::nullopt;
    made.duress = stretched(keyed(keys_.keys.at(made.keyed_by), person, pin), made.salt(), made.cost());
    made.has_duress = true;
    if (equal_in_constant_time(made.own.view(), made.duress.view())) return std::nullopt;
    return seal(person, made);
}

pin_verifier::checked pin_verifier::check(person_id person, std::string_view pin, std::string_view stored) const {
    opened known = open(person, stored);
    const wiped_digest first = keyed(keys_.keys.at(known.scheme != 0 ? known.keyed_by : keys_.current()), person, pin);
    checked result;
    if (known.scheme == slow || known.scheme == paired) {
        const wiped_digest sum = stretched(first, known.salt(), known.cost());
        const bool own = equal_in_constant_time(sum.view(), known.own.view());
        const bool duress = equal_in_constant_time(sum.view(), known.duress.view()) && known.has_duress;
        result.right = own || duress;
        result.duress = duress;
        const pin_cost cost = known.cost();
        const bool old = known.scheme == slow || known.keyed_by != keys_.current() ||
                         cost.memory_kib != cost_.memory_kib || cost.passes != cost_.passes;
        if (own && old && !known.has_duress)
            result.upgraded = make(person, pin).value_or("");
        else if (result.right && known.sealed_by != keys_.current())
            result.upgraded = seal(person, known);
    } else if (known.scheme == issued && equal_in_constant_time(first.view(), known.own.view())) {
        result.right = true;
        result.upgraded = make(person, pin).value_or("");
    } else {
        // Nobody, no PIN, a forged or a wrong issued one: the same work as for a right one.
        stretched(first, std::string(salt_size, '\0'), cost_);
    }
    return result;
}

}  // namespace mlango::registry
