#include "base/http/problem.hpp"

#include <algorithm>

#include "base/http/json_body.hpp"

namespace mlango {

http_response problem_answer(std::string_view type, unsigned status, std::string_view title, std::string_view detail,
                             boost::json::object more) {
    boost::json::object body{{"type", view(type)}, {"title", view(title)}, {"status", status}};
    if (!detail.empty()) body["detail"] = view(detail);
    for (auto& member : more) body[member.key()] = std::move(member.value());
    http_response response;
    response.status = status;
    response.content_type = "application/problem+json";
    response.body = boost::json::serialize(body);
    response.headers.push_back({"Cache-Control", "no-store"});
    return response;
}

http_response with_retry_after(http_response response, std::int64_t seconds) {
    response.headers.push_back({"Retry-After", std::to_string(std::max<std::int64_t>(seconds, 1))});
    return response;
}

}  // namespace mlango
