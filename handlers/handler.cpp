#include "handlers/handler.hpp"

#include <charconv>

#include "base/iso_day.hpp"

namespace mlango::handlers {

std::string_view hop_context::field(std::string_view name) const {
    for (const auto& [field, value] : session.fields)
        if (field == name) return value;
    return {};
}

void hop_context::set_field(std::string_view name, std::string value) {
    keep_field(session, name, std::move(value));
}

std::int64_t hop_context::number_in(std::string_view subject) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(subject.data(), subject.data() + subject.size(), number);
    return error == std::errc() && end == subject.data() + subject.size() ? number : 0;
}

std::chrono::year_month_day day_of(std::string_view iso) {
    return read_iso_day(iso.substr(0, 10)).value_or(std::chrono::sys_days{});
}

}  // namespace mlango::handlers
