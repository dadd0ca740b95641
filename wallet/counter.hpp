// What a verifier does: signs in, redeems a code that it was told, fetches a receipt again, asks first. One object a
// thread. Unknown, used, expired and other verifiers' codes are one answer at equal cost. Callers: exchange (API and
// web), the verifier's screens (handlers/verifier*.cpp). Not here: HTTP, words, what she does (holder.hpp).
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>

#include "base/clock.hpp"
#include "base/seal.hpp"
#include "base/task.hpp"
#include "registry/wallet/ids.hpp"

namespace mlango::registry {
struct agent_attempt;
struct take_key;
}  // namespace mlango::registry

namespace mlango::wallet {

using registry::client_id;
using registry::operator_id;
using registry::verifier_id;

struct parts;  // wallet/parts.hpp

// Who is at the counter: an operator, or a program (then `program` is set and `who` is nobody).
struct redeemer {
    verifier_id verifier;
    operator_id who;
    client_id program;
    std::string channel;  // api, web, ussd
};

struct redemption {
    std::string receipt;  // ten digits, the last a check digit
    std::string kind, preset;
    boost::json::object facts;  // claim → value
    std::string credential;     // SD-JWT VC; with a key-binding JWT behind it when a nonce came
    wall_time issued_at, expires_at;
};

struct redeem_refusal {
    enum class kind { not_found, wait, suspended };
    kind what = kind::not_found;
    std::chrono::seconds wait{0};
};

struct verifier_face {
    verifier_id verifier;
    std::string number, name, purpose, country;
    std::vector<std::string> presets;
    std::string operator_name;  // empty for a program
};

struct sign_in_refusal {
    enum class kind { wrong, wait, suspended, busy };  // busy: too much is being hashed; wait: not used so far
    kind what = kind::wrong;
    std::chrono::seconds wait{0};
};

struct ask_state {
    std::string state;  // waiting, shared, no_answer
    std::optional<redemption> taken;
};

// What she asked to be erased.
struct erasure {
    std::string receipt;
    wall_time asked_at;
};

class counter {
public:
    explicit counter(const parts& house) : house_(house) {}

    // `code` as typed. `nonce` (at most 200 bytes): a key-binding JWT over it is added. The same redeemer with the same
    // code within its ten minutes gets the same receipt again, as it was.
    task<std::expected<redemption, redeem_refusal>> redeem(redeemer by, std::string code,
                                                           std::optional<std::string> nonce = {});
    // One of this verifier's, while its credential lasts and she has not stopped it. A number that is none is counted
    // as a wrong code, and under the same wait.
    task<std::expected<redemption, redeem_refusal>> receipt(redeemer by, std::string number);

    // Whoever is behind `e164` is asked in neutral words to dial and answer. The reference is the same whether somebody
    // is there or not; it says no_answer after fifteen minutes. nullopt: suspended, not its preset, or too many asked.
    task<std::optional<std::string>> ask(redeemer by, std::string e164, std::string preset);
    // nullopt: not one of this verifier's.
    task<std::optional<ask_state>> answer(redeemer by, std::string reference);

    task<std::vector<erasure>> erasures(redeemer by, int limit);

    // Operators' sign-in at the page. The failure is counted before the password is hashed. Unknown, waiting after too
    // many failures, and wrong are one answer after the same work: `wrong`.
    task<std::expected<redeemer, sign_in_refusal>> sign_in(std::string verifier_number, std::string operator_name,
                                                           std::string password);
    // Programs: by secret (256 bits that we made), and by the SHA-256 of its certificate (64 hex digits) where one is
    // registered; then both count.
    task<std::optional<redeemer>> client(std::string id, std::string secret, std::string certificate_sha256 = {});
    // Operators by their own phone: is this number one's? Then its PIN, as above.
    task<std::optional<verifier_face>> operator_behind(std::string e164, std::string language);
    task<std::expected<redeemer, sign_in_refusal>> operator_by_phone(std::string e164, std::string pin, blind_key hop);

    // Who it is, while verifier and operator or program are active and nobody ended its sessions since `signed_in_at`.
    task<std::optional<verifier_face>> face(redeemer by, std::string language, wall_time signed_in_at);
    // Every session of this operator that began before now is over.
    task<void> sign_out(redeemer by);

private:
    task<std::expected<redemption, redeem_refusal>> take(redeemer by, registry::take_key key,
                                                         std::optional<std::string> nonce);
    task<std::expected<redeemer, sign_in_refusal>> check(registry::agent_attempt attempt, std::string secret,
                                                         std::string channel);

    const parts& house_;
};

}  // namespace mlango::wallet
