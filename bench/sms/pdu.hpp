// As much of SMPP 3.4 (§3.2, §4) as a message centre needs that takes messages and counts them. Written apart from
// gsm/smpp on purpose: were both ends of a test one codec, they would agree on its mistakes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mlango::bench::sms {

namespace command {
inline constexpr std::uint32_t bind_receiver = 0x01, bind_transmitter = 0x02, query_sm = 0x03, submit_sm = 0x04,
                               deliver_sm = 0x05, unbind = 0x06, bind_transceiver = 0x09, enquire_link = 0x15,
                               answer = 0x80000000, generic_nack = 0x80000000;
}
namespace status {
inline constexpr std::uint32_t ok = 0x00, invalid_length = 0x02, invalid_command = 0x03, not_bound = 0x04,
                               already_bound = 0x05, bind_failed = 0x0D, query_failed = 0x67, throttled = 0x58;
}
namespace tag {
inline constexpr std::uint16_t receipted_message_id = 0x001E, user_message_reference = 0x0204,
                               sc_interface_version = 0x0210, message_state = 0x0427;
}

inline constexpr std::size_t header_size = 16;
inline constexpr std::uint32_t longest_pdu = 65'536;

inline std::uint32_t u32_at(const char* p) {
    std::uint32_t raw;
    __builtin_memcpy(&raw, p, 4);
    return __builtin_bswap32(raw);
}
inline std::uint16_t u16_at(const char* p) {
    std::uint16_t raw;
    __builtin_memcpy(&raw, p, 2);
    return __builtin_bswap16(raw);
}
inline void put_u32(char* p, std::uint32_t value) {
    value = __builtin_bswap32(value);
    __builtin_memcpy(p, &value, 4);
}

// Walks a body; once anything did not fit, everything after it is empty and ok() is false.
class reading {
public:
    explicit reading(std::string_view body) : left_(body) {}
    std::string_view c_string(std::size_t limit) {
        const std::size_t end = left_.substr(0, limit).find('\0');
        if (end == std::string_view::npos) return fail();
        return take(end + 1).substr(0, end);
    }
    std::uint8_t octet() {
        const auto one = take(1);
        return one.empty() ? 0 : static_cast<std::uint8_t>(one[0]);
    }
    std::string_view take(std::size_t n) {
        if (n > left_.size()) return fail();
        const auto part = left_.substr(0, n);
        left_.remove_prefix(n);
        return part;
    }
    // The value of an optional parameter; what comes before it is passed over.
    std::optional<std::string_view> find(std::uint16_t wanted) {
        auto rest = left_;
        while (rest.size() >= 4) {
            const std::size_t size = u16_at(rest.data() + 2);
            if (size > rest.size() - 4) return std::nullopt;
            if (u16_at(rest.data()) == wanted) return rest.substr(4, size);
            rest.remove_prefix(4 + size);
        }
        return std::nullopt;
    }
    [[nodiscard]] bool ok() const { return ok_; }

private:
    std::string_view fail() {
        ok_ = false;
        return left_ = {};
    }
    std::string_view left_;
    bool ok_ = true;
};

// Writes one PDU at the end of `out`; its length is set when it goes out of scope.
class writing {
public:
    writing(std::string& out, std::uint32_t id, std::uint32_t state, std::uint32_t sequence)
        : out_(out), start_(out.size()) {
        out_.resize(start_ + header_size);
        put_u32(out_.data() + start_ + 4, id);
        put_u32(out_.data() + start_ + 8, state);
        put_u32(out_.data() + start_ + 12, sequence);
    }
    ~writing() { put_u32(out_.data() + start_, static_cast<std::uint32_t>(out_.size() - start_)); }
    writing(const writing&) = delete;
    writing& c_string(std::string_view text) {
        out_.append(text).push_back('\0');
        return *this;
    }
    writing& octet(unsigned value) {
        out_.push_back(static_cast<char>(value));
        return *this;
    }
    writing& octets(std::string_view raw) {
        out_.append(raw);
        return *this;
    }
    writing& parameter(std::uint16_t what, std::string_view value) {
        octet(what >> 8).octet(what & 0xFF).octet(static_cast<unsigned>(value.size() >> 8) & 0xFF);
        return octet(value.size() & 0xFF).octets(value);
    }

private:
    std::string& out_;
    std::size_t start_;
};

}  // namespace mlango::bench::sms
