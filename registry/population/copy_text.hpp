// Rows in the text format of PostgreSQL's COPY: a line a row, tabs between the columns, \N for NULL. Pure.
#pragma once

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "registry/population/households.hpp"

namespace mlango::registry::population {

class copy_text {
public:
    copy_text& null() {
        separate();
        out_ += "\\N";
        return *this;
    }
    copy_text& number(std::int64_t value) {
        separate();
        digits(value);
        return *this;
    }
    copy_text& number(std::optional<std::int64_t> value) { return value ? number(*value) : null(); }
    // The value must hold no tab, line end or backslash: codes, names of our own lists, JSON made of them.
    copy_text& text(std::string_view value) {
        separate();
        out_ += value;
        return *this;
    }
    copy_text& text_or_null(std::string_view value) { return value.empty() ? null() : text(value); }
    copy_text& letter(char value) { return text({&value, 1}); }
    copy_text& flag(bool value) { return letter(value ? 't' : 'f'); }
    copy_text& date(day when);
    copy_text& date(const std::optional<day>& when) { return when ? date(*when) : null(); }
    // In UTC.
    copy_text& moment(day when, int second);
    copy_text& moment(const std::optional<day>& when, int second) { return when ? moment(*when, second) : null(); }
    copy_text& bytes(std::string_view value);
    // A bytea[] of one element.
    copy_text& bytes_in_array(std::string_view value);
    // Thousandths with three decimals.
    copy_text& decimal(int thousandths);
    void end_row() {
        out_ += '\n';
        fresh_ = true;
        ++rows_;
    }

    [[nodiscard]] std::string_view data() const { return out_; }
    [[nodiscard]] std::int64_t rows() const { return rows_; }
    // Keeps the memory.
    void clear() {
        out_.clear();
        rows_ = 0;
        fresh_ = true;
    }

private:
    void separate() {
        if (!fresh_) out_ += '\t';
        fresh_ = false;
    }
    void digits(std::int64_t value) {
        char buffer[24];
        const auto [end, error] = std::to_chars(buffer, buffer + sizeof buffer, value);
        out_.append(buffer, end);
    }
    void padded(unsigned value, int width);
    void hex(std::string_view value);
    void plain_date(day when);

    std::string out_;
    std::int64_t rows_ = 0;
    bool fresh_ = true;
};

}  // namespace mlango::registry::population
