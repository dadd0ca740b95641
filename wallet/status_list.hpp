// Token Status List (draft-ietf-oauth-status-list-20): one to eight bits a credential, compressed, in a signed token.
// Callers: the wallet's services (issue), the partners' door (serve), whoever verifies. Pure.
// Not for: who holds which index (registry).
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "wallet/jose/trusted_keys.hpp"
#include "wallet/signing_keys.hpp"

namespace mlango::wallet {

// §7.1. Suspended needs two bits.
enum class credential_status : std::uint8_t { valid = 0, invalid = 1, suspended = 2 };

// Where a credential's status stands (§6.2): its claim "status".
struct status_reference {
    std::string uri;
    std::uint64_t index = 0;
    friend bool operator==(const status_reference&, const status_reference&) = default;
};

enum class status_fault {
    malformed,    // no compact JWS, no JSON, no zlib stream, bits or a claim missing or of a wrong type
    wrong_type,   // typ is not statuslist+jwt, alg not ES256
    unknown_key,  // or one that is not trusted any more
    bad_signature,
    wrong_uri,  // sub is not where the credential said its status stands
    expired,
    not_yet_valid,  // issued in the future
    too_large,
    out_of_range,
};

class status_list {
public:
    // `bits` 1, 2, 4 or 8; `entries` is rounded up to whole octets. All valid.
    status_list(int bits, std::size_t entries);

    [[nodiscard]] int bits() const { return bits_; }
    [[nodiscard]] std::size_t size() const { return octets_.size() * 8 / static_cast<std::size_t>(bits_); }
    // nullopt: out of range, which a verifier takes as invalid.
    [[nodiscard]] std::optional<std::uint8_t> get(std::uint64_t index) const;
    // False: out of range, or more than the list's bits hold.
    bool set(std::uint64_t index, std::uint8_t value);
    bool set(std::uint64_t index, credential_status value) { return set(index, static_cast<std::uint8_t>(value)); }

    // DEFLATE in the zlib format (§4.1). `smallest` is what the draft recommends; `quick` looks for runs only and takes
    // a hundredth of the time for a twentieth more octets (a million entries, one in a hundred set: 1 ms, not 90).
    enum class effort { quick, smallest };
    [[nodiscard]] std::string compressed(effort how = effort::smallest) const;
    // gzip, raw DEFLATE, trailing octets and more than `most_octets` uncompressed are refused.
    [[nodiscard]] static std::expected<status_list, status_fault> from_compressed(
        int bits, std::string_view compressed, std::size_t most_octets = std::size_t{16} << 20);
    [[nodiscard]] std::string_view octets() const { return octets_; }
    friend bool operator==(const status_list&, const status_list&) = default;

private:
    int bits_;
    std::string octets_;
};

// The token's claims beside the list (§5.1). The document at `uri` is it, as application/statuslist+jwt.
struct status_token_times {
    std::chrono::sys_seconds issued_at;
    std::chrono::sys_seconds expires_at;
    std::chrono::seconds ttl;  // how long a verifier may keep it
};
[[nodiscard]] std::string make_status_token(const status_list& list, std::string_view uri,
                                            const status_token_times& times, const signing_key& key);

struct verified_status_list {
    status_list list;
    std::chrono::sys_seconds issued_at;
    std::optional<std::chrono::sys_seconds> expires_at;
    std::optional<std::chrono::seconds> ttl;
};
[[nodiscard]] std::expected<verified_status_list, status_fault> verify_status_token(std::string_view token,
                                                                                    std::string_view uri,
                                                                                    const trusted_keys& keys,
                                                                                    wall_time now);

// {"status_list":{"idx":…,"uri":…}}, and back; nullopt when a claim "status" is not that.
[[nodiscard]] boost::json::object to_claim(const status_reference& status);
[[nodiscard]] std::optional<status_reference> read_status_claim(const boost::json::value& claim);

}  // namespace mlango::wallet
