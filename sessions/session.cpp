#include "sessions/session.hpp"

#include <algorithm>
#include <cassert>
#include <limits>
#include <optional>

namespace mlango::sessions {
namespace {

constexpr char format_version = 2;
constexpr std::uint8_t bit_ended = 1;
constexpr std::uint8_t bit_authenticated = 2;
constexpr std::uint8_t bit_transcript = 4;
constexpr std::uint8_t bit_form = 8;

std::uint64_t zigzag(std::int64_t value) {
    return (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63);
}
std::int64_t unzigzag(std::uint64_t value) {
    return static_cast<std::int64_t>((value >> 1) ^ (~(value & 1) + 1));
}

class writer {
public:
    explicit writer(std::size_t expected_size) { out_.reserve(expected_size); }

    void byte(std::uint8_t value) { out_.push_back(static_cast<char>(value)); }
    void number(std::uint64_t value) {
        for (; value >= 0x80; value >>= 7) byte(static_cast<std::uint8_t>(value | 0x80));
        byte(static_cast<std::uint8_t>(value));
    }
    void signed_number(std::int64_t value) { number(zigzag(value)); }
    void fixed(std::uint64_t value) {
        for (int shift = 0; shift < 64; shift += 8) byte(static_cast<std::uint8_t>(value >> shift));
    }
    void text(std::string_view value) {
        number(value.size());
        out_.append(value);
    }
    [[nodiscard]] std::string take() { return std::move(out_); }

private:
    std::string out_;
};

// Reads on after a fault without harm; the first fault is what counts.
class reader {
public:
    explicit reader(std::string_view data) : rest_(data) {}

    std::uint8_t byte() {
        if (rest_.empty()) {
            fail(codec_error::truncated);
            return 0;
        }
        const auto value = static_cast<std::uint8_t>(rest_.front());
        rest_.remove_prefix(1);
        return value;
    }
    std::uint64_t number(std::uint64_t highest = std::numeric_limits<std::uint64_t>::max()) {
        std::uint64_t value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            const std::uint64_t part = byte();
            if (shift == 63 && (part & 0x7f) > 1) break;
            value |= (part & 0x7f) << shift;
            if ((part & 0x80) == 0) {
                if (value <= highest) return value;
                break;
            }
        }
        fail(codec_error::out_of_bounds);
        return 0;
    }
    template <class T>
    T small() {
        return static_cast<T>(number(std::numeric_limits<T>::max()));
    }
    std::int64_t signed_number() { return unzigzag(number()); }
    std::uint64_t fixed() {
        std::uint64_t value = 0;
        for (int shift = 0; shift < 64; shift += 8) value |= std::uint64_t{byte()} << shift;
        return value;
    }
    std::string text(std::size_t longest) {
        const auto length = number(longest);
        if (length > rest_.size()) fail(codec_error::truncated);
        if (fault_) return {};
        std::string value(rest_.substr(0, length));
        rest_.remove_prefix(length);
        return value;
    }
    void fail(codec_error fault) {
        if (!fault_) fault_ = fault;
        rest_ = {};
    }
    [[nodiscard]] bool at_end() const { return rest_.empty(); }
    [[nodiscard]] std::optional<codec_error> fault() const { return fault_; }

private:
    std::string_view rest_;
    std::optional<codec_error> fault_;
};

}  // namespace

bool within_bounds(const session& value) {
    using bounds = session_bounds;
    return value.stack.size() <= bounds::stack && value.choices.size() <= bounds::choices &&
           value.fields.size() <= bounds::fields && value.last_reply.size() <= bounds::reply_bytes &&
           std::ranges::all_of(value.stack, [](const frame& f) { return f.subject.size() <= bounds::id_bytes; }) &&
           std::ranges::all_of(value.choices, [](const std::string& c) { return c.size() <= bounds::id_bytes; }) &&
           std::ranges::all_of(value.fields, [](const auto& f) {
               return f.first.size() <= bounds::field_bytes && f.second.size() <= bounds::field_bytes;
           });
}

