// The console's page and what describes its API, for whoever asks: the application's files below /console, the OpenAPI
// description, the explanations of problems. Nothing here is of any person. One object a thread. Not here: the page
// itself (web/).
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/http/document.hpp"
#include "base/http/server.hpp"
#include "console/guard.hpp"
#include "console/parts.hpp"

namespace mlango::console {

class page_door {
public:
    page_door(const parts& house, guard& keeper);

    [[nodiscard]] std::vector<http_route> routes();

private:
    task<http_response> description(http_request& request);
    task<http_response> explanation(http_request& request);
    task<http_response> page(http_request& request);

    const parts& house_;
    guard& guard_;
    document description_;
};

}  // namespace mlango::console
