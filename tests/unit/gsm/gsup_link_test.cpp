// The connection: greeting, pings, what can not be read, and what is held while it is away.
#include "tests/unit/gsm/gsup_played_hlr.hpp"

namespace mlango::gsm::gsup {
namespace {

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

}  // namespace
}  // namespace mlango::gsm::gsup
