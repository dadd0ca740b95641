#include "base/http/json_body.hpp"

#include <fmt/format.h>

#include "base/bytes.hpp"
#include "base/http/text.hpp"

namespace mlango {

namespace json = boost::json;

bool is_json(const http_request& request) {
    std::string_view type = request.header("content-type");
    type = type.substr(0, type.find(';'));
    while (type.ends_with(' ')) type.remove_suffix(1);
    return equal_ignoring_case(type, "application/json");
}

std::expected<json::object, std::string> read_object(std::string_view body, std::size_t depth) {
    json::error_code error;
    json::parse_options options;
    options.max_depth = depth;
    json::value document = json::parse(view(body), error, {}, options);
    if (error || !document.is_object()) return std::unexpected("Send one JSON object.");
    return std::move(document.get_object());
}

std::expected<std::string, std::string> read_text(const json::object& object, std::string_view name,
                                                  text_bounds bounds) {
    const json::value* const value = object.if_contains(view(name));
    if (value == nullptr || !value->is_string()) return std::unexpected(fmt::format("{} must be a string.", name));
    const std::string_view text = view(value->get_string());
    if (text.size() < bounds.least || text.size() > bounds.most)
        return std::unexpected(fmt::format("{} must have {} to {} bytes.", name, bounds.least, bounds.most));
    if (text.find('\0') != std::string_view::npos || !is_utf8(text))
        return std::unexpected(fmt::format("{} must be UTF-8 without NUL.", name));
    return std::string(text);
}

std::expected<std::optional<std::string>, std::string> read_optional_text(const json::object& object,
                                                                          std::string_view name, text_bounds bounds) {
    const json::value* const value = object.if_contains(view(name));
    if (value == nullptr || value->is_null()) return std::nullopt;
    auto text = read_text(object, name, bounds);
    if (!text) return std::unexpected(std::move(text.error()));
    return std::optional(std::move(*text));
}

http_response json_answer(const json::value& body, unsigned status) {
    http_response response;
    response.status = status;
    response.content_type = "application/json";
    response.body = json::serialize(body);
    response.headers = {{"Cache-Control", "no-store"}, {"X-Content-Type-Options", "nosniff"}};
    return response;
}

}  // namespace mlango
