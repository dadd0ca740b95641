#include "exchange/sealed_token.hpp"

#include <stdexcept>

namespace mlango::exchange {

namespace {

constexpr std::size_t longest_content = 400;
constexpr std::size_t longest_token = 700;  // characters
constexpr std::size_t time_size = 8;

std::string packed(std::chrono::microseconds time) {
    auto value = static_cast<std::uint64_t>(time.count());
    std::string out(time_size, '\0');
    for (std::size_t i = time_size; i-- > 0; value >>= 8) out[i] = static_cast<char>(value & 0xff);
    return out;
}

wall_time unpacked(std::string_view text) {
    std::uint64_t value = 0;
    for (const char c : text.substr(0, time_size)) value = value << 8 | static_cast<unsigned char>(c);
    return wall_time(std::chrono::microseconds(static_cast<std::int64_t>(value)));
}

}  // namespace

std::string sealed_tokens::make(std::string_view content, wall_time until) {
    if (content.size() > longest_content) throw std::length_error("a token's content is too long");
    std::string plain = packed(until.time_since_epoch());
    plain.append(content);
    return to_base64url(as_byte_view(seal_.seal(plain, purpose_)));
}

std::optional<opened_token> sealed_tokens::open(std::string_view token, wall_time now) {
    if (token.size() > longest_token) return std::nullopt;
    const auto sealed = from_base64url(token);
    if (!sealed) return std::nullopt;
    const auto plain = seal_.open(as_string_view(*sealed), purpose_);
    if (!plain || plain->size() < time_size) return std::nullopt;
    const wall_time until = unpacked(*plain);
    if (until <= now) return std::nullopt;
    return opened_token{plain->substr(time_size), until};
}

}  // namespace mlango::exchange
