#include "registry/population/copy_text.hpp"

namespace mlango::registry::population {

void copy_text::padded(unsigned value, int width) {
    char buffer[10];
    for (int i = width - 1; i >= 0; --i) {
        buffer[i] = static_cast<char>('0' + value % 10);
        value /= 10;
    }
    out_.append(buffer, static_cast<std::size_t>(width));
}

void copy_text::plain_date(day when) {
    const std::chrono::year_month_day date(when);
    padded(static_cast<unsigned>(static_cast<int>(date.year())), 4);
    out_ += '-';
    padded(static_cast<unsigned>(date.month()), 2);
    out_ += '-';
    padded(static_cast<unsigned>(date.day()), 2);
}

copy_text& copy_text::date(day when) {
    separate();
    plain_date(when);
    return *this;
}

copy_text& copy_text::moment(day when, int second) {
    separate();
    plain_date(when);
    out_ += ' ';
    padded(static_cast<unsigned>(second / 3600), 2);
    out_ += ':';
    padded(static_cast<unsigned>(second / 60 % 60), 2);
    out_ += ':';
    padded(static_cast<unsigned>(second % 60), 2);
    out_ += "+00";
    return *this;
}

void copy_text::hex(std::string_view value) {
    constexpr std::string_view digit = "0123456789abcdef";
    for (const char one : value) {
        const auto byte = static_cast<unsigned char>(one);
        out_ += digit[byte >> 4];
        out_ += digit[byte & 15];
    }
}

copy_text& copy_text::bytes(std::string_view value) {
    separate();
    out_ += "\\\\x";
    hex(value);
    return *this;
}

// The array's own quoting doubles the backslash, COPY's doubles each of the two.
copy_text& copy_text::bytes_in_array(std::string_view value) {
    separate();
    out_ += "{\"\\\\\\\\x";
    hex(value);
    out_ += "\"}";
    return *this;
}

copy_text& copy_text::decimal(int thousandths) {
    separate();
    digits(thousandths / 1000);
    out_ += '.';
    padded(static_cast<unsigned>(thousandths % 1000), 3);
    return *this;
}

}  // namespace mlango::registry::population
