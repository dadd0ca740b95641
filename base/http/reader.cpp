#include "base/http/reader.hpp"

#include <algorithm>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

#include "base/http/text.hpp"

namespace mlango {

namespace http = boost::beast::http;
using boost::beast::error_code;
using boost::beast::string_view;
using body_length = boost::optional<std::uint64_t>;

namespace {

// A claimed length is a promise of the peer's; memory follows the bytes that come.
constexpr std::uint64_t first_reservation = 4096;
constexpr std::size_t response_header_limit = 32 * 1024;

void append_body(std::string& body, const body_length& claimed) {
    if (claimed) body.reserve(std::min(*claimed, first_reservation));
}

}  // namespace

class request_reader::parser final : public http::basic_parser<true> {
public:
    explicit parser(http_request& into) : into_(into) { eager(true); }

    [[nodiscard]] std::size_t field_count() const { return fields_; }
    [[nodiscard]] unsigned refused() const { return refused_; }
    [[nodiscard]] int version() const { return version_; }
    [[nodiscard]] bool expects() const { return expects_; }

private:
    void on_request_impl(http::verb, string_view method, string_view target, int version, error_code&) override {
        into_.method.assign(method);
        into_.target.assign(target);
        version_ = version;
    }

    void on_field_impl(http::field name, string_view name_text, string_view value, error_code& error) override {
        if (header_done_) return;  // trailers carry nothing for us
        if (fields_ == http_field_limit) return refuse(431, error);
        if (name == http::field::host && ++hosts_ > 1) return refuse(400, error);
        // Another coding than chunked would leave the end of the body to guess (RFC 9112 §6.3).
        if (name == http::field::transfer_encoding && !equal_ignoring_case(value, "chunked")) return refuse(501, error);
        if (name == http::field::expect) {
            if (!equal_ignoring_case(value, "100-continue")) return refuse(417, error);
            expects_ = version_ == 11;
        }
        if (fields_ == into_.headers.size()) into_.headers.emplace_back();
        http_header& field = into_.headers[fields_++];
        field.name.assign(name_text);
        field.value.assign(value);
    }

    void on_header_impl(error_code& error) override {
        header_done_ = true;
        into_.headers.resize(fields_);
        if (version_ == 11 && hosts_ == 0) refuse(400, error);
    }

    void on_body_init_impl(const body_length& length, error_code&) override { append_body(into_.body, length); }
    std::size_t on_body_impl(string_view piece, error_code&) override {
        into_.body.append(piece);
        return piece.size();
    }
    void on_chunk_header_impl(std::uint64_t, string_view, error_code&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t, string_view piece, error_code&) override {
        into_.body.append(piece);
        return piece.size();
    }
    void on_finish_impl(error_code&) override {}
    void on_response_impl(int, string_view, int, error_code&) override {}

    void refuse(unsigned status, error_code& error) {
        refused_ = status;
        error = http::error::bad_value;
    }

