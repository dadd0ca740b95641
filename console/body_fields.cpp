#include "console/body_fields.hpp"

#include <fmt/format.h>

#include "base/bytes.hpp"

namespace mlango::console {

namespace json = boost::json;

std::expected<std::optional<std::int64_t>, std::string> read_optional_whole(const json::object& body,
                                                                            std::string_view name, std::int64_t least,
                                                                            std::int64_t most) {
    const json::value* const value = body.if_contains(view(name));
    if (value == nullptr || value->is_null()) return std::nullopt;
    if (!value->is_int64() || value->get_int64() < least || value->get_int64() > most)
        return std::unexpected(fmt::format("{}: a whole number from {} to {}", name, least, most));
    return value->get_int64();
}

std::expected<std::int64_t, std::string> read_whole(const json::object& body, std::string_view name, std::int64_t least,
                                                    std::int64_t most) {
    const auto value = read_optional_whole(body, name, least, most);
    if (!value) return std::unexpected(value.error());
    if (!*value) return std::unexpected(fmt::format("{} is missing", name));
    return **value;
}

std::expected<bool, std::string> read_flag(const json::object& body, std::string_view name, bool otherwise) {
    const json::value* const value = body.if_contains(view(name));
    if (value == nullptr) return otherwise;
    if (!value->is_bool()) return std::unexpected(fmt::format("{}: true or false", name));
    return value->get_bool();
}

std::expected<std::vector<std::string>, std::string> read_texts(const json::object& body, std::string_view name,
                                                                std::size_t most, text_bounds each) {
    std::vector<std::string> out;
    const json::value* const value = body.if_contains(view(name));
    if (value == nullptr || value->is_null()) return out;
    const auto refused = [&] {
        return std::unexpected(
            fmt::format("{}: a list of at most {} texts of {} to {} bytes", name, most, each.least, each.most));
    };
    if (!value->is_array() || value->get_array().size() > most) return refused();
    for (const json::value& one : value->get_array()) {
        if (!one.is_string()) return refused();
        const std::string_view text = view(one.get_string());
        if (text.size() < each.least || text.size() > each.most || !is_utf8(text)) return refused();
        out.emplace_back(text);
    }
    return out;
}

}  // namespace mlango::console
