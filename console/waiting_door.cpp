#include "console/waiting_door.hpp"

namespace mlango::console {

std::vector<staff_route> waiting_door::routes() {
    return {{"GET", "/waiting", "", [this](asked& question) { return show(question); }}};
}

task<http_response> waiting_door::show(asked& question) {
    http_response response;
    response.content_type = "application/json";
    response.body = co_await work_.of(question.who.id);
    co_return response;
}

}  // namespace mlango::console