    http_request& into_;
    std::size_t fields_ = 0;
    unsigned refused_ = 0;
    int version_ = 11;
    int hosts_ = 0;
    bool header_done_ = false;
    bool expects_ = false;
};

struct request_reader::state {
    std::size_t header_limit;
    std::size_t body_limit;
    std::optional<parser> current;
    std::size_t header_taken = 0;
    bool started = false;
    unsigned fault = 400;
};

request_reader::request_reader(std::size_t header_limit, std::size_t body_limit)
    : state_(std::make_unique<state>(header_limit, body_limit)) {}
request_reader::~request_reader() = default;

void request_reader::start(http_request& into) {
    into.body.clear();
    state_->current.emplace(into);
    state_->current->header_limit(static_cast<std::uint32_t>(state_->header_limit));
    state_->current->body_limit(state_->body_limit);
    state_->header_taken = 0;
    state_->started = false;
}

request_reader::progress request_reader::feed(std::string_view data) {
    parser& current = *state_->current;
    std::size_t taken = 0;
    if (data.empty()) return {0, read_state::need_more};
    state_->started = true;
    // Empty lines before a request are let pass (RFC 9112 §2.2).
    if (!current.got_some())
        while (data.substr(taken).starts_with("\r\n")) taken += 2;
    data.remove_prefix(taken);
    if (data.empty() || data == "\r") return {taken, read_state::need_more};

    error_code error;
    const bool in_header = !current.is_header_done();
    const std::size_t used = current.put(boost::asio::buffer(data.data(), data.size()), error);
    taken += used;
    if (in_header && !error && !current.is_header_done()) error = http::error::need_more;
    if (error == http::error::need_more || !error) {
        if (current.is_done()) return {taken, read_state::complete};
        if (!current.is_header_done()) {
            state_->header_taken += used;
            if (state_->header_taken + (data.size() - used) >= state_->header_limit) {
                state_->fault = 431;
                return {taken, read_state::fault};
            }
        }
        return {taken, read_state::need_more};
    }
    if (current.refused() != 0) {
        state_->fault = current.refused();
    } else if (error == http::error::header_limit) {
        state_->fault = 431;
    } else if (error == http::error::body_limit) {
        state_->fault = 413;
    } else {
        state_->fault = 400;
    }
    return {taken, read_state::fault};
}

bool request_reader::started() const {
    return state_->started;
}
bool request_reader::expects_continue() const {
    return state_->current->is_header_done() && !state_->current->is_done() && state_->current->expects();
}
bool request_reader::keep_alive() const {
    return state_->current->keep_alive();
}
bool request_reader::is_http_1_0() const {
    return state_->current->version() == 10;
}
unsigned request_reader::fault_status() const {
    return state_->fault;
}

class response_reader::parser final : public http::basic_parser<false> {
public:
    parser(std::size_t limit, bool head) {
        eager(true);
        header_limit(response_header_limit);
        body_limit(limit);
        skip(head);
    }
    http_response response;

private:
    void on_request_impl(http::verb, string_view, string_view, int, error_code&) override {}
    void on_response_impl(int code, string_view, int, error_code&) override {
        response.status = static_cast<unsigned>(code);
        response.content_type.clear();
    }
    void on_field_impl(http::field name, string_view name_text, string_view value, error_code& error) override {
        if (header_done_) return;
        if (response.headers.size() == http_field_limit) {
            error = http::error::header_limit;
        } else if (name == http::field::content_type) {
            response.content_type.assign(value);
        } else {
            response.headers.push_back({std::string(name_text), std::string(value)});
        }
    }
    void on_header_impl(error_code&) override { header_done_ = true; }
    void on_body_init_impl(const body_length& length, error_code&) override { append_body(response.body, length); }
    std::size_t on_body_impl(string_view piece, error_code&) override {
        response.body.append(piece);
        return piece.size();
    }
    void on_chunk_header_impl(std::uint64_t, string_view, error_code&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t, string_view piece, error_code&) override {
        response.body.append(piece);
        return piece.size();
    }
    void on_finish_impl(error_code&) override {}

    bool header_done_ = false;
};

struct response_reader::state {
    std::size_t body_limit;
    bool head;
    std::optional<parser> current;
};

response_reader::response_reader(std::size_t body_limit, bool head)
    : state_(std::make_unique<state>(body_limit, head)) {
    state_->current.emplace(body_limit, head);
}
response_reader::~response_reader() = default;

request_reader::progress response_reader::feed(std::string_view data) {
    std::size_t taken = 0;
    while (taken < data.size()) {
        parser& current = *state_->current;
        error_code error;
        taken += current.put(boost::asio::buffer(data.data() + taken, data.size() - taken), error);
        if (error && error != http::error::need_more) return {taken, read_state::fault};
        if (!current.is_done()) {
            if (error) return {taken, read_state::need_more};
            continue;
        }
        // Interim answers (100, 103) come before the one that counts; nobody asked to switch protocols.
        if (current.response.status == 101) return {taken, read_state::fault};
        if (current.response.status >= 200) return {taken, read_state::complete};
        state_->current.emplace(state_->body_limit, state_->head);
    }
    return {taken, read_state::need_more};
}

read_state response_reader::finish() {
    if (!state_->current->got_some()) return read_state::fault;
    error_code error;
    state_->current->put_eof(error);
    return error || !state_->current->is_done() ? read_state::fault : read_state::complete;
}

bool response_reader::keep_alive() const {
    return state_->current->keep_alive();
}
http_response& response_reader::response() {
    return state_->current->response;
}

}  // namespace mlango
