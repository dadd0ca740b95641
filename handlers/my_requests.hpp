// What staff ask about a request, answered where she sees it. Caller: handler_table.
#pragma once

#include "handlers/handler.hpp"

namespace mlango::handlers {

// do: the subject is her answer, yes or no; that of the screen before, the request.
task<answer> answer_request(hop_context& hop);

}  // namespace mlango::handlers
