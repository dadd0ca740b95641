// The signature of a locked list: Ed25519 (RFC 8032), by a key that the house's own key determines, so that every
// server has it and no file more is to be kept. Whoever has the public key can check it without us (docs/lists.md). One
// object a thread. Caller: lists_door.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>

#include "base/seal.hpp"

namespace mlango::console {

class list_seal {
public:
    explicit list_seal(blinder& blind);
    ~list_seal();

    [[nodiscard]] std::string sign(std::string_view statement) const;  // 64 bytes
    [[nodiscard]] bool agrees(std::string_view statement, std::string_view signature) const;
    [[nodiscard]] const std::string& public_key() const { return public_key_; }  // 32 bytes

private:
    struct state;
    std::unique_ptr<state> state_;
    std::string public_key_;
};

// SHA-256 over the digests of the blocks, one after the other.
[[nodiscard]] std::string digest_of_blocks(std::string_view digests);

}  // namespace mlango::console
