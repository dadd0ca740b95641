#include "exchange/oauth.hpp"

#include <algorithm>

#include "base/http/json_body.hpp"
#include "base/http/text.hpp"

namespace mlango::exchange {

namespace {

constexpr std::size_t most_fields = 16;

}  // namespace

std::optional<oauth_form> oauth_form::read(const http_request& request) {
    std::string_view type = request.header("content-type");
    type = type.substr(0, type.find(';'));
    if (!equal_ignoring_case(type, "application/x-www-form-urlencoded")) return std::nullopt;
    auto fields = parse_form(request.body, most_fields);
    if (!fields) return std::nullopt;
    oauth_form form;
    for (auto& [name, value] : *fields) {
        const auto same = [&name](const auto& other) { return other.first == name; };
        if (std::ranges::any_of(form.fields_, same)) return std::nullopt;
        form.fields_.emplace_back(std::move(name), std::move(value));
    }
    return form;
}

const std::string* oauth_form::find(std::string_view name) const {
    for (const auto& [key, value] : fields_)
        if (key == name) return value.empty() ? nullptr : &value;
    return nullptr;
}

http_response oauth_error(unsigned status, std::string_view error, std::string_view description) {
    boost::json::object body{{"error", boost::json::string(view(error))}};
    if (!description.empty()) body["error_description"] = boost::json::string(view(description));
    return json_answer(body, status);
}

http_response oauth_token(std::string_view token, std::int64_t seconds) {
    http_response response = json_answer(boost::json::object{
        {"access_token", boost::json::string(view(token))}, {"token_type", "Bearer"}, {"expires_in", seconds}});
    response.headers.push_back({"Pragma", "no-cache"});
    return response;
}

}  // namespace mlango::exchange
