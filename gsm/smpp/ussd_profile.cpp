#include "gsm/smpp/ussd_profile.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace mlango::gsm::smpp {
namespace {

constexpr std::uint8_t dialled_op = 1;     // PSSR indication
constexpr std::uint8_t answered_op = 18;   // USSR confirm
constexpr std::uint8_t notified_op = 19;   // USSN confirm
constexpr std::uint8_t aborted_op = 0x81;  // a vendor's, and widely used

using step = ussd_step;

ussd_profile spec() {
    ussd_profile made;
    made.name = "spec";
    made.rules = {{.means = step::begin, .op = dialled_op},
                  {.means = step::answer, .op = answered_op},
                  {.means = step::acknowledged, .op = notified_op},
                  {.means = step::end, .op = aborted_op}};
    return made;
}

// Our op is always 2, so only bit 0 ends. vumi, processors/default.py.
ussd_profile tata() {
    ussd_profile made = spec();
    made.name = "tata";
    made.rules = {{.means = step::begin, .op = 1},
                  {.means = step::answer, .op = 2},
                  {.means = step::answer, .op = 0x12},
                  {.means = step::end, .op = 0x11},
                  {.means = step::acknowledged, .op = notified_op}};
    made.last.op = 2;
    return made;
}

// vumi, processors/sixdee.py.
ussd_profile sixdee() {
    ussd_profile made = spec();
    made.name = "sixdee";
    made.dialled = ussd_profile::dialled_in::either;
    return made;
}

// vumi#753, #882.
ussd_profile mica() {
    ussd_profile made = spec();
    made.name = "mica";
    made.rules = {{.means = step::begin, .op = dialled_op},
                  {.means = step::answer, .op = answered_op},
                  {.means = step::end, .op = 17},
                  {.means = step::end, .op = 129},
                  {.means = step::acknowledged, .op = notified_op}};
    made.session = ussd_profile::session_source::user_message_reference;
    made.end_bit = false;
    return made;
}

// A close that was meant as 17 and sent as hexadecimal 17: vumi, processors/mica.py, line 115. Some centres have learnt
// it.
ussd_profile mica_17() {
    ussd_profile made = mica();
    made.name = "mica_17";
    made.rules.push_back({.means = step::end, .op = 0x17});
    made.last.op = 0x17;
    return made;
}

// No session id at all: jsmpp#150.
ussd_profile huawei() {
    ussd_profile made = spec();
    made.name = "huawei";
    made.session = ussd_profile::session_source::number;
    made.end_bit = false;
    made.echoes_session = false;
    return made;
}

// jsmpp#154.
ussd_profile changing_ids() {
    ussd_profile made = spec();
    made.name = "changing_ids";
    made.falls_back_to_number = true;
    return made;
}

// The first letter: begin, continue, end, abort, charge; the second: request, notify, answer, release. jsmpp,
// SimpleSubmitUSSDExample.
ussd_profile letters() {
    ussd_profile made = spec();
    made.name = "letters";
    made.rules = {
        {.means = step::begin, .service_type = "BR"},        {.means = step::acknowledged, .service_type = "CN"},
        {.means = step::acknowledged, .service_type = "EN"}, {.means = step::answer, .service_type = "C"},
        {.means = step::end, .service_type = "E"},           {.means = step::end, .service_type = "A"}};
    made.session = ussd_profile::session_source::number;
    made.end_bit = false;
    made.echoes_session = false;
    made.screen = {.op = 2, .service_type = "CR"};
    made.last = {.service_type = "EF"};
    made.question = {.op = 2, .service_type = "BR"};
    made.notice = {.op = 3, .service_type = "BN"};
    made.extra = {{.tag = 0x0007, .value = std::string(1, '\x04')}};  // dest_bearer_type: USSD
    return made;
}

// A Cloudhopper application in Nigeria: also by data_sm.
ussd_profile cloudhopper() {
    ussd_profile made = spec();
    made.name = "cloudhopper";
    made.by = ussd_profile::carried::data;
    return made;
}

ussd_profile uzbekistan() {
    ussd_profile made = spec();
    made.name = "uzbekistan";
    made.payload_from = 254;
    made.extra = {{.tag = 0x1380, .value = std::string(1, '\x05')}};  // its_reply_type
    return made;
}

// "De facto": a first PDU may come without any op, by its service type alone. nowsms.com.
ussd_profile nowsms() {
    ussd_profile made = spec();
    made.name = "nowsms";
    made.rules.push_back({.means = step::begin, .service_type = "USSD", .no_op = true});
    return made;
}

}  // namespace

std::span<const ussd_profile> known_ussd_profiles() {
    static const std::vector<ussd_profile> all{spec(),        tata(),       sixdee(),       mica(),
                                               mica_17(),     huawei(),     changing_ids(), letters(),
                                               cloudhopper(), uzbekistan(), nowsms()};
    return all;
}

const ussd_profile* find_ussd_profile(std::string_view name) {
    const auto all = known_ussd_profiles();
    const auto found = std::ranges::find(all, name, &ussd_profile::name);
    return found == all.end() ? nullptr : &*found;
}

std::vector<std::string> faults_of(const ussd_profile& profile) {
    std::vector<std::string> faults;
    const auto check = [&](bool right, std::string_view fault) {
        if (!right) faults.push_back(fmt::format("ussd profile \"{}\": {}", profile.name, fault));
    };
    const auto means = [&](ussd_step what) {
        return std::ranges::any_of(profile.rules, [what](const ussd_rule& rule) { return rule.means == what; });
    };
    check(means(step::begin), "no rule says what a dial is");
    check(means(step::answer), "no rule says what an answer is");
    for (const ussd_rule& rule : profile.rules) {
        check(rule.op || !rule.service_type.empty(),
              "a rule names neither op nor service_type, so every SMS would fit");
        check(!(rule.op && rule.no_op), "a rule wants an op and none");
        check(rule.service_type.size() <= 5, "a service_type has at most 5 characters");
    }
    for (const ussd_mark* mark : {&profile.screen, &profile.last, &profile.question, &profile.notice}) {
        check(mark->op || !mark->service_type.empty() || !profile.service_type.empty(),
              "a PDU of ours would have neither op nor service_type");
        check(mark->service_type.size() <= 5, "a service_type has at most 5 characters");
    }
    check(profile.service_type.size() <= 5, "a service_type has at most 5 characters");
    const bool ends_by_op =
        profile.last.op != profile.screen.op || profile.last.service_type != profile.screen.service_type;
    check(ends_by_op || profile.end_bit, "nothing tells a last screen from another: end_bit, or a mark of its own");
    check(!profile.end_bit || profile.session == ussd_profile::session_source::its_session_info,
          "end_bit is of its_session_info");
    check(profile.session_mask != 0, "session_mask leaves nothing of the session's id");
    check((profile.session == ussd_profile::session_source::tlv) == (profile.session_tag != 0),
          "session_tag names the parameter of a session by tlv");
    check(profile.payload_from >= 1 && profile.payload_from <= 255, "payload_from is 1 to 255 octets");
    for (const extra_tlv& one : profile.extra)
        check(one.value.size() <= 64, "an extra parameter has at most 64 octets");
    return faults;
}

}  // namespace mlango::gsm::smpp
