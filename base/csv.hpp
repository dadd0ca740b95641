// Tables as text: comma-separated values (RFC 4180), as spreadsheets really write them: a byte order mark, semicolons
// or tabs in place of commas, any end of line. Reads in pieces of any size, one record at a time, in memory that does
// not grow with the file; where it stopped can be stored and taken up again by another process. Pure. Callers:
// console/lists (lists that staff load, reports of payers), whoever writes a table for a spreadsheet. Not here: what
// columns mean, numbers, dates.
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mlango {

struct csv_limits {
    std::size_t record_bytes = 16 * 1024;  // with quotes and separators
    std::size_t fields = 80;
};

enum class csv_fault {
    none,
    quotes,    // a quotation mark inside an unquoted field, text after a closing one, or one that never closes
    too_long,  // record_bytes
    too_many,  // fields
    not_utf8,
};

// One record. The views hold until the next one.
struct csv_record {
    std::int64_t row = 0;                  // as a spreadsheet numbers them, from 1; empty rows count
    std::vector<std::string_view> fields;  // empty with a fault
    csv_fault fault = csv_fault::none;
};

// Where a reader stands between two pieces, to be stored.
struct csv_place {
    char separator = 0;         // 0: not known yet
    bool begun = false;         // the byte order mark is behind us
    bool after_return = false;  // a carriage return ended the last record: a line feed belongs to it
    bool skipping = false;      // in a record that is too long
    std::int64_t row = 0;       // of the last record
    std::string unread;         // of a record that is not whole yet
};

class csv_reader {
public:
    // Gets each record that is not empty; false: no more, please (the rest of the piece is not read).
    using taker = std::function<bool(const csv_record&)>;

    explicit csv_reader(csv_limits limits = {}, const csv_place& from = {});

    // Both: false when the taker said so.
    bool read(std::string_view piece, const taker& take);
    // The file is over: its last record may have no end of line.
    bool finish(const taker& take);

    [[nodiscard]] csv_place place() const;

private:
    enum class at : std::uint8_t { field_start, plain, quoted, after_quote, broken };

    bool take_byte(char c, const taker& take);
    void in_record(char c);
    void end_field();
    bool end_record(const taker& take);
    void add(char c) { text_ += c; }
    [[nodiscard]] bool is_separator(char c);

    csv_limits limits_;
    at state_ = at::field_start;
    char separator_ = 0;
    bool begun_ = false;
    bool after_return_ = false;
    bool skipping_ = false;
    std::int64_t row_ = 0;
    std::string raw_;                // the record so far
    std::string text_;               // its fields, decoded, one after the other
    std::vector<std::size_t> ends_;  // of each field in text_
    csv_record record_;
};

// Appends one field, quoted where RFC 4180 asks for it or a spreadsheet would part or trim it. For what a program reads
// back as it was, and for numbers.
void append_exact_csv_field(std::string& to, std::string_view field);
// The same for what people open: a text that a spreadsheet would take for a formula gets an apostrophe in front,
// because who opens an export must not run what somebody uploaded.
void append_csv_field(std::string& to, std::string_view field);
// A whole record of such fields with its end of line (CR LF).
void append_csv_record(std::string& to, std::initializer_list<std::string_view> fields);
void append_csv_record(std::string& to, std::span<const std::string> fields);

}  // namespace mlango
