// What a number was doing when its session dropped: whether it is kept, and to whom it is offered.
#include <algorithm>
#include <cstring>

#include "handlers/ussd_hop_state.hpp"

namespace mlango::handlers {

namespace {

constexpr std::string_view unfinished = "unfinished";  // outcome of dialling: there is something to continue

}  // namespace

// Instead of beginning: only where what was kept belongs to somebody who may be holding this phone.
void ussd_desk::offer_to_continue(const hop_state& hop, const sessions::session& session, const surroundings& around,
                                  answer& given) {
    const auto& entry = around.screens.at(around.screens.entry());
    if (given.outcome == "language" || entry.outcome(unfinished) == templates::no_screen) return;
    const bool several = (session.flags & flag_several) != 0;
    const bool hers =
        hop.kept->person == 0 ? session.person == 0 && !several : several || hop.kept->person == session.person;
    if (hers) given.outcome = unfinished;
}

// Whether what she is doing is kept for the next dial. What was finished late is kept wherever it stands: it is what
// the SMS calls her for.
bool ussd_desk::worth_keeping(hop_state& hop, sessions::session& session, const templates::menu& screens, bool ends) {
    const bool nobody_chosen = session.person == 0 && (session.flags & flag_several) != 0;
    const bool may_be = !ends && !nobody_chosen && (session.flags & flag_duress) == 0;
    bool worth = may_be && resumable(screens, session);
    if (hop.is_late) {
        const auto has_reference = [](const auto& field) { return field.first == "reference"; };
        hop.tells_itself = !session.stack.empty() && screens.at(session.stack.back().screen).result &&
                           std::ranges::any_of(session.fields, has_reference);
        worth = worth || (may_be && !hop.tells_itself);
    }
    if (!worth) {
        session.flags &= static_cast<std::uint16_t>(~flag_resumable);
        session.form = 0;
        return false;
    }
    if (session.form == 0) std::memcpy(&session.form, key_of(hop).data(), sizeof(session.form));
    session.flags |= flag_resumable;
    return true;
}

}  // namespace mlango::handlers
