// One structured line per event: time level event key=value …, on standard error. Names, numbers, texts and inputs are
// never logged: a phone number goes in as masked_msisdn, a session as the first 8 digits of its blind key.
//   error: someone must act now; warning: soon; info: rare; debug: off unless asked for.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>

#include "base/clock.hpp"

namespace mlango {

enum class log_level { debug, info, warning, error };

// Shows the country code's first digits and the last two: +2547•••••01.
struct masked_msisdn {
    std::string_view e164;
};

class log_field {
public:
    template <class T>
        requires std::is_integral_v<T>
    log_field(std::string_view key, T value) : key_(key), value_(std::to_string(value)) {}
    log_field(std::string_view key, double value);
    log_field(std::string_view key, std::string_view value) : key_(key), value_(value) {}
    log_field(std::string_view key, const char* value) : key_(key), value_(value) {}
    log_field(std::string_view key, const std::string& value) : key_(key), value_(value) {}
    log_field(std::string_view key, masked_msisdn value);

    [[nodiscard]] std::string_view key() const { return key_; }
    [[nodiscard]] std::string_view value() const { return value_; }

private:
    std::string_view key_;
    std::string value_;
};

void set_log_level(log_level lowest);
[[nodiscard]] bool log_enabled(log_level level);
// `event` is a fixed phrase (words_with_underscores), never built from input. Values with spaces are quoted and
// control characters escaped; a value longer than 200 bytes is cut. Thread-safe.
void log(log_level level, std::string_view event, std::initializer_list<log_field> fields = {});

// The line that log() writes, without its line end.
[[nodiscard]] std::string log_line(wall_time at, log_level level, std::string_view event,
                                   std::initializer_list<log_field> fields);

inline void log_debug(std::string_view event, std::initializer_list<log_field> fields = {}) {
    if (log_enabled(log_level::debug)) log(log_level::debug, event, fields);
}
inline void log_info(std::string_view event, std::initializer_list<log_field> fields = {}) {
    log(log_level::info, event, fields);
}
inline void log_warning(std::string_view event, std::initializer_list<log_field> fields = {}) {
    log(log_level::warning, event, fields);
}
inline void log_error(std::string_view event, std::initializer_list<log_field> fields = {}) {
    log(log_level::error, event, fields);
}

}  // namespace mlango
