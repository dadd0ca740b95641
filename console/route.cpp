#include "console/route.hpp"

#include <charconv>

#include "base/http/server.hpp"

namespace mlango::console {

namespace {

constexpr std::size_t prefix_segments = 3;  // /api/staff/v1

std::optional<std::int64_t> number_in(std::string_view text) {
    std::int64_t number = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (fault != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

}  // namespace

std::string asked::segment(std::size_t n) const {
    return path_segment(http.path(), prefix_segments + n);
}

std::int64_t asked::key(std::size_t n) const {
    const auto number = number_in(segment(n));
    return number && *number > 0 ? *number : 0;
}

std::string asked::query(std::string_view name) const {
    return query_field(http.query(), name).value_or(std::string());
}

std::int64_t asked::query_number(std::string_view name, std::int64_t least, std::int64_t most,
                                 std::int64_t otherwise) const {
    const auto number = number_in(query(name));
    return number && *number >= least && *number <= most ? *number : otherwise;
}

}  // namespace mlango::console
