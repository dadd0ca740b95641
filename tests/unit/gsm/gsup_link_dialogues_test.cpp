// Dialogues: from the dial to the last screen, and every way in which they end.
#include "tests/unit/gsm/gsup_played_hlr.hpp"

namespace mlango::gsm::gsup {
namespace {

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

}  // namespace
}  // namespace mlango::gsm::gsup
