#include "base/seal.hpp"

#include <openssl/sha.h>
#include <sodium.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <span>
#include <stdexcept>

#include <fmt/format.h>

#include "base/aes_gcm.hpp"

namespace mlango {

namespace {

constexpr std::size_t nonce_size = aes_gcm::nonce_size;
static_assert(sealer::overhead == 1 + nonce_size + aes_gcm::tag_size);

constexpr std::array<std::string_view, 5> purposes = {"session", "blind", "record", "pin", "wallet"};

key_set* set_of(key_ring& ring, std::string_view purpose) {
    if (purpose == "session") return &ring.session;
    if (purpose == "blind") return &ring.blind;
    if (purpose == "record") return &ring.record;
    if (purpose == "pin") return &ring.pin;
    if (purpose == "wallet") return &ring.wallet;
    return nullptr;
}

std::string_view next_word(std::string_view& line) {
    constexpr std::string_view blanks = " \t\r";
    const std::size_t start = line.find_first_not_of(blanks);
    if (start == std::string_view::npos) return line = {};
    line.remove_prefix(start);
    const std::string_view word = line.substr(0, line.find_first_of(blanks));
    line.remove_prefix(word.size());
    return word;
}

// Empty when the line is right.
std::string_view add_key(key_ring& ring, std::string_view line) {
    const std::string_view purpose = next_word(line);
    if (purpose.empty()) return {};
    const std::string_view id_text = next_word(line);
    const std::string_view hex = next_word(line);
    key_set* const set = set_of(ring, purpose);
    if (set == nullptr) return "the purpose must be session, blind, record, pin or wallet";
    key_id id = 0;
    const auto [end, error] = std::from_chars(id_text.data(), id_text.data() + id_text.size(), id);
    if (error != std::errc{} || end != id_text.data() + id_text.size()) return "the id must be a number from 0 to 255";
    const auto key = from_hex(hex);
    if (!key || key->size() != key_bytes{}.size()) return "the key must be 64 hexadecimal digits";
    if (!next_word(line).empty()) return "there is more than purpose, id and key";
    const auto [place, fresh] = set->keys.try_emplace(id);
    if (!fresh) return "this purpose has a key of this id already";
    std::copy(key->begin(), key->end(), place->second.begin());
    return {};
}

}  // namespace

namespace {

std::expected<key_ring, key_fault> keys_in(std::string_view text, std::size_t& number) {
    key_ring ring;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        std::string_view line = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        ++number;
        line = line.substr(0, line.find('#'));
        if (const std::string_view fault = add_key(ring, line); !fault.empty())
            return std::unexpected(key_fault{fmt::format("line {}: {}", number, fault)});
    }
    return ring;
}

std::string key_line(std::string_view purpose, unsigned id, random_source& random) {
    key_bytes key;
    random.fill(key);
    return fmt::format("{} {} {}\n", purpose, id, to_hex(key));
}

}  // namespace

std::expected<key_ring, key_fault> parse_key_ring(std::string_view text) {
    std::size_t number = 0;
    auto ring = keys_in(text, number);
    if (!ring) return ring;
    for (const std::string_view purpose : purposes) {
        if (!set_of(*ring, purpose)->keys.empty()) continue;
        // The one purpose that files made before it lack.
        const std::string_view remedy = purpose == "wallet" ? "; add one: mlango keys add wallet FILE" : "";
        return std::unexpected(
            key_fault{fmt::format("line {}: the file ends without a {} key{}", number, purpose, remedy)});
    }
    return ring;
}

std::string new_key_ring_text(random_source& random) {
    std::string out = "# Mlango's keys: purpose id key. Add a line with a higher id to rotate; keep the old ones.\n";
    for (const std::string_view purpose : purposes) out += key_line(purpose, 1, random);
    return out;
}

std::expected<std::string, key_fault> further_key_line(std::string_view text, std::string_view purpose,
                                                       random_source& random) {
    std::size_t number = 0;
    auto ring = keys_in(text, number);
    if (!ring) return std::unexpected(ring.error());
    const key_set* const set = set_of(*ring, purpose);
    if (set == nullptr || purpose == "blind")
        return std::unexpected(key_fault{"a key can be added for session, record, pin and wallet"});
    const unsigned id = set->keys.empty() ? 1U : set->current() + 1U;
    if (id > 255) return std::unexpected(key_fault{"there are 255 keys of this purpose"});
    return key_line(purpose, id, random);
}

