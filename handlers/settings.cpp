// Settings of a number: short messages and their hours, and which letters its handset shows.
#include <algorithm>

#include "handlers/subjects.hpp"
#include "handlers/wishes.hpp"

namespace mlango::handlers {

namespace {

// Whether a language is written in letters that an old handset may not have: its own name begins beyond Latin, Greek
// and Cyrillic (U+0590 and up).
bool needs_own_letters(std::string_view own_name) {
    return !own_name.empty() && static_cast<unsigned char>(own_name.front()) >= 0xd6;
}

}  // namespace

// load: which lines there are.
task<answer> settings(hop_context& hop) {
    answer given;
    given.values = {{"has_letters", needs_own_letters(hop.words().languages()[hop.session.language].own_name)}};
    co_return given;
}

task<answer> sms_settings(hop_context& hop) {
    const auto chosen = co_await hop.rooms.registry.preferences.of(hop.from);
    answer given;
    given.values = {{"sms", chosen.sms_allowed ? chosen.sms_hours : std::string("off")},
                    {"sms_on", chosen.sms_allowed},
                    {"sms_off", !chosen.sms_allowed}};
    co_return given;
}

// do: the subject is on, off or the hours.
task<answer> set_sms(hop_context& hop) {
    auto& preferences = hop.rooms.registry.preferences;
    const std::string& what = hop.asked.subject;
    if (what == "on" || what == "off")
        co_await preferences.allow_sms(hop.from, hop.person(), what == "on");
    else
        co_await preferences.choose_hours(hop.from, hop.person(), what);
    // She asked by the very way that is closed now.
    if (hop.by_sms && what == "off") {
        const auto heard =
            registry::make_notice(hop.rooms.record, hop.from, hop.language(), registry::stop_confirmed, {});
        co_await hop.rooms.registry.outbox.put_once(heard, hop.rooms.blind.blind("stop", to_hex(hop.hop)));
    }
    co_return outcome("done");
}

// do: holds for whoever calls from this number, and from the next screen on.
task<answer> set_letters(hop_context& hop) {
    const bool latin = hop.asked.subject == "latin";
    co_await hop.rooms.registry.preferences.choose_script(hop.from, hop.person(), latin ? "latin" : "native");
    if (latin)
        hop.session.flags |= flag_latin;
    else
        hop.session.flags &= static_cast<std::uint16_t>(~flag_latin);
    co_return outcome("done");
}

}  // namespace mlango::handlers