std::string encode(const session& value) {
    assert(within_bounds(value));
    const bool authenticated = value.authenticated_at != 0;
    const bool transcript = value.transcript_length != 0 || value.transcript_digest != 0;

    writer out(96 + value.last_reply.size() + 48 * value.stack.size() + 34 * value.choices.size());
    out.byte(format_version);
    out.byte(static_cast<std::uint8_t>((value.ended ? bit_ended : 0) | (authenticated ? bit_authenticated : 0) |
                                       (transcript ? bit_transcript : 0) | (value.form != 0 ? bit_form : 0)));
    out.number(value.menu_version);
    out.byte(value.language);
    out.number(value.flags);
    out.number(value.hops);
    if (transcript) {
        out.number(value.transcript_length);
        out.fixed(value.transcript_digest);
    }
    out.signed_number(value.began_at);
    if (authenticated) {
        // As seconds since began_at: one or two bytes. Unsigned, so that extremes wrap instead of overflowing.
        out.signed_number(static_cast<std::int64_t>(static_cast<std::uint64_t>(value.authenticated_at) -
                                                    static_cast<std::uint64_t>(value.began_at)));
    }
    out.signed_number(value.person);
    out.signed_number(value.group);
    out.signed_number(value.phone);
    if (value.form != 0) out.fixed(value.form);
    out.number(value.next_page);
    out.number(value.stack.size());
    for (const auto& step : value.stack) {
        out.number(step.screen);
        out.number(step.page);
        out.text(step.subject);
    }
    out.number(value.choices.size());
    for (const auto& choice : value.choices) out.text(choice);
    out.number(value.fields.size());
    for (const auto& [name, answer] : value.fields) {
        out.text(name);
        out.text(answer);
    }
    out.text(value.last_reply);
    return out.take();
}

std::expected<session, codec_error> decode(std::string_view data) {
    reader in(data);
    const auto version = static_cast<char>(in.byte());
    if (in.fault()) return std::unexpected(codec_error::truncated);
    if (version != format_version) return std::unexpected(codec_error::unknown_version);

    session value;
    const auto bits = in.byte();
    if ((bits & ~(bit_ended | bit_authenticated | bit_transcript | bit_form)) != 0) in.fail(codec_error::out_of_bounds);
    value.ended = (bits & bit_ended) != 0;
    value.menu_version = in.small<std::uint32_t>();
    value.language = in.byte();
    value.flags = in.small<std::uint16_t>();
    value.hops = in.small<std::uint16_t>();
    if ((bits & bit_transcript) != 0) {
        value.transcript_length = in.small<std::uint16_t>();
        value.transcript_digest = in.fixed();
    }
    value.began_at = in.signed_number();
    if ((bits & bit_authenticated) != 0) {
        value.authenticated_at = static_cast<std::int64_t>(static_cast<std::uint64_t>(value.began_at) +
                                                           static_cast<std::uint64_t>(in.signed_number()));
    }
    value.person = in.signed_number();
    value.group = in.signed_number();
    value.phone = in.signed_number();
    if ((bits & bit_form) != 0) value.form = in.fixed();
    value.next_page = in.small<std::uint16_t>();
    value.stack.resize(in.number(session_bounds::stack));
    for (auto& step : value.stack) {
        step.screen = in.small<std::uint16_t>();
        step.page = in.small<std::uint16_t>();
        step.subject = in.text(session_bounds::id_bytes);
    }
    value.choices.resize(in.number(session_bounds::choices));
    for (auto& choice : value.choices) choice = in.text(session_bounds::id_bytes);
    value.fields.resize(in.number(session_bounds::fields));
    for (auto& [name, answer] : value.fields) {
        name = in.text(session_bounds::field_bytes);
        answer = in.text(session_bounds::field_bytes);
    }
    value.last_reply = in.text(session_bounds::reply_bytes);
    if (!in.fault() && !in.at_end()) in.fail(codec_error::out_of_bounds);
    if (in.fault()) return std::unexpected(*in.fault());
    return value;
}

}  // namespace mlango::sessions
