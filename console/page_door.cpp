#include "console/page_door.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "console/description.hpp"
#include "console/problem.hpp"

namespace mlango::console {

page_door::page_door(const parts&, guard& keeper)
    : guard_(keeper), description_(make_document("application/json", std::string(api_description()), "no-cache")) {}

std::vector<http_route> page_door::routes() {
    return {guard_.open("GET", "/openapi.json", [this](http_request& request) { return description(request); }),
            guard_.open("GET", "/problems/{name}", [this](http_request& request) { return explanation(request); })};
}

task<http_response> page_door::description(http_request& request) {
    co_return answer(request, description_);
}

task<http_response> page_door::explanation(http_request& request) {
    const std::string name = path_segment(request.path(), 4);
    const auto kinds = fault_kinds();
    const auto found = std::ranges::find(kinds, std::string_view(name), &fault_kind::name);
    if (found == kinds.end()) co_return problem(fault::not_found);
    http_response response;
    response.body = fmt::format("{}\n\n{}\n", found->title, found->explained);
    co_return response;
}

}  // namespace mlango::console
