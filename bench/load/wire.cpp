#include "bench/load/wire.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace mlango::bench {
namespace {

constexpr std::size_t longest_response = 64 * 1024;

template <class Number>
std::optional<Number> number_in(std::string_view text) {
    Number value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

bool same_word(std::string_view a, std::string_view b) {
    return std::ranges::equal(a, b, [](char x, char y) { return (x | 0x20) == (y | 0x20); });
}

std::string_view trimmed(std::string_view text) {
    while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
    while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
    return text;
}

}  // namespace

std::expected<target, std::string> parse_target(std::string_view url) {
    constexpr std::string_view scheme = "http://";
    if (!url.starts_with(scheme)) return std::unexpected("the target begins with http://");
    url.remove_prefix(scheme.size());
    const std::size_t slash = std::min(url.find('/'), url.size());
    const std::string_view authority = url.substr(0, slash);
    target made;
    made.path = slash == url.size() ? "/" : std::string{url.substr(slash)};
    const std::size_t colon = authority.find(':');
    const auto port = colon == std::string_view::npos ? std::optional<std::uint16_t>{80}
                                                      : number_in<std::uint16_t>(authority.substr(colon + 1));
    if (!port || *port == 0) return std::unexpected("the target's port is no port");
    made.port = *port;
    std::string_view host = authority.substr(0, colon);
    if (host == "localhost") host = "127.0.0.1";
    for (int part = 0; part < 4; ++part) {
        const std::size_t dot = std::min(host.find('.'), host.size());
        const auto value = number_in<std::uint8_t>(host.substr(0, dot));
        if (!value || (part < 3) == (dot == host.size())) return std::unexpected("the target's host is 127.x.y.z");
        made.address = (made.address << 8U) | *value;
        host.remove_prefix(std::min(dot + 1, host.size()));
    }
    if (made.address >> 24U != 127) return std::unexpected("the target is not on this machine's loopback");
    return made;
}

void append_form_value(std::string_view value, std::string& out) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    for (const char c : value) {
        const auto byte = static_cast<unsigned char>(c);
        const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '*' ||
                           c == '-' || c == '.' || c == '_';
        if (plain) {
            out += c;
        } else if (c == ' ') {
            out += '+';
        } else {
            out += '%';
            out += digits[byte >> 4U];
            out += digits[byte & 15U];
        }
    }
}

void append_request(const target& to, const ussd_request& what, std::string& out) {
    std::string body;
    body.reserve(160 + what.transcript.size());
    const auto field = [&](std::string_view name, std::string_view value) {
        if (!body.empty()) body += '&';
        body += name;
        body += '=';
        append_form_value(value, body);
    };
    field("sessionId", what.session);
    field("phoneNumber", what.msisdn);
    field("networkCode", what.network);
    field("serviceCode", what.service_code);
    field("text", what.transcript);
    fmt::format_to(std::back_inserter(out),
                   "POST {} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                   "Content-Length: {}\r\n\r\n{}",
                   to.path, to.port, body.size(), body);
}

void response_reader::reset() {
    buffer_.clear();
    body_at_ = length_ = 0;
    status_ = 0;
    closes_ = false;
}

response_reader::state response_reader::feed(std::string_view bytes) {
    if (buffer_.size() + bytes.size() > longest_response) return state::malformed;
    buffer_ += bytes;
    if (body_at_ == 0) {
        if (const state head = read_head(); head != state::complete) return head;
    }
    if (buffer_.size() < body_at_ + length_) return state::incomplete;
    return buffer_.size() == body_at_ + length_ ? state::complete : state::malformed;
}

response_reader::state response_reader::read_head() {
    const std::size_t end = buffer_.find("\r\n\r\n");
    if (end == std::string::npos) return state::incomplete;
    std::string_view head = std::string_view{buffer_}.substr(0, end);
    if (head.size() < 12 || !head.starts_with("HTTP/1.1 ")) return state::malformed;
    const auto status = number_in<int>(head.substr(9, 3));
    if (!status) return state::malformed;
    bool has_length = false;
    for (std::size_t line = head.find("\r\n"); line != std::string_view::npos; line = head.find("\r\n")) {
        head.remove_prefix(line + 2);
        const std::string_view field = head.substr(0, head.find("\r\n"));
        const std::size_t colon = field.find(':');
        if (colon == std::string_view::npos) return state::malformed;
        const std::string_view name = field.substr(0, colon);
        const std::string_view value = trimmed(field.substr(colon + 1));
        if (same_word(name, "content-length")) {
            const auto length = number_in<std::size_t>(value);
            if (!length || *length > longest_response) return state::malformed;
            length_ = *length;
            has_length = true;
        } else if (same_word(name, "transfer-encoding")) {
            return state::malformed;
        } else if (same_word(name, "connection")) {
            closes_ = same_word(value, "close");
        }
    }
    if (!has_length) return state::malformed;
    status_ = *status;
    body_at_ = end + 4;
    return state::complete;
}

std::optional<screen> read_screen(std::string_view body) {
    if (!body.starts_with("CON ") && !body.starts_with("END ")) return std::nullopt;
    return screen{body.substr(4), body.starts_with("END ")};
}

}  // namespace mlango::bench
