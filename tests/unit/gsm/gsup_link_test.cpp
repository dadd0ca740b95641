#include <gtest/gtest.h>

#include "base/bytes.hpp"
#include "gsm/gsup/link.hpp"
#include "gsm/ussd_text.hpp"

namespace mlango::gsm::gsup {
namespace {

using namespace std::chrono_literals;

constexpr auto* imsi = "001010000000001";
constexpr auto* other_imsi = "001010000000002";
constexpr std::uint32_t session = 0x20000001;

std::string in_gsup(const message& what) {
    std::string frame;
    append_frame(frame, extension::gsup, write_message(what));
    return frame;
}

// The HLR's side: says what phones do, and reads what the link sends.
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

std::string text_of(const std::optional<ussd_string>& from) {
    return from ? decode_ussd(from->coding, from->octets).value_or("?") : "none";
}

TEST(gsup_link, greets_is_up_and_answers_pings) {
    played_hlr hlr;
    only<came_up>(hlr.connect());
    std::string wanted;
    append_identity(wanted, "EUSE-mlango");
    append_ccm(wanted, ccm::id_ack);
    EXPECT_EQ(to_hex(as_byte_view(hlr.sent)), to_hex(as_byte_view(wanted)));
    hlr.sent.clear();
    std::string ping;
    append_ccm(ping, ccm::ping);
    EXPECT_TRUE(hlr.say(ping).empty());
    EXPECT_EQ(to_hex(as_byte_view(hlr.sent)), "0001fe01");
    hlr.sent.clear();
    // osmo-hlr answers an acknowledgement by one; answering that would never end.
    std::string acknowledged;
    append_ccm(acknowledged, ccm::id_ack);
    EXPECT_TRUE(hlr.say(acknowledged).empty());
    EXPECT_EQ(hlr.sent, "");
}

TEST(gsup_link, a_dialogue_from_dial_to_last_screen) {
    played_hlr hlr;
    hlr.connect();
    const auto dialled = only<key_press>(hlr.dial("*384#", session, imsi, 5));
    EXPECT_TRUE(dialled.dials);
    EXPECT_EQ(dialled.text, "*384#");
    EXPECT_EQ(dialled.imsi, imsi);
    EXPECT_EQ(dialled.session, session);

    EXPECT_TRUE(hlr.euse.reply(dialled.id, "1 One\n2 Two", false, hlr.now));
    const auto menu = hlr.next_component<invoke>(session_state::go_on, message_type::ss_request);
    EXPECT_EQ(menu.what, operation::unstructured_request);
    EXPECT_NE(menu.id, 5);
    EXPECT_EQ(text_of(menu.text), "1 One\n2 Two");

    const auto typed = only<key_press>(hlr.type("2", menu.id));
    EXPECT_EQ(typed.id, dialled.id);
    EXPECT_FALSE(typed.dials);
    EXPECT_EQ(typed.text, "2");

    EXPECT_TRUE(hlr.euse.reply(typed.id, "ደህና ሁኑ", true, hlr.now));
    const auto last = hlr.next_component<return_result>(session_state::end, message_type::ss_result);
    EXPECT_EQ(last.id, 5);
    EXPECT_EQ(last.what, operation::process_unstructured_request);
    EXPECT_EQ(last.text->coding, 0x48);
    EXPECT_EQ(text_of(last.text), "ደህና ሁኑ");
    EXPECT_EQ(hlr.euse.dialogues(), 0u);
    EXPECT_FALSE(hlr.euse.reply(typed.id, "again", true, hlr.now));
}

TEST(gsup_link, the_same_octet_by_octet) {
    played_hlr hlr;
    hlr.connect();
    const auto first = hlr.dial();
    EXPECT_TRUE(hlr.euse.reply(only<key_press>(first).id, "x", false, hlr.now));
    const auto menu = hlr.next_component<invoke>(session_state::go_on, message_type::ss_request);
    message from{.type = message_type::ss_result, .imsi = imsi};
    const std::string inside =
        write_component(return_result{menu.id, operation::unstructured_request, ussd_string{0x0f, "2"}});
    from.component = inside;
    from.session = session;
    from.state = session_state::go_on;
    const std::string frame = in_gsup(from);
    for (std::size_t i = 0; i + 1 < frame.size(); ++i)
        ASSERT_TRUE(hlr.say(std::string_view(frame).substr(i, 1)).empty()) << i;
    EXPECT_EQ(only<key_press>(hlr.say(std::string_view(frame).substr(frame.size() - 1))).text, "2");
}

TEST(gsup_link, dialogues_of_one_phone_and_of_two_stay_apart) {
    played_hlr hlr;
    hlr.connect();
    const auto one = only<key_press>(hlr.dial("*384#", session));
    const auto two = only<key_press>(hlr.dial("*384*2#", session, other_imsi));
    const auto three = only<key_press>(hlr.dial("*384*3#", session + 1));
    EXPECT_EQ(hlr.euse.dialogues(), 3u);
    EXPECT_TRUE(hlr.euse.reply(three.id, "three", true, hlr.now));
    EXPECT_EQ(hlr.next()->session, session + 1);
    EXPECT_TRUE(hlr.euse.reply(two.id, "two", true, hlr.now));
    EXPECT_EQ(hlr.next()->imsi, other_imsi);
    EXPECT_TRUE(hlr.euse.reply(one.id, "one", true, hlr.now));
    EXPECT_EQ(hlr.next()->imsi, imsi);
}

TEST(gsup_link, a_begin_for_a_live_session_ends_the_old_dialogue) {
    played_hlr hlr;
    hlr.connect();
    const auto old = only<key_press>(hlr.dial());
    const auto events = hlr.dial();
    ASSERT_EQ(events.size(), 2u);
    EXPECT_EQ(std::get<dropped>(events[0]).id, old.id);
    EXPECT_NE(std::get<key_press>(events[1]).id, old.id);
    EXPECT_FALSE(hlr.euse.reply(old.id, "late", true, hlr.now));
    EXPECT_EQ(hlr.euse.dialogues(), 1u);
}

TEST(gsup_link, an_answer_goes_on_where_an_earlier_process_was) {
    played_hlr before;
    before.connect();
    EXPECT_TRUE(
        before.euse.reply(only<key_press>(before.dial("*384#", session, imsi, 17)).id, "menu", false, before.now));
    const auto menu = before.next_component<invoke>(session_state::go_on, message_type::ss_request);

    played_hlr after;
    after.connect();
    const auto typed = only<key_press>(after.type("2", menu.id));
    EXPECT_FALSE(typed.dials);
    EXPECT_TRUE(after.euse.reply(typed.id, "bye", true, after.now));
    EXPECT_EQ(after.next_component<return_result>(session_state::end, message_type::ss_result).id, 17);
    EXPECT_EQ(after.euse.counts().taken_over, 1u);
}

TEST(gsup_link, ends_of_a_dialogue_are_told_once) {
    struct row {
        std::string_view name;
        std::function<std::vector<link_event>(played_hlr&)> act;
    };
    const auto say = [](message_type type, session_state state, const component& what) {
        return [=](played_hlr& hlr) { return hlr.phone(type, state, what); };
    };
    const row rows[] = {
        {"end without a component",
         [](played_hlr& hlr) {
             message from{.type = message_type::ss_request, .imsi = imsi};
             from.session = session;
             from.state = session_state::end;
             return hlr.say(in_gsup(from));
         }},
        {"her phone's error", say(message_type::ss_result, session_state::go_on, return_error{0x41, 0x22})},
        {"her phone's rejection", say(message_type::ss_result, session_state::go_on, reject{0x41, 0x82, 1})},
        {"an error at the end", say(message_type::ss_result, session_state::end, return_error{0x41, 0x22})},
        {"an error of the HLR",
         [](played_hlr& hlr) {
             message from{.type = message_type::ss_error, .imsi = imsi};
             from.session = session;
             return hlr.say(in_gsup(from));
         }},
        {"no component that can be read",
         [](played_hlr& hlr) {
             message from{.type = message_type::ss_result, .imsi = imsi, .component = "xyz"};
             from.session = session;
             from.state = session_state::go_on;
             return hlr.say(in_gsup(from));
         }},
        {"eight-bit data", say(message_type::ss_result, session_state::go_on,
                               return_result{0x41, operation::unstructured_request, ussd_string{0x44, "2"}})},
    };
    for (const row& one : rows) {
        for (const bool answered : {false, true}) {
            if (!answered && one.name == "eight-bit data") continue;  // nothing is awaited
            played_hlr hlr;
            hlr.connect();
            const auto id = only<key_press>(hlr.dial()).id;
            if (answered) {
                EXPECT_TRUE(hlr.euse.reply(id, "menu", false, hlr.now));
            }
            const auto gone = only<dropped>(one.act(hlr));
            EXPECT_EQ(gone.id, id) << one.name;
            EXPECT_FALSE(gone.in_silence) << one.name;
            EXPECT_EQ(hlr.euse.dialogues(), 0u) << one.name;
            EXPECT_FALSE(hlr.euse.reply(id, "late", false, hlr.now)) << one.name;
            EXPECT_TRUE(hlr.wait(1h).empty()) << one.name;
        }
    }
}

TEST(gsup_link, what_is_out_of_place_changes_nothing) {
    played_hlr hlr;
    hlr.connect();
    EXPECT_TRUE(hlr.phone(message_type::ss_result, session_state::go_on, return_error{1, 0x22}).empty());
    EXPECT_TRUE(hlr.phone(message_type::ss_result, session_state::go_on, return_result{1, {}, {}}).empty());
    const auto id = only<key_press>(hlr.dial()).id;
    EXPECT_TRUE(hlr.type("1", 0x41).empty());  // our screen is not there yet
    EXPECT_TRUE(hlr.euse.reply(id, "menu", false, hlr.now));
    EXPECT_TRUE(hlr.type("1", 0x42).empty());  // another invoke
    EXPECT_EQ(hlr.euse.counts().out_of_place, 4u);
    EXPECT_FALSE(hlr.euse.reply(id, "twice", false, hlr.now));
    EXPECT_EQ(only<key_press>(hlr.type("1", 0x41)).id, id);
    EXPECT_TRUE(hlr.type("1", 0x41).empty());  // twice
}

TEST(gsup_link, what_is_no_ussd_request_is_rejected) {
    played_hlr hlr;
    hlr.connect();
    EXPECT_TRUE(
        hlr.phone(message_type::ss_request, session_state::begin, invoke{3, static_cast<operation>(0x0e), {}}).empty());
    const auto rejected = hlr.next_component<reject>(session_state::end, message_type::ss_result);
    EXPECT_EQ(rejected.id, 3);
    EXPECT_EQ(rejected.problem, ussd_problem::of_invoke);
    EXPECT_EQ(hlr.euse.dialogues(), 0u);

    EXPECT_TRUE(hlr.phone(message_type::ss_request, session_state::begin,
                          invoke{1, operation::process_unstructured_request, ussd_string{0x44, "x"}})
                    .empty());
    EXPECT_EQ(hlr.next_component<return_error>(session_state::end, message_type::ss_result).code,
              ussd_error::unexpected_data_value);
    EXPECT_EQ(hlr.euse.dialogues(), 0u);

    message without{.type = message_type::ss_request, .imsi = imsi};
    EXPECT_TRUE(hlr.say(in_gsup(without)).empty());
    const auto error = hlr.next();
    ASSERT_TRUE(error.has_value());
    EXPECT_EQ(error->type, message_type::ss_error);
    EXPECT_EQ(error->cause, 0x60);
}

TEST(gsup_link, malformed_messages_are_counted_and_the_next_is_served) {
    played_hlr hlr;
    hlr.connect();
    std::string frame;
    append_frame(frame, extension::gsup, "\x20\x01");
    append_frame(frame, '\x7f', "another extension");
    append_frame(frame, static_cast<stream>(0x42), "another stream");
    append_frame(frame, stream::ccm, "");
    EXPECT_TRUE(hlr.say(frame).empty());
    EXPECT_EQ(hlr.euse.counts().malformed, 2u);
    EXPECT_FALSE(hlr.euse.must_close());
    only<key_press>(hlr.dial());
}

TEST(gsup_link, a_frame_over_the_limit_ends_the_connection) {
    played_hlr hlr;
    hlr.connect();
    EXPECT_TRUE(hlr.say("\xff\xff").empty());
    EXPECT_TRUE(hlr.euse.must_close());
    const auto down = only<went_down>(hlr.take(hlr.euse.closed(hlr.now)));
    EXPECT_EQ(down.why, down_reason::out_of_step);
    EXPECT_TRUE(down.was_up);
}

TEST(gsup_link, a_reply_that_no_component_holds_ends_in_an_error) {
    played_hlr hlr;
    hlr.connect();
    const auto id = only<key_press>(hlr.dial()).id;
    EXPECT_TRUE(hlr.euse.reply(id, std::string(300, 'x'), false, hlr.now));
    EXPECT_EQ(hlr.next_component<return_error>(session_state::end, message_type::ss_result).code,
              ussd_error::system_failure);
    EXPECT_EQ(hlr.euse.dialogues(), 0u);
    EXPECT_EQ(hlr.euse.counts().too_long, 1u);
}

TEST(gsup_link, over_its_limit_dialogues_are_turned_away) {
    link_settings few;
    few.dialogue_limit = 2;
    played_hlr hlr(few);
    hlr.connect();
    const auto first = only<key_press>(hlr.dial("*384#", 1));
    only<key_press>(hlr.dial("*384#", 2));
    EXPECT_TRUE(hlr.dial("*384#", 3).empty());
    EXPECT_EQ(hlr.next_component<return_error>(session_state::end, message_type::ss_result).code,
              ussd_error::system_failure);
    EXPECT_TRUE(hlr.type("1", 0x41, 4).empty());  // nor is one taken over
    EXPECT_EQ(hlr.euse.notify(imsi, "x", 1s, hlr.now), 0u);
    EXPECT_TRUE(hlr.euse.reply(first.id, "bye", true, hlr.now));
    only<key_press>(hlr.dial("*384#", 3));
}

TEST(gsup_link, silence_of_hers_ends_the_dialogue_and_frees_the_hlrs) {
    played_hlr hlr;
    hlr.connect();
    const auto id = only<key_press>(hlr.dial()).id;
    EXPECT_TRUE(hlr.euse.reply(id, "menu", false, hlr.now));
    EXPECT_TRUE(hlr.next().has_value());
    for (int i = 0; i < 17; ++i) {  // the HLR lives
        EXPECT_TRUE(hlr.wait(10s).empty());
        (void)hlr.say(std::string("\0\1\xfe\1", 4));
    }
    EXPECT_TRUE(hlr.wait(9'999ms).empty());
    const auto gone = only<dropped>(hlr.wait(1ms));
    EXPECT_EQ(gone.id, id);
    EXPECT_TRUE(gone.in_silence);
    const auto end = hlr.next();
    ASSERT_TRUE(end.has_value());
    EXPECT_EQ(end->state, session_state::end);
    EXPECT_EQ(end->session, session);
    EXPECT_TRUE(end->component.empty());
}

TEST(gsup_link, silence_of_ours_is_an_error_to_her) {
    link_settings quick;
    quick.reply_within = 5s;
    played_hlr hlr(quick);
    hlr.connect();
    const auto id = only<key_press>(hlr.dial()).id;
    EXPECT_TRUE(hlr.wait(4'999ms).empty());
    EXPECT_EQ(only<dropped>(hlr.wait(1ms)).id, id);
    EXPECT_EQ(hlr.next_component<return_error>(session_state::end, message_type::ss_result).id, 1);
    EXPECT_FALSE(hlr.euse.reply(id, "late", true, hlr.now));
}

TEST(gsup_link, pings_and_hears_or_closes) {
    played_hlr hlr;
    hlr.connect();
    hlr.sent.clear();
    EXPECT_EQ(hlr.euse.next_deadline(), hlr.now + 20s);
    EXPECT_TRUE(hlr.wait(20s).empty());
    EXPECT_EQ(to_hex(as_byte_view(hlr.sent)), "0001fe00");
    EXPECT_EQ(hlr.euse.next_deadline(), hlr.now + 10s);
    (void)hlr.say(std::string("\0\1\xfe\1", 4));
    EXPECT_TRUE(hlr.wait(19s).empty());
    EXPECT_FALSE(hlr.euse.must_close());
    EXPECT_TRUE(hlr.wait(1s).empty());  // the second ping, unanswered
    EXPECT_TRUE(hlr.wait(10s).empty());
    EXPECT_TRUE(hlr.euse.must_close());
    EXPECT_EQ(only<went_down>(hlr.take(hlr.euse.closed(hlr.now))).why, down_reason::silent);
}

TEST(gsup_link, a_greeting_that_never_comes_ends_the_connection) {
    played_hlr hlr;
    hlr.euse.connecting(hlr.now);
    (void)hlr.euse.connected(hlr.now);
    EXPECT_TRUE(hlr.dial().empty());  // nothing before the greeting
    EXPECT_TRUE(hlr.wait(10s).empty());
    EXPECT_TRUE(hlr.euse.must_close());
    const auto down = only<went_down>(hlr.take(hlr.euse.closed(hlr.now)));
    EXPECT_EQ(down.why, down_reason::not_greeted);
    EXPECT_FALSE(down.was_up);
}

TEST(gsup_link, connects_again_later_each_time_and_at_once_after_a_success) {
    played_hlr hlr;
    std::chrono::milliseconds limit = 1s;
    for (int failure = 0; failure < 8; ++failure) {
        hlr.euse.connecting(hlr.now);
        (void)hlr.euse.closed(hlr.now);
        EXPECT_FALSE(hlr.euse.connect_wanted(hlr.now));
        const auto wait = hlr.euse.next_deadline() - hlr.now;
        EXPECT_GE(wait, limit / 2) << failure;
        EXPECT_LE(wait, limit) << failure;
        hlr.now += limit;
        limit = std::min<std::chrono::milliseconds>(2 * limit, 10s);
    }
    hlr.connect();
    (void)hlr.euse.closed(hlr.now);
    EXPECT_LE(hlr.euse.next_deadline() - hlr.now, 1s);
}

TEST(gsup_link, a_screen_is_held_while_the_connection_is_away) {
    played_hlr hlr;
    hlr.connect();
    const auto one = only<key_press>(hlr.dial("*384#", 1));
    const auto two = only<key_press>(hlr.dial("*384#", 2));
    (void)hlr.euse.closed(hlr.now);
    hlr.sent.clear();
    EXPECT_TRUE(hlr.euse.reply(one.id, "too late", false, hlr.now));
    hlr.now += 9s;
    EXPECT_TRUE(hlr.euse.reply(two.id, "in time", false, hlr.now));
    EXPECT_FALSE(hlr.next().has_value());
    hlr.now += 2s;
    hlr.connect();
    const auto held = hlr.next_component<invoke>(session_state::go_on, message_type::ss_request);
    EXPECT_EQ(text_of(held.text), "in time");
    EXPECT_FALSE(hlr.next().has_value());
    EXPECT_EQ(hlr.euse.counts().held_too_long, 1u);
    // The HLR may have been the same all the time.
    EXPECT_EQ(only<key_press>(hlr.type("1", held.id, 2)).id, two.id);
}

TEST(gsup_link, notices_end_in_a_confirmation_a_refusal_or_neither) {
    played_hlr hlr;
    hlr.connect();
    const auto send = [&] {
        const auto id = hlr.euse.notify(imsi, "Look", 30s, hlr.now);
        EXPECT_NE(id, 0u);
        const auto from = hlr.next();
        EXPECT_TRUE(from.has_value());
        EXPECT_EQ(from->state, session_state::begin);
        EXPECT_EQ(from->type, message_type::ss_request);
        const auto inside = read_component(from->component);
        EXPECT_EQ(std::get<invoke>(*inside).what, operation::unstructured_notify);
        return std::pair(id, *from->session);
    };
    auto [first, first_session] = send();
    auto done =
        only<notified>(hlr.phone(message_type::ss_result, session_state::end, return_result{1, {}, {}}, first_session));
    EXPECT_EQ(done.id, first);
    EXPECT_EQ(done.end, notice_end::acknowledged);

    auto [second, second_session] = send();
    EXPECT_NE(first_session, second_session);
    done =
        only<notified>(hlr.phone(message_type::ss_result, session_state::end, return_error{1, 0x1f}, second_session));
    EXPECT_EQ(done.end, notice_end::refused);

    auto [third, third_session] = send();
    done = only<notified>(
        hlr.phone(message_type::ss_result, session_state::go_on, return_result{1, {}, {}}, third_session));
    EXPECT_EQ(done.end, notice_end::acknowledged);

    auto [fourth, fourth_session] = send();
    done = only<notified>(hlr.wait(30s));
    EXPECT_EQ(done.id, fourth);
    EXPECT_EQ(done.end, notice_end::unconfirmed);
    EXPECT_TRUE(
        hlr.phone(message_type::ss_result, session_state::end, return_result{1, {}, {}}, fourth_session).empty());

    EXPECT_EQ(hlr.euse.notify(imsi, std::string(300, 'x'), 30s, hlr.now), 0u);
    (void)hlr.euse.closed(hlr.now);
    EXPECT_EQ(hlr.euse.notify(imsi, "Look", 30s, hlr.now), 0u);
}

}  // namespace
}  // namespace mlango::gsm::gsup
