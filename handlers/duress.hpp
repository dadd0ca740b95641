// A session that began with a duress PIN: whoever forces her sees an account with nothing in it, and whatever is done
// there looks done and is not. Called by ussd_desk in place of the handler function.
#pragma once

#include "handlers/handler.hpp"

namespace mlango::handlers {

// The handler function itself where it says nothing about her and changes nothing; else a load without rows and values,
// or the outcome that stands first among those of success, with a reference that nobody has.
[[nodiscard]] task<answer> in_duress(hop_context& hop, handler_function function);

}  // namespace mlango::handlers
