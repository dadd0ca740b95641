#include "gsm/gsup/message.hpp"

#include <algorithm>

namespace mlango::gsm::gsup {
namespace {

namespace tag {
constexpr std::uint8_t imsi = 0x01;
constexpr std::uint8_t cause = 0x02;
constexpr std::uint8_t message_class = 0x0A;
constexpr std::uint8_t session_id = 0x30;
constexpr std::uint8_t session_state = 0x31;
constexpr std::uint8_t ss_info = 0x35;
}  // namespace tag

constexpr unsigned filler = 0xF;

// Telephony binary coded decimal, TS 29.002 §17.7.8: the first digit in the lower half; an odd number is filled with
// 1111. Empty when it is anything else.
std::string from_tbcd(std::string_view octets) {
    std::string digits;
    for (std::size_t i = 0; i < octets.size(); ++i) {
        const auto octet = static_cast<unsigned char>(octets[i]);
        const unsigned low = octet & 0xF, high = octet >> 4;
        const bool last = i + 1 == octets.size();
        if (low > 9 || (high > 9 && !(last && high == filler))) return {};
        digits += static_cast<char>('0' + low);
        if (high != filler) digits += static_cast<char>('0' + high);
    }
    return digits;
}

std::string to_tbcd(std::string_view digits) {
    std::string octets;
    for (std::size_t i = 0; i < digits.size(); i += 2) {
        const unsigned low = static_cast<unsigned>(digits[i] - '0');
        const unsigned high = i + 1 < digits.size() ? static_cast<unsigned>(digits[i + 1] - '0') : filler;
        octets += static_cast<char>(high << 4 | low);
    }
    return octets;
}

std::uint8_t only_octet(std::string_view value) {
    return static_cast<std::uint8_t>(value.front());
}

bool is_state(std::string_view value) {
    return value.size() == 1 && value.front() >= 1 && value.front() <= 3;
}

// False: the element's value is not of its form.
bool take_element(message& into, std::uint8_t what, std::string_view value) {
    switch (what) {
        case tag::imsi:
            into.imsi = from_tbcd(value);
            return true;
        case tag::cause:
            if (value.size() != 1) return false;
            into.cause = only_octet(value);
            return true;
        case tag::message_class:
            if (value.size() != 1) return false;
            into.message_class = only_octet(value);
            return true;
        case tag::session_id: {
            if (value.size() != 4) return false;
            std::uint32_t id = 0;
            for (const char octet : value) id = id << 8 | static_cast<unsigned char>(octet);
            into.session = id;
            return true;
        }
        case tag::session_state:
            if (!is_state(value)) return false;
            into.state = static_cast<session_state>(value.front());
            return true;
        case tag::ss_info:
            into.component = value;
            return true;
        default:
            return true;
    }
}

void append_element(std::string& into, std::uint8_t what, std::string_view value) {
    into += static_cast<char>(what);
    into += static_cast<char>(value.size());
    into += value;
}

void append_element(std::string& into, std::uint8_t what, std::uint8_t value) {
    const char octet = static_cast<char>(value);
    append_element(into, what, std::string_view(&octet, 1));
}

}  // namespace

bool is_imsi(std::string_view digits) {
    return digits.size() >= 5 && digits.size() <= 15 &&
           std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; });
}

std::expected<message, message_fault> read_message(std::string_view octets) {
    if (octets.empty()) return std::unexpected(message_fault::not_a_message);
    message read;
    read.type = static_cast<message_type>(octets.front());
    octets.remove_prefix(1);
    while (!octets.empty()) {
        if (octets.size() < 2) return std::unexpected(message_fault::not_a_message);
        const std::size_t length = static_cast<unsigned char>(octets[1]);
        if (octets.size() < 2 + length) return std::unexpected(message_fault::not_a_message);
        if (!take_element(read, static_cast<std::uint8_t>(octets[0]), octets.substr(2, length)))
            return std::unexpected(message_fault::not_a_message);
        octets.remove_prefix(2 + length);
    }
    if (!is_imsi(read.imsi)) return std::unexpected(message_fault::no_imsi);
    return read;
}

std::string write_message(const message& what) {
    std::string octets(1, static_cast<char>(what.type));
    append_element(octets, tag::imsi, to_tbcd(what.imsi));
    if (what.cause) append_element(octets, tag::cause, *what.cause);
    if (what.message_class) append_element(octets, tag::message_class, *what.message_class);
    if (what.session) {
        std::string id;
        for (int shift = 24; shift >= 0; shift -= 8) id += static_cast<char>(*what.session >> shift & 0xFF);
        append_element(octets, tag::session_id, id);
    }
    if (what.state) append_element(octets, tag::session_state, static_cast<std::uint8_t>(*what.state));
    if (!what.component.empty()) append_element(octets, tag::ss_info, what.component);
    return octets;
}

}  // namespace mlango::gsm::gsup
