#include "handlers/operation_settings.hpp"

#include <algorithm>

#include "handlers/number_prefixes.hpp"

namespace mlango::handlers {

bool is_service_code(std::string_view code) {
    const auto dialled = [](char c) { return (c >= '0' && c <= '9') || c == '*' || c == '#'; };
    return code.size() >= 3 && code.size() <= longest_service_code && (code.front() == '*' || code.front() == '#') &&
           code.back() == '#' && std::ranges::all_of(code, dialled);
}

std::string_view operation_settings::code_for(std::string_view e164) const {
    const auto* here = by_prefix(local, e164);
    return here != nullptr && !here->service_code.empty() ? here->service_code : service_code;
}

std::string_view operation_settings::language_for(std::string_view e164) const {
    const auto* here = by_prefix(local, e164);
    return here != nullptr && !here->default_language.empty() ? here->default_language : default_language;
}

std::string_view operation_settings::longest_code() const {
    std::string_view longest = service_code;
    for (const auto& each : local)
        if (each.service_code.size() > longest.size()) longest = each.service_code;
    return longest;
}

}  // namespace mlango::handlers
