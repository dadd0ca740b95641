#include "base/csv.hpp"

#include "base/bytes.hpp"

namespace mlango {

namespace {

constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

void append_field(std::string& to, std::string_view guard, std::string_view field) {
    const bool quoted =
        field.find_first_of(",;\t\"\r\n") != std::string_view::npos || field.starts_with(' ') || field.ends_with(' ');
    if (!quoted) {
        to.append(guard).append(field);
        return;
    }
    to += '"';
    to += guard;
    for (const char c : field) {
        if (c == '"') to += '"';
        to += c;
    }
    to += '"';
}

void append_record(std::string& to, const auto& fields) {
    bool first = true;
    for (const std::string_view field : fields) {
        if (!first) to += ',';
        first = false;
        append_csv_field(to, field);
    }
    to += "\r\n";
}

}  // namespace

csv_reader::csv_reader(csv_limits limits, const csv_place& from)
    : limits_(limits),
      separator_(from.separator),
      begun_(from.begun),
      after_return_(from.after_return),
      skipping_(from.skipping),
      row_(from.row) {
    // What is unread ended no record before, so it ends none now.
    const taker nobody = [](const csv_record&) { return true; };
    if (begun_)
        for (const char c : from.unread) take_byte(c, nobody);
    else
        raw_ = from.unread;
}

bool csv_reader::read(std::string_view piece, const taker& take) {
    for (const char c : piece) {
        if (begun_) {
            if (!take_byte(c, take)) return false;
            continue;
        }
        raw_ += c;
        if (raw_.size() < byte_order_mark.size() && byte_order_mark.starts_with(raw_)) continue;
        begun_ = true;
        const std::string first = raw_ == byte_order_mark ? std::string() : std::move(raw_);
        raw_.clear();
        for (const char held : first)
            if (!take_byte(held, take)) return false;
    }
    return true;
}

bool csv_reader::finish(const taker& take) {
    if (!begun_) {
        begun_ = true;
        const std::string held = std::move(raw_);
        raw_.clear();
        for (const char c : held)
            if (!take_byte(c, take)) return false;
    }
    if (raw_.empty() && !skipping_) return true;
    if (state_ == at::quoted) state_ = at::broken;
    return end_record(take);
}

csv_place csv_reader::place() const {
    return {.separator = separator_,
            .begun = begun_,
            .after_return = after_return_,
            .skipping = skipping_,
            .row = row_,
            .unread = raw_};
}

bool csv_reader::is_separator(char c) {
    if (separator_ == 0 && (c == ',' || c == ';' || c == '\t')) separator_ = c;
    return c == separator_ && separator_ != 0;
}

bool csv_reader::take_byte(char c, const taker& take) {
    const bool line_end = c == '\n' || c == '\r';
    if (after_return_) {
        after_return_ = false;
        if (c == '\n') return true;
    }
    // Inside quotes a line may end without ending the record. In one that is too long nobody knows about quotes.
    if (line_end && (skipping_ || state_ != at::quoted)) {
        after_return_ = c == '\r';
        return end_record(take);
    }
    if (skipping_) return true;
    raw_ += c;
    if (raw_.size() > limits_.record_bytes) {
        skipping_ = true;
        raw_.clear();
        return true;
    }
    in_record(c);
    return true;
}

void csv_reader::in_record(char c) {
    switch (state_) {
        case at::broken:
            return;
        case at::quoted:
            if (c == '"')
                state_ = at::after_quote;
            else
                add(c);
            return;
        case at::after_quote:
            if (c == '"') {
                add(c);
                state_ = at::quoted;
            } else if (is_separator(c)) {
                end_field();
            } else {
                state_ = at::broken;
            }
            return;
        case at::field_start:
            if (c == '"') {
                state_ = at::quoted;
                return;
            }
            [[fallthrough]];
        case at::plain:
            if (is_separator(c)) {
                end_field();
            } else if (c == '"') {
                state_ = at::broken;
            } else {
                add(c);
                state_ = at::plain;
            }
    }
}

void csv_reader::end_field() {
    // Beyond the limit only the count matters.
    if (ends_.size() <= limits_.fields) ends_.push_back(text_.size());
    state_ = at::field_start;
}

bool csv_reader::end_record(const taker& take) {
    ++row_;
    record_.row = row_;
    record_.fields.clear();
    record_.fault = csv_fault::none;
    const bool empty = raw_.empty() && !skipping_;
    if (skipping_)
        record_.fault = csv_fault::too_long;
    else if (state_ == at::broken)
        record_.fault = csv_fault::quotes;
    else
        end_field();
    if (record_.fault == csv_fault::none && ends_.size() > limits_.fields) record_.fault = csv_fault::too_many;
    if (record_.fault == csv_fault::none && !is_utf8(text_)) record_.fault = csv_fault::not_utf8;
    if (record_.fault == csv_fault::none) {
        std::size_t begin = 0;
        for (const std::size_t end : ends_) {
            record_.fields.push_back(std::string_view(text_).substr(begin, end - begin));
            begin = end;
        }
    }
    const bool more = empty || take(record_);
    skipping_ = false;
    state_ = at::field_start;
    raw_.clear();
    text_.clear();
    ends_.clear();
    return more;
}

void append_exact_csv_field(std::string& to, std::string_view field) {
    append_field(to, {}, field);
}

void append_csv_field(std::string& to, std::string_view field) {
    const bool formula = !field.empty() && std::string_view("=+-@\t\r").contains(field.front());
    append_field(to, formula ? "'" : "", field);
}

void append_csv_record(std::string& to, std::initializer_list<std::string_view> fields) {
    append_record(to, fields);
}

void append_csv_record(std::string& to, std::span<const std::string> fields) {
    append_record(to, fields);
}

}  // namespace mlango
