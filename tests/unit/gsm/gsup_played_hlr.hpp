// The HLR's side of a link to it, for scripts: says what phones do, and reads what the link sends.
#pragma once

#include <gtest/gtest.h>

#include "base/bytes.hpp"
#include "gsm/gsup/link.hpp"
#include "gsm/ussd_text.hpp"

namespace mlango::gsm::gsup {

using namespace std::chrono_literals;

inline constexpr auto* imsi = "001010000000001";
inline constexpr auto* other_imsi = "001010000000002";
inline constexpr std::uint32_t session = 0x20000001;

inline std::string in_gsup(const message& what) {
    std::string frame;
    append_frame(frame, extension::gsup, write_message(what));
    return frame;
}

class played_hlr {
public:
    explicit played_hlr(link_settings settings = {}) : random(1), euse(std::move(settings), random) {}

    std::vector<link_event> take(link::events events) { return {events.begin(), events.end()}; }
    std::vector<link_event> connect() {
        EXPECT_TRUE(euse.connect_wanted(now));
        euse.connecting(now);
        (void)euse.connected(now);
        std::string greeting;
        append_frame(greeting, stream::ccm, std::string_view("\x04\x01\x08\x01\x00", 5));
        append_ccm(greeting, ccm::id_ack);
        auto events = say(greeting);
        return events;
    }
    std::vector<link_event> say(std::string_view octets) {
        auto events = take(euse.received(octets, now));
        collect();
        return events;
    }
    std::vector<link_event> phone(message_type type, session_state state, const component& what,
                                  std::uint32_t id = session, const char* who = imsi) {
        const std::string inside = write_component(what);
        message from{.type = type, .imsi = who, .component = inside};
        from.session = id;
        from.state = state;
        return say(in_gsup(from));
    }
    std::vector<link_event> dial(std::string_view text = "*384#", std::uint32_t id = session, const char* who = imsi,
                                 std::uint8_t invoke_id = 1) {
        const ussd_octets packed = encode_ussd(text);
        return phone(
            message_type::ss_request, session_state::begin,
            invoke{invoke_id, operation::process_unstructured_request, ussd_string{packed.coding, packed.octets}}, id,
            who);
    }
    std::vector<link_event> type(std::string_view text, std::uint8_t invoke_id, std::uint32_t id = session,
                                 const char* who = imsi) {
        const ussd_octets packed = encode_ussd(text);
        return phone(
            message_type::ss_result, session_state::go_on,
            return_result{invoke_id, operation::unstructured_request, ussd_string{packed.coding, packed.octets}}, id,
            who);
    }
    void collect() {
        std::string octets;
        while (euse.take_output(octets)) sent += octets;
    }
    std::vector<link_event> wait(std::chrono::milliseconds time) {
        now += time;
        auto events = take(euse.tick(now));
        collect();
        return events;
    }
    // The next GSUP message that the link sent; CCM frames before it are dropped.
    std::optional<message> next() {
        collect();
        for (;;) {
            std::string_view left = sent;
            const auto frame = take_frame(left);
            if (!frame || !*frame) return std::nullopt;
            const auto payload = payload_of(**frame, extension::gsup);
            kept = payload ? std::string(*payload) : std::string();
            sent.erase(0, sent.size() - left.size());
            if (kept.empty()) continue;
            auto read = read_message(kept);
            EXPECT_TRUE(read.has_value());
            return read ? std::optional(*read) : std::nullopt;
        }
    }
    template <class Component>
    Component next_component(session_state state, message_type type) {
        const auto from = next();
        if (!from) {
            ADD_FAILURE() << "nothing was sent";
            return {};
        }
        EXPECT_EQ(from->state, state);
        EXPECT_EQ(from->type, type);
        const auto read = read_component(from->component);
        if (!read || !std::holds_alternative<Component>(*read)) {
            ADD_FAILURE() << "another component";
            return {};
        }
        return std::get<Component>(*read);
    }

    seeded_random random;
    link euse;
    link::time_point now = link::time_point(1'000h);
    std::string sent;
    std::string kept;
};

template <class Event>
Event only(const std::vector<link_event>& events) {
    if (events.size() != 1 || !std::holds_alternative<Event>(events.front())) {
        ADD_FAILURE() << events.size() << " events, or another one";
        return {};
    }
    return std::get<Event>(events.front());
}

inline std::string text_of(const std::optional<ussd_string>& from) {
    return from ? decode_ussd(from->coding, from->octets).value_or("?") : "none";
}

}  // namespace mlango::gsm::gsup
