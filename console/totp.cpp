#include "console/totp.hpp"

#include <fmt/format.h>

#include "base/bytes.hpp"
#include "base/hmac.hpp"

namespace mlango::console {

namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
constexpr std::int64_t step_seconds = 30;

}  // namespace

std::string to_base32(std::string_view raw) {
    std::string out;
    unsigned held = 0;
    int bits = 0;
    for (const char c : raw) {
        held = held << 8 | static_cast<unsigned char>(c);
        for (bits += 8; bits >= 5; bits -= 5) out += alphabet[held >> (bits - 5) & 31];
        held &= (1u << bits) - 1;
    }
    if (bits > 0) out += alphabet[held << (5 - bits) & 31];
    return out;
}

std::optional<std::string> from_base32(std::string_view text) {
    std::string out;
    unsigned held = 0;
    int bits = 0;
    for (char c : text) {
        if (c == ' ') continue;
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
        const std::size_t value = alphabet.find(c);
        if (value == std::string_view::npos) return std::nullopt;
        held = held << 5 | static_cast<unsigned>(value);
        bits += 5;
        if (bits < 8) continue;
        bits -= 8;
        out += static_cast<char>(held >> bits & 0xff);
        held &= (1u << bits) - 1;
    }
    // What is left over are filling bits, fewer than a digit's and all 0.
    if (bits >= 5 || held != 0) return std::nullopt;
    return out;
}

std::int64_t totp_step_at(wall_time at) {
    return std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count() / step_seconds;
}

std::string totp_code(std::string_view secret, std::int64_t step) {
    std::string moving(8, '\0');
    for (int i = 0; i < 8; ++i) moving[i] = static_cast<char>(step >> (56 - 8 * i) & 0xff);
    const auto sum = hmac_sha1(secret, moving);
    const auto at = std::to_integer<std::size_t>(sum[19] & std::byte{15});
    std::uint32_t number = 0;
    for (std::size_t i = 0; i < 4; ++i) number = number << 8 | std::to_integer<std::uint32_t>(sum[at + i]);
    return fmt::format("{:06}", (number & 0x7fffffff) % 1'000'000);
}

std::optional<std::int64_t> matching_totp_step(std::string_view secret, std::string_view code, wall_time now,
                                               std::int64_t last_used) {
    const std::int64_t current = totp_step_at(now);
    std::optional<std::int64_t> found;
    for (const std::int64_t step : {current - 1, current, current + 1}) {
        const bool same = equal_in_constant_time(totp_code(secret, step), code);
        if (same && step > last_used && !found) found = step;
    }
    return found;
}

std::string otpauth_uri(std::string_view issuer, std::string_view account, std::string_view secret) {
    // Apps take '+' for itself in a label and in a value: spaces go as %20.
    const auto escaped = [](std::string_view text) {
        std::string out;
        for (const char c : text) {
            const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                               c == '.' || c == '_' || c == '~';
            if (plain)
                out += c;
            else
                out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
        }
        return out;
    };
    return fmt::format("otpauth://totp/{0}:{1}?secret={2}&issuer={0}&algorithm=SHA1&digits=6&period=30",
                       escaped(issuer), escaped(account), to_base32(secret));
}

}  // namespace mlango::console
