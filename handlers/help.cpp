// Help: a call back. Works for everybody, also from an unknown number.
#include "handlers/subjects.hpp"

namespace mlango::handlers {

task<answer> ask_call(hop_context& hop) {
    std::optional<registry::person_id> person;
    std::optional<registry::group_id> group;
    if (hop.session.person != 0) {
        person = hop.person();
        group = hop.group();
    }
    std::string reference = co_await hop.rooms.registry.requests.open_ticket(
        "call_back", hop.asked.subject, person, group, hop.from, hop.language(), hop.hop, "sms.call");
    answer given{.outcome = "done", .values = {}, .rows = {}};
    given.values.set("reference", std::move(reference));
    co_return given;
}

}  // namespace mlango::handlers
