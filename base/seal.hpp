// Keyed protection of what we store: sealing (AES-256-GCM, readable again with the key) and blinding (HMAC-SHA-256,
// for look-up by equality only). Keys carry ids, so that they can be rotated: the newest seals, every known one opens.
// Keys come from a file or the environment, never from the configuration file or a database.
#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "base/random.hpp"

namespace mlango {

using key_id = std::uint8_t;
using key_bytes = std::array<std::byte, 32>;

// The keys of one purpose, by id; the highest id is current.
struct key_set {
    std::map<key_id, key_bytes> keys;
    [[nodiscard]] key_id current() const { return keys.rbegin()->first; }
};

// All the purposes, so that a leaked key of one does not open another.
struct key_ring {
    key_set session;  // sealed Redis sessions
    key_set blind;    // blind index of phone numbers and gateway session ids (never rotated without reindexing)
    key_set record;   // sealed columns of the registry (phone numbers, message texts)
    key_set pin;      // the keyed step before PIN hashing, and the sealing after it
    key_set wallet;   // share codes, consents, what verifiers took, their operators' passwords
};

struct key_fault {
    std::string message;  // names the line, never the key
};

// The key file's form: a line "purpose id hex" a key (64 hexadecimal digits), '#' comments. Every purpose must be
// there. Faults name the line.
[[nodiscard]] std::expected<key_ring, key_fault> parse_key_ring(std::string_view text);
// A new ring with one random key a purpose, in that form.
[[nodiscard]] std::string new_key_ring_text(random_source& random);
// A new key of `purpose` as a line to add to `text`: the first of a purpose that came after the file was made, or the
// successor of those that are there. Not of blind, whose index would have to be made anew.
[[nodiscard]] std::expected<std::string, key_fault> further_key_line(std::string_view text, std::string_view purpose,
                                                                     random_source& random);

enum class open_error { malformed, unknown_key, forged };

// AES-256-GCM. Sealed form: key id (1) ‖ nonce (12) ‖ ciphertext ‖ tag (16): 29 bytes longer than the plain text.
// Not thread-safe: one sealer a thread; it reuses its cipher contexts.
class sealer {
public:
    sealer(const key_set& keys, random_source& random);
    ~sealer();
    sealer(sealer&&) noexcept;

    static constexpr std::size_t overhead = 29;

    // `context` is authenticated but not stored: a value sealed for one record does not open in another's place.
    [[nodiscard]] std::string seal(std::string_view plain, std::string_view context);
    [[nodiscard]] std::expected<std::string, open_error> open(std::string_view sealed, std::string_view context);

private:
    struct state;
    std::unique_ptr<state> state_;
};

using blind_key = std::array<std::byte, 16>;

// HMAC-SHA-256 truncated to 128 bits, over purpose ‖ 0 ‖ value. Not thread-safe: one a thread.
class blinder {
public:
    explicit blinder(const key_set& keys);  // uses the current key
    ~blinder();
    blinder(blinder&&) noexcept;
    [[nodiscard]] blind_key blind(std::string_view purpose, std::string_view value);

private:
    struct state;
    std::unique_ptr<state> state_;
};

}  // namespace mlango
