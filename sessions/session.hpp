// What is remembered of a conversation between two hops, and its compact form. Handlers decide what the fields mean.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mlango::sessions {

// What a session may hold at most; a key press must not cost more than this in Redis.
struct session_bounds {
    static constexpr std::size_t stack = 16;
    static constexpr std::size_t choices = 10;
    static constexpr std::size_t fields = 8;
    static constexpr std::size_t id_bytes = 32;        // a subject, a choice
    static constexpr std::size_t field_bytes = 200;    // a field's name, a field's value
    static constexpr std::size_t reply_bytes = 1'000;  // three SMS in Ge'ez, or in French
};

// One step of the way she came: which screen, for which row, and where its page begins.
struct frame {
    std::uint16_t screen = 0;  // index in the menu of menu_version
    std::uint16_t page = 0;    // first row or word of the page shown
    std::string subject;       // the chosen row's id, at most 32 bytes; empty where there is none
    friend bool operator==(const frame&, const frame&) = default;
};

struct session {
    std::uint32_t menu_version = 0;
    std::uint8_t language = 0;  // index in the catalogue
    bool ended = false;         // kept a while so that a repeated last hop gets its answer
    std::uint16_t hops = 0;
    // Idempotency: the transcript (or sequence) that led to last_reply, as length and keyed digest.
    std::uint16_t transcript_length = 0;
    std::uint64_t transcript_digest = 0;
    std::int64_t began_at = 0;          // Unix seconds
    std::int64_t authenticated_at = 0;  // Unix seconds of the last right PIN; 0: none
    std::int64_t person = 0;            // registry ids; 0: nobody
    std::int64_t group = 0;
    std::int64_t phone = 0;
    std::uint64_t form = 0;            // of the form that she is filling in and may continue later; 0: none
    std::uint16_t flags = 0;           // bits of the handlers' own
    std::vector<frame> stack;          // the last is where she is; at most 16
    std::vector<std::string> choices;  // ids behind the numbers on the screen, from 1; at most 10, 32 bytes each
    std::uint16_t next_page = 0;       // where "more" begins; 0: there is no more
    std::vector<std::pair<std::string, std::string>> fields;  // a form's answers so far; at most 8, 200 bytes each
    std::string last_reply;                                   // what the screen shows, at most 1,000 bytes
    friend bool operator==(const session&, const session&) = default;
};

[[nodiscard]] bool within_bounds(const session& value);

enum class codec_error { truncated, unknown_version, out_of_bounds };

// Version byte first, then varints and length-prefixed strings. encode wants within_bounds (debug assertion); decode
// refuses what exceeds the bounds, and bytes left over.
[[nodiscard]] std::string encode(const session& value);
[[nodiscard]] std::expected<session, codec_error> decode(std::string_view data);

}  // namespace mlango::sessions
