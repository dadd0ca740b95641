// My data: what is held about her and who answers for it; asking for a copy, for its deletion, or that it is not used
// for something. Correcting is a report (reports.cpp). Staff decide, and tell her at the desk.
#include <algorithm>

#include "handlers/subjects.hpp"
#include "handlers/wishes.hpp"

namespace mlango::handlers {

task<answer> data_held(hop_context& hop) {
    const auto held = co_await hop.rooms.registry.people.held_about(hop.person(), hop.language());
    if (!held) throw std::runtime_error("the session's person is not in the registry");
    answer given;
    given.values = {{"office", held->responsible},
                    {"size", static_cast<std::int64_t>(held->household)},
                    {"phones", static_cast<std::int64_t>(held->phones)},
                    {"items", static_cast<std::int64_t>(held->entitlements)},
                    {"asked", static_cast<std::int64_t>(held->requests)},
                    {"entries", static_cast<std::int64_t>(held->log_rows)}};
    co_return given;
}

// do: the subject is delete or copy, or the use that she says no to.
task<answer> ask_data(hop_context& hop) {
    const std::string& what = hop.asked.subject;
    const bool whole = what == "delete" || what == "copy";
    auto wish = wish_of(hop, whole ? "data_" + what : "data_object");
    if (!whole) wish.after = {{"use", what}};
    co_return referenced(co_await ask_from_here(hop, std::move(wish)), what == "copy" ? "copy" : "done");
}

}  // namespace mlango::handlers
