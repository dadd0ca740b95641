// A PostgreSQL array in its text form, built element by element, so that one statement takes many rows
// (unnest($1::bigint[], $2::text[])).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "registry/pool.hpp"

namespace mlango::registry {

class array_parameter {
public:
    void add(std::int64_t number) { begin() += std::to_string(number); }
    void add(bool truth) { begin() += truth ? 't' : 'f'; }
    // Also of a bytea, in its \x form.
    void add(std::string_view text) {
        begin() += '"';
        for (const char c : text) {
            if (c == '"' || c == '\\') text_ += '\\';
            text_ += c;
        }
        text_ += '"';
    }
    void add(const char* text) { add(std::string_view(text)); }
    void add_null() { begin() += "NULL"; }
    // NULL when empty.
    void add_or_null(std::string_view text) {
        if (text.empty())
            add_null();
        else
            add(text);
    }
    [[nodiscard]] parameter take() { return std::move(text_) + '}'; }

private:
    std::string& begin() {
        if (text_.size() > 1) text_ += ',';
        return text_;
    }
    std::string text_ = "{";
};

}  // namespace mlango::registry
