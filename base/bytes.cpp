#include "base/bytes.hpp"

#include <sodium.h>

#include <cstring>

namespace mlango {

namespace {

constexpr int url_alphabet = sodium_base64_VARIANT_URLSAFE_NO_PADDING;

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
    std::string out(sodium_base64_encoded_len(data.size(), url_alphabet), '\0');
    sodium_bin2base64(out.data(), out.size(), raw(data), data.size(), url_alphabet);
    out.resize(std::strlen(out.c_str()));
    return out;
}

std::optional<bytes> from_base64url(std::string_view text) {
    bytes out(text.size() / 4 * 3 + 3);
    std::size_t length = 0;
    const char* end = nullptr;
    if (sodium_base642bin(reinterpret_cast<unsigned char*>(out.data()), out.size(), text.data(), text.size(), nullptr,
                          &length, &end, url_alphabet) != 0 ||
        end != text.data() + text.size())
        return std::nullopt;
    out.resize(length);
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
