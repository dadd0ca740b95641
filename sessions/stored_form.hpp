// How our values lie in Redis: keys are prefix ‖ 16 blinded bytes; a session is version (8, in clear, for the
// compare-and-set) ‖ sealed codec bytes. Inside this room only.
#pragma once

#include <array>
#include <cstring>
#include <stdexcept>
#include <string_view>

#include "base/bytes.hpp"
#include "base/seal.hpp"

namespace mlango::sessions {

inline constexpr std::size_t longest_prefix = 8;
inline constexpr std::size_t version_bytes = 8;

// A key on the stack.
class stored_key {
public:
    stored_key(std::string_view prefix, const blind_key& name) : length_(prefix.size() + name.size()) {
        std::memcpy(bytes_.data(), prefix.data(), prefix.size());
        std::memcpy(bytes_.data() + prefix.size(), name.data(), name.size());
    }
    [[nodiscard]] std::string_view view() const { return {bytes_.data(), length_}; }

private:
    std::array<char, longest_prefix + std::tuple_size_v<blind_key>> bytes_{};
    std::size_t length_;
};

inline void require_prefix(std::string_view prefix) {
    if (prefix.size() > longest_prefix) throw std::invalid_argument("a Redis key prefix has at most 8 bytes");
}

}  // namespace mlango::sessions
