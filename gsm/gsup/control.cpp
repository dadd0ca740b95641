#include "gsm/gsup/control.hpp"

#include <fmt/format.h>

#include <charconv>

#include "gsm/gsup/ipa.hpp"

namespace mlango::gsm::gsup {
namespace {

// The text up to the next space, which is taken off, too.
std::string_view take_word(std::string_view& text) {
    const std::size_t end = text.find(' ');
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    return word;
}

}  // namespace

std::string write_get(std::uint32_t id, std::string_view variable) {
    std::string frame;
    append_frame(frame, extension::control, fmt::format("GET {} {}", id, variable));
    return frame;
}

std::string subscriber_by_imsi(std::string_view imsi) {
    return fmt::format("subscriber.by-imsi-{}.info", imsi);
}

std::string subscriber_by_number(std::string_view digits) {
    return fmt::format("subscriber.by-msisdn-{}.info", digits);
}

std::optional<control_reply> read_reply(std::string_view payload) {
    const std::string_view kind = take_word(payload);
    control_reply read{.id = 0, .is_error = kind == "ERROR", .value = {}};
    if (kind != "GET_REPLY" && !read.is_error) return std::nullopt;
    const std::string_view id = take_word(payload);
    const auto [end, fault] = std::from_chars(id.data(), id.data() + id.size(), read.id);
    if (fault != std::errc{} || end != id.data() + id.size()) return std::nullopt;
    if (!read.is_error) take_word(payload);
    read.value = payload;
    return read;
}

std::string_view info_line(std::string_view value, std::string_view name) {
    while (!value.empty()) {
        const std::size_t end = value.find('\n');
        const std::string_view line = value.substr(0, end);
        if (line.size() > name.size() && line.starts_with(name) && line[name.size()] == '\t')
            return line.substr(name.size() + 1);
        value.remove_prefix(end == std::string_view::npos ? value.size() : end + 1);
    }
    return {};
}

}  // namespace mlango::gsm::gsup
