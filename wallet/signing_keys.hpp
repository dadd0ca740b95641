// The issuer's signing keys: files in a folder outside the database, one JWK a file, readable by their owner alone.
// A new key is listed in the JWKS before it signs (verifiers cache), and stays listed until what it signed has
// expired. Callers: the wallet's services, metadata, `mlango keys issuer`. The set is an immutable value, safe to
// share between threads; live_signing_keys hands out the newest.
#pragma once

#include <chrono>
#include <expected>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "wallet/jose/es256.hpp"
#include "wallet/jose/trusted_keys.hpp"

namespace mlango::wallet {

struct signing_key {
    std::string kid;  // also its file's name: KID.jwk
    es256_key key;
    std::chrono::sys_seconds made_at;
    std::chrono::sys_seconds signs_from;
    std::optional<std::chrono::sys_seconds> listed_until;  // set when a successor was made
};

class signing_keys {
public:
    // Every fault names the file, never a key's content. No key at all is a fault.
    [[nodiscard]] static std::expected<signing_keys, std::vector<std::string>> load(const std::string& folder);
    // At least one; for tests and for load.
    explicit signing_keys(std::vector<signing_key> keys);

    // The one that signs at `now`: of those whose time has come the newest; before any, the oldest.
    [[nodiscard]] const signing_key& current(wall_time now) const;
    [[nodiscard]] const trusted_keys& trusted() const { return trusted_; }
    [[nodiscard]] const std::vector<signing_key>& all() const { return keys_; }  // by signs_from

private:
    std::vector<signing_key> keys_;
    trusted_keys trusted_;
};

// The set that a serving program uses: read at the start, read again when asked (a rotation is another program's
// doing). Thread-safe.
class live_signing_keys {
public:
    explicit live_signing_keys(signing_keys first) : now_(std::make_shared<const signing_keys>(std::move(first))) {}
    [[nodiscard]] std::shared_ptr<const signing_keys> get() const;
    // What is there stays when the folder can not be read; its faults come back.
    std::vector<std::string> reload(const std::string& folder);

private:
    mutable std::mutex lock_;
    std::shared_ptr<const signing_keys> now_;
};

// --- the folder; faults are worded for who typed the command ---
struct rotation_times {
    std::chrono::seconds overlap = std::chrono::hours(24);     // listed before it signs
    std::chrono::seconds keep = std::chrono::hours(24 * 400);  // listed after it last signed
};
// The first key, which signs at once; a fault when there is one.
std::expected<signing_key, std::string> make_first_key(const std::string& folder, wall_time now);
// A successor; the keys before it get the end of their listing.
std::expected<signing_key, std::string> rotate_keys(const std::string& folder, wall_time now, rotation_times times);
// A key that leaked: its file goes, so that nothing it signed verifies from the next load on. Not the last key.
std::expected<void, std::string> retire_key(const std::string& folder, std::string_view kid);
// Deletes the files of keys that are not listed any more; their ids.
std::expected<std::vector<std::string>, std::string> prune_keys(const std::string& folder, wall_time now);

}  // namespace mlango::wallet
