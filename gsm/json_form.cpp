#include "gsm/json_form.hpp"

#include <fmt/format.h>

#include <array>
#include <boost/json.hpp>
#include <charconv>
#include <optional>

#include "base/bytes.hpp"

namespace mlango::gsm {
namespace {

namespace json = boost::json;

constexpr std::size_t depth_limit = 16;
constexpr std::string_view whole_fault = "The body is no JSON object. Send one in UTF-8, at most 16 KiB and 16 levels.";

dialect_fault wrong(const form_field& field, std::string_view what_is_wrong) {
    return {400, fmt::format("{} {}. Send {}.", field.name, what_is_wrong, field.what)};
}

// The value as text; nullopt when it is of a type that no field has.
std::optional<std::string_view> text_of(const json::value& value, std::array<char, 24>& digits) {
    const auto written = [&](auto number) {
        return std::string_view(digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr);
    };
    switch (value.kind()) {
        case json::kind::string:
            return std::string_view(value.get_string().data(), value.get_string().size());
        case json::kind::int64:
            return written(value.get_int64());
        case json::kind::uint64:
            return written(value.get_uint64());
        case json::kind::bool_:
            return value.get_bool() ? "true" : "false";
        case json::kind::null:
            return "";
        default:
            return std::nullopt;
    }
}

std::expected<void, dialect_fault> read_field(const json::object& object, form_field& field) {
    field.value->clear();
    const json::value* value = object.if_contains(in_json(field.name));
    std::array<char, 24> digits{};
    const auto text = value == nullptr ? std::string_view() : text_of(*value, digits);
    if (!text) return std::unexpected(wrong(field, "is neither text nor a whole number"));
    if (text->empty() && field.required) return std::unexpected(wrong(field, "is missing"));
    if (text->size() > field.limit) {
        return std::unexpected(wrong(field, fmt::format("is longer than {} bytes", field.limit)));
    }
    if (text->contains('\0')) return std::unexpected(wrong(field, "holds a NUL"));
    field.value->assign(*text);
    field.given = value != nullptr && !value->is_null();
    return {};
}

}  // namespace

std::expected<void, dialect_fault> read_json(std::string_view body, std::span<form_field> fields) {
    if (body.size() > json_form_limit || !is_utf8(body)) {
        return std::unexpected(dialect_fault{400, std::string(whole_fault)});
    }
    std::array<unsigned char, 4'096> room;
    json::monotonic_resource memory(room.data(), room.size());
    json::parse_options options;
    options.max_depth = depth_limit;
    json::error_code error;
    const json::value document = json::parse(in_json(body), error, &memory, options);
    if (error || !document.is_object()) return std::unexpected(dialect_fault{400, std::string(whole_fault)});
    for (form_field& field : fields) {
        if (auto done = read_field(document.get_object(), field); !done) return done;
    }
    return {};
}

std::expected<void, dialect_fault> read_json_post(const http_request& request, std::span<form_field> fields) {
    if (request.method != "POST") return std::unexpected(dialect_fault{405, "Send POST, with one JSON object."});
    return read_json(request.body, fields);
}

http_response json_response(const json::object& body) {
    http_response response;
    response.content_type = "application/json";
    response.body = json::serialize(body);
    return response;
}

http_request json_request(std::string_view method, std::string target, const json::object& body) {
    http_request request;
    request.method = method;
    request.target = std::move(target);
    request.headers.push_back({"Content-Type", "application/json"});
    request.body = json::serialize(body);
    return request;
}

}  // namespace mlango::gsm
