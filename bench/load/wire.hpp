// The Africa's Talking USSD dialect as the aggregator speaks it (POST form out, CON or END in), over HTTP/1.1 with
// keep-alive. Pure values: the engine moves the bytes.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace mlango::bench {

// Where the service under load listens; loopback only, so that no one else is loaded by mistake.
struct target {
    std::uint32_t address = 0;  // IPv4, host byte order, within 127.0.0.0/8
    std::uint16_t port = 0;
    std::string path;  // with the query
};
// "http://127.0.0.1:8080/ussd/africastalking?key=demo"; "localhost" is 127.0.0.1.
[[nodiscard]] std::expected<target, std::string> parse_target(std::string_view url);

struct ussd_request {
    std::string_view session;
    std::string_view msisdn;
    std::string_view service_code;
    std::string_view network;
    std::string_view transcript;  // every input so far, joined by '*'; empty on dial
};
// Appends the whole request.
void append_request(const target& to, const ussd_request& what, std::string& out);

// application/x-www-form-urlencoded, as URLSearchParams writes it.
void append_form_value(std::string_view value, std::string& out);

// Collects one HTTP response with a Content-Length. Others (chunked, closed-ended) are refused: a gateway would cope,
// but no peer here sends them.
class response_reader {
public:
    enum class state : std::uint8_t { incomplete, complete, malformed };
    state feed(std::string_view bytes);
    void reset();

    [[nodiscard]] int status() const { return status_; }
    [[nodiscard]] bool closes() const { return closes_; }
    [[nodiscard]] std::string_view body() const { return std::string_view{buffer_}.substr(body_at_, length_); }

private:
    [[nodiscard]] state read_head();

    std::string buffer_;
    std::size_t body_at_ = 0;
    std::size_t length_ = 0;
    int status_ = 0;
    bool closes_ = false;
};

struct screen {
    std::string_view text;
    bool ended = false;
};
// nullopt when the body begins with neither "CON " nor "END ".
[[nodiscard]] std::optional<screen> read_screen(std::string_view body);

}  // namespace mlango::bench
