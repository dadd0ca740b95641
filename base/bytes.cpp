#include "base/bytes.hpp"

#include <sodium.h>

#include <array>
#include <cstring>

namespace mlango {

namespace {

// In one line of the cache, so that which letter is taken can not be told from the time.
alignas(64) constexpr char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

constexpr std::array<std::uint8_t, 256> make_values() {
    std::array<std::uint8_t, 256> out{};
    out.fill(64);
    for (std::uint8_t six = 0; six < 64; ++six) out[static_cast<unsigned char>(letters[six])] = six;
    return out;
}
constexpr std::array<std::uint8_t, 256> values = make_values();

const unsigned char* raw(byte_view data) {
    return reinterpret_cast<const unsigned char*>(data.data());
}

bool is_continuation(unsigned char c) {
    return (c & 0xC0) == 0x80;
}

}  // namespace

std::string to_hex(byte_view data) {
    std::string out(data.size() * 2 + 1, '\0');
    sodium_bin2hex(out.data(), out.size(), raw(data), data.size());
    out.pop_back();
    return out;
}

std::optional<bytes> from_hex(std::string_view text) {
    if (text.size() % 2 != 0) return std::nullopt;
    bytes out(text.size() / 2);
    if (out.empty()) return out;
    std::size_t length = 0;
    const char* end = nullptr;
    if (sodium_hex2bin(reinterpret_cast<unsigned char*>(out.data()), out.size(), text.data(), text.size(), nullptr,
                       &length, &end) != 0 ||
        end != text.data() + text.size())
        return std::nullopt;
    return out;
}

std::string to_base64url(byte_view data) {
    std::string out((data.size() * 4 + 2) / 3, '\0');
    const unsigned char* in = raw(data);
    char* at = out.data();
    std::size_t left = data.size();
    for (; left >= 3; left -= 3, in += 3) {
        *at++ = letters[in[0] >> 2];
        *at++ = letters[(in[0] & 3) << 4 | in[1] >> 4];
        *at++ = letters[(in[1] & 15) << 2 | in[2] >> 6];
        *at++ = letters[in[2] & 63];
    }
    if (left == 0) return out;
    *at++ = letters[in[0] >> 2];
    if (left == 1) {
        *at = letters[(in[0] & 3) << 4];
    } else {
        *at++ = letters[(in[0] & 3) << 4 | in[1] >> 4];
        *at = letters[(in[1] & 15) << 2];
    }
    return out;
}

std::optional<bytes> from_base64url(std::string_view text) {
    if (text.size() % 4 == 1) return std::nullopt;
    bytes out(text.size() / 4 * 3 + (text.size() % 4 == 0 ? 0 : text.size() % 4 - 1));
    std::byte* at = out.data();
    unsigned all = 0;  // bit 6: a letter that is none
    const auto value = [&](char letter) {
        const unsigned six = values[static_cast<unsigned char>(letter)];
        all |= six;
        return six;
    };
    std::size_t from = 0;
    for (; from + 4 <= text.size(); from += 4) {
        const unsigned bits =
            value(text[from]) << 18 | value(text[from + 1]) << 12 | value(text[from + 2]) << 6 | value(text[from + 3]);
        *at++ = static_cast<std::byte>(bits >> 16);
        *at++ = static_cast<std::byte>(bits >> 8);
        *at++ = static_cast<std::byte>(bits);
    }
    unsigned rest = 0;
    for (std::size_t one = from; one < text.size(); ++one) rest = rest << 6 | value(text[one]);
    if (text.size() - from == 2) {
        *at = static_cast<std::byte>(rest >> 4);
        rest &= 0xF;
    } else if (text.size() - from == 3) {
        *at++ = static_cast<std::byte>(rest >> 10);
        *at = static_cast<std::byte>(rest >> 2);
        rest &= 3;
    }
    // Bits left over would make two texts of one value.
    if (all >= 64 || rest != 0) return std::nullopt;
    return out;
}

bool equal_in_constant_time(byte_view a, byte_view b) {
    return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

bool is_utf8(std::string_view text) {
    const auto* at = reinterpret_cast<const unsigned char*>(text.data());
    const auto* const end = at + text.size();
    while (at != end) {
        if (end - at >= 8) {
            std::uint64_t eight;
            std::memcpy(&eight, at, 8);
            if ((eight & 0x8080808080808080U) == 0) {
                at += 8;
                continue;
            }
        }
        const unsigned char lead = *at;
        if (lead < 0x80) {
            ++at;
            continue;
        }
        const auto left = end - at;
        if (lead >= 0xC2 && lead <= 0xDF) {
            if (left < 2 || !is_continuation(at[1])) return false;
            at += 2;
        } else if (lead >= 0xE0 && lead <= 0xEF) {
            // The second byte's range rules out overlong forms (E0) and surrogates (ED).
            const unsigned char low = lead == 0xE0 ? 0xA0 : 0x80;
            const unsigned char high = lead == 0xED ? 0x9F : 0xBF;
            if (left < 3 || at[1] < low || at[1] > high || !is_continuation(at[2])) return false;
            at += 3;
        } else if (lead >= 0xF0 && lead <= 0xF4) {
            // Rules out overlong forms (F0) and code points above U+10FFFF (F4).
            const unsigned char low = lead == 0xF0 ? 0x90 : 0x80;
            const unsigned char high = lead == 0xF4 ? 0x8F : 0xBF;
            if (left < 4 || at[1] < low || at[1] > high || !is_continuation(at[2]) || !is_continuation(at[3]))
                return false;
            at += 4;
        } else {
            return false;
        }
    }
    return true;
}

}  // namespace mlango
