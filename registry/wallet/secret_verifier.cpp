#include "registry/wallet/secret_verifier.hpp"

#include <sodium.h>

#include <array>
#include <cstring>
#include <span>
#include <stdexcept>

#include "base/bytes.hpp"

namespace mlango::registry {

namespace {

constexpr std::size_t digest_size = 32;
constexpr std::size_t salt_size = crypto_pwhash_argon2id_SALTBYTES;
// Memory in KiB (4, little endian) ‖ passes (1) ‖ salt, in clear and authenticated; then the sealed digest, which says
// in its first byte which key made the keyed step.
constexpr std::size_t head_size = 4 + 1 + salt_size;
constexpr std::size_t stored_size = head_size + sealer::overhead + 1 + digest_size;

using digest = std::array<unsigned char, digest_size>;

const unsigned char* raw(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

// One purpose of keys serves many steps: each gets keys of its own.
key_bytes derived(const key_bytes& key, std::string_view step) {
    key_bytes out;
    crypto_auth_hmacsha256(reinterpret_cast<unsigned char*>(out.data()), raw(step), step.size(),
                           reinterpret_cast<const unsigned char*>(key.data()));
    return out;
}

key_set sealing_keys(const key_set& keys) {
    key_set out;
    for (const auto& [id, key] : keys.keys) out.keys.emplace(id, derived(key, "mlango operator seal"));
    return out;
}

digest stretched(const key_bytes& key, std::string_view subject, std::string_view secret, std::string_view salt,
                 pin_cost cost) {
    const key_bytes step = derived(key, "mlango operator keyed");
    std::string text(subject);
    text += '\0';
    text += secret;
    digest first, out;
    crypto_auth_hmacsha256(first.data(), raw(text), text.size(), reinterpret_cast<const unsigned char*>(step.data()));
    sodium_memzero(text.data(), text.size());
    if (crypto_pwhash_argon2id(out.data(), out.size(), reinterpret_cast<const char*>(first.data()), first.size(),
                               raw(salt), cost.passes, std::size_t{cost.memory_kib} * 1024,
                               crypto_pwhash_argon2id_ALG_ARGON2ID13) != 0)
        throw std::runtime_error("Argon2id failed: not enough memory, or a cost out of range");
    sodium_memzero(first.data(), first.size());
    return out;
}

std::string context_of(std::string_view head, std::string_view subject) {
    return "operator secret " + std::string(head) + std::string(subject);
}

std::string_view view(const digest& sum) {
    return {reinterpret_cast<const char*>(sum.data()), sum.size()};
}

}  // namespace

std::string secret_verifier::make(std::string_view subject, std::string_view secret) const {
    std::string head(head_size, '\0');
    for (std::size_t i = 0; i < 4; ++i) head[i] = static_cast<char>(cost_.memory_kib >> (8 * i) & 0xff);
    head[4] = static_cast<char>(cost_.passes);
    random_.fill(std::as_writable_bytes(std::span(head)).subspan(5));
    const key_id by = keys_.current();
    const digest sum = stretched(keys_.keys.at(by), subject, secret, head.substr(5), cost_);
    std::string plain(1, static_cast<char>(by));
    plain += view(sum);
    const key_set seal_keys = sealing_keys(keys_);
    return head + sealer(seal_keys, random_).seal(plain, context_of(head, subject));
}

bool secret_verifier::check(std::string_view subject, std::string_view secret, std::string_view stored) const {
    std::string_view known;
    std::string plain;
    pin_cost cost = cost_;
    std::string salt(salt_size, '\0');
    key_id by = keys_.current();
    if (stored.size() == stored_size) {
        const std::string_view head = stored.substr(0, head_size);
        const key_set seal_keys = sealing_keys(keys_);
        auto opened = sealer(seal_keys, random_).open(stored.substr(head_size), context_of(head, subject));
        if (opened && keys_.keys.contains(static_cast<key_id>((*opened)[0]))) {
            plain = std::move(*opened);
            known = std::string_view(plain).substr(1);
            by = static_cast<key_id>(plain[0]);
            salt = head.substr(5);
            cost.memory_kib = 0;
            for (std::size_t i = 0; i < 4; ++i)
                cost.memory_kib |= static_cast<unsigned>(static_cast<unsigned char>(head[i])) << (8 * i);
            cost.passes = static_cast<unsigned char>(head[4]);
        }
    }
    const digest sum = stretched(keys_.keys.at(by), subject, secret, salt, cost);
    return !known.empty() && equal_in_constant_time(view(sum), known);
}

}  // namespace mlango::registry
