#include "base/log.hpp"

#include <fmt/format.h>
#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <algorithm>
#include <iterator>

#include "base/bytes.hpp"

namespace mlango {

namespace {

constexpr std::size_t value_limit = 200;

spdlog::level::level_enum spdlog_level(log_level level) {
    switch (level) {
        case log_level::debug:
            return spdlog::level::debug;
        case log_level::info:
            return spdlog::level::info;
        case log_level::warning:
            return spdlog::level::warn;
        case log_level::error:
            break;
    }
    return spdlog::level::err;
}

std::unique_ptr<spdlog::formatter> line_formatter(std::string end) {
    return std::make_unique<spdlog::pattern_formatter>("%Y-%m-%dT%H:%M:%S.%eZ %l %v", spdlog::pattern_time_type::utc,
                                                       std::move(end));
}

// Never destroyed, so that what ends last can still tell.
spdlog::logger& standard_error() {
    static spdlog::logger& only = *[] {
        auto* made = new spdlog::logger("", std::make_shared<spdlog::sinks::stderr_sink_mt>());
        made->set_formatter(line_formatter("\n"));
        made->set_level(spdlog::level::info);
        made->flush_on(spdlog::level::warn);
        return made;
    }();
    return only;
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

std::string mask(std::string_view e164) {
    constexpr std::string_view dots = "•••••";
    if (e164.starts_with('+')) e164.remove_prefix(1);
    // Of a short code or anything that is no number, nothing is shown.
    if (e164.size() < 9 || e164.size() > 15 || !std::all_of(e164.begin(), e164.end(), is_digit))
        return std::string(dots);
    return fmt::format("+{}{}{}", e164.substr(0, 4), dots, e164.substr(e164.size() - 2));
}

// C1 controls, line and paragraph separators, and the marks that reorder text on a terminal.
bool is_deceptive(std::string_view rest) {
    const auto byte_at = [&](std::size_t i) { return static_cast<unsigned char>(i < rest.size() ? rest[i] : 0); };
    if (byte_at(0) == 0xC2) return byte_at(1) <= 0x9F;
    if (byte_at(0) != 0xE2) return false;
    if (byte_at(1) == 0x80) return byte_at(2) >= 0xA8 && byte_at(2) <= 0xAE;
    return byte_at(1) == 0x81 && byte_at(2) >= 0xA6 && byte_at(2) <= 0xA9;
}

void append_value(fmt::memory_buffer& out, std::string_view value) {
    bool cut = false;
    const bool text = is_utf8(value);
    if (value.size() > value_limit) {
        std::size_t length = value_limit;
        if (text)
            while ((static_cast<unsigned char>(value[length]) & 0xC0) == 0x80) --length;
        value = value.substr(0, length);
        cut = true;
    }
    const auto is_plain = [&](const char& c) {
        if (static_cast<unsigned char>(c) >= 0x80) return text && !is_deceptive({&c, value.data() + value.size()});
        return c > ' ' && c != 0x7F && c != '"' && c != '=' && c != '\\';
    };
    if (!cut && !value.empty() && std::all_of(value.begin(), value.end(), is_plain)) {
        out.append(value);
        return;
    }
    out.push_back('"');
    for (std::size_t i = 0; i < value.size(); ++i) {
        const auto c = static_cast<unsigned char>(value[i]);
        if (c == '"' || c == '\\') {
            out.push_back('\\');
            out.push_back(value[i]);
        } else if (c == '\n') {
            out.append(std::string_view("\\n"));
        } else if (c < ' ' || c == 0x7F || (c >= 0x80 && (!text || is_deceptive(value.substr(i))))) {
            const std::size_t length = c < 0x80 || !text ? 1 : c < 0xE0 ? 2 : 3;
            for (std::size_t k = 0; k < length; ++k)
                fmt::format_to(std::back_inserter(out), "\\x{:02x}", static_cast<unsigned char>(value[i + k]));
            i += length - 1;
        } else {
            out.push_back(value[i]);
        }
    }
    if (cut) out.append(std::string_view("…"));
    out.push_back('"');
}

// Everything behind the level.
void append_message(fmt::memory_buffer& out, std::string_view event, std::initializer_list<log_field> fields) {
    out.append(event);
    for (const log_field& field : fields) {
        out.push_back(' ');
        out.append(field.key());
        out.push_back('=');
        append_value(out, field.value());
    }
}

}  // namespace

log_field::log_field(std::string_view key, double value) : key_(key), value_(fmt::format("{:.6g}", value)) {}
log_field::log_field(std::string_view key, masked_msisdn value) : key_(key), value_(mask(value.e164)) {}

void set_log_level(log_level lowest) {
    standard_error().set_level(spdlog_level(lowest));
}

bool log_enabled(log_level level) {
    return standard_error().should_log(spdlog_level(level));
}

std::string log_line(wall_time at, log_level level, std::string_view event, std::initializer_list<log_field> fields) {
    fmt::memory_buffer message;
    append_message(message, event, fields);
    const spdlog::details::log_msg record(at, {}, {}, spdlog_level(level), {message.data(), message.size()});
    spdlog::memory_buf_t line;
    line_formatter("")->format(record, line);
    return fmt::to_string(line);
}

void log(log_level level, std::string_view event, std::initializer_list<log_field> fields) {
    if (!log_enabled(level)) return;
    fmt::memory_buffer message;
    append_message(message, event, fields);
    standard_error().log(spdlog_level(level), spdlog::string_view_t(message.data(), message.size()));
}

}  // namespace mlango