struct sealer::state {
    std::array<std::unique_ptr<aes_gcm>, 256> ciphers;  // by key id
    key_id current;
    random_source& random;
};

sealer::sealer(const key_set& keys, random_source& random)
    : state_(new state{.ciphers = {}, .current = keys.keys.empty() ? key_id{0} : keys.current(), .random = random}) {
    if (keys.keys.empty()) throw std::invalid_argument("a sealer needs a key");
    for (const auto& [id, key] : keys.keys) state_->ciphers[id] = std::make_unique<aes_gcm>(key);
}

sealer::~sealer() = default;
sealer::sealer(sealer&&) noexcept = default;

std::string sealer::seal(std::string_view plain, std::string_view context) {
    std::string out(plain.size() + overhead, '\0');
    out[0] = static_cast<char>(state_->current);
    char* const nonce = out.data() + 1;
    state_->random.fill(std::as_writable_bytes(std::span(nonce, nonce_size)));
    state_->ciphers[state_->current]->seal(nonce, context, plain, nonce + nonce_size);
    return out;
}

std::expected<std::string, open_error> sealer::open(std::string_view sealed, std::string_view context) {
    if (sealed.size() < overhead) return std::unexpected(open_error::malformed);
    const auto& cipher = state_->ciphers[static_cast<key_id>(sealed[0])];
    if (cipher == nullptr) return std::unexpected(open_error::unknown_key);
    std::string out(sealed.size() - overhead, '\0');
    if (!cipher->open(sealed.data() + 1, context, sealed.substr(1 + nonce_size), out.data()))
        return std::unexpected(open_error::forged);
    return out;
}

// RFC 2104 by the two SHA-256 states after the key's blocks, copied for each value. A plain context is copied by
// assignment, where EVP allocates for each copy, and OpenSSL's SHA-256 uses the processor's instructions, where
// libsodium's does not: a tenth of the time of either.
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wdeprecated-declarations"
namespace {

SHA256_CTX after_key(const key_bytes& key, unsigned char pad) {
    std::array<unsigned char, SHA256_CBLOCK> block;
    block.fill(pad);
    for (std::size_t i = 0; i < key.size(); ++i) block[i] ^= std::to_integer<unsigned char>(key[i]);
    SHA256_CTX context;
    SHA256_Init(&context);
    SHA256_Update(&context, block.data(), block.size());
    sodium_memzero(block.data(), block.size());
    return context;
}

}  // namespace

struct blinder::state {
    SHA256_CTX inner, outer;
    ~state() {
        sodium_memzero(&inner, sizeof(inner));
        sodium_memzero(&outer, sizeof(outer));
    }
};

blinder::blinder(const key_set& keys) : state_(std::make_unique<state>()) {
    if (keys.keys.empty()) throw std::invalid_argument("a blinder needs a key");
    const key_bytes& key = keys.keys.at(keys.current());
    static_assert(sizeof(key_bytes) <= SHA256_CBLOCK);
    state_->inner = after_key(key, 0x36);
    state_->outer = after_key(key, 0x5c);
}

blinder::~blinder() = default;
blinder::blinder(blinder&&) noexcept = default;

blind_key blinder::blind(std::string_view purpose, std::string_view value) {
    constexpr unsigned char separator = 0;
    std::array<unsigned char, SHA256_DIGEST_LENGTH> digest;
    SHA256_CTX inner = state_->inner;
    SHA256_Update(&inner, purpose.data(), purpose.size());
    SHA256_Update(&inner, &separator, 1);
    SHA256_Update(&inner, value.data(), value.size());
    SHA256_Final(digest.data(), &inner);
    SHA256_CTX outer = state_->outer;
    SHA256_Update(&outer, digest.data(), digest.size());
    SHA256_Final(digest.data(), &outer);
    blind_key out;
    std::memcpy(out.data(), digest.data(), out.size());
    return out;
}
#pragma clang diagnostic pop

}  // namespace mlango
