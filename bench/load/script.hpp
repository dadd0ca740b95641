// What a scripted caller types and what she must see. A script is lines of
//
//     input TAB expected [TAB CON|END]        lines that begin with "# " and empty ones are skipped
//
// The first input is "dial". `expected` must be found in the screen; between slashes it is a pattern, whose parts,
// separated by '*', must be found in that order. \n is a line end. Both columns may hold placeholders:
//   {msisdn} {n} {session}   the caller's number in E.164, her index in the range, her session's id
//   {masked}                 her number as logs show it: +2547•••••01
//   {first:N} {last:N}       the first, the last N characters of her number
//   {word}                   the column of that name in the facts file
// so that a screen of another caller is found wrong. Pure values.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mlango::bench {

// One row per caller, tab-separated, with a header. The column "n" is her index in the range of numbers.
class facts {
public:
    // Every number from `first`, `count` of them, with no columns.
    [[nodiscard]] static facts of_range(std::int64_t first, std::int64_t count);
    [[nodiscard]] static std::expected<facts, std::string> parse(std::string_view text);

    [[nodiscard]] std::size_t size() const { return numbers_.size(); }
    [[nodiscard]] std::int64_t number(std::size_t row) const { return numbers_[row]; }
    [[nodiscard]] std::optional<std::size_t> column(std::string_view name) const;
    [[nodiscard]] std::string_view value(std::size_t row, std::size_t column) const {
        return values_[(row * columns_.size()) + column];
    }

private:
    std::vector<std::int64_t> numbers_;
    std::vector<std::string> columns_;
    std::vector<std::string> values_;
};

// Who calls: a row of the facts and her session.
struct caller {
    const facts* known = nullptr;
    std::size_t row = 0;
    std::string_view session;
};

// +254700000000 + n.
[[nodiscard]] std::string msisdn_of(std::int64_t n);

// Words with placeholders.
class phrase {
public:
    [[nodiscard]] static std::expected<phrase, std::string> parse(std::string_view text, const facts& known);
    // Appends the words for `who`.
    void append(const caller& who, std::string& out) const;

private:
    enum class kind : std::uint8_t { literal, msisdn, index, session, masked, first, last, column };
    struct piece {
        kind what = kind::literal;
        std::string text;
        std::size_t number = 0;  // characters, or the column
    };
    std::vector<piece> pieces_;
};

enum class verdict : std::uint8_t { right, wrong_text, wrong_ending };

struct step {
    bool dial = false;
    phrase input;
    std::vector<phrase> expected;  // to be found in this order
    std::optional<bool> ends;
    std::string label;  // the input as written
    [[nodiscard]] verdict check(const caller& who, std::string_view screen, bool ended) const;
};

// Names the line that is wrong.
[[nodiscard]] std::expected<std::vector<step>, std::string> parse_script(std::string_view text, const facts& known);

}  // namespace mlango::bench
