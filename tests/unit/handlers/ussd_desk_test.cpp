#include "handlers/ussd_desk.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/unit/handlers/spoken.hpp"

namespace mlango::handlers {
namespace {

transcript_digest digest() {
    return transcript_digest(blind_key{});
}

gsm::ussd_hop hop_with(std::string transcript) {
    return {.gateway = "g",
            .session = "s",
            .from = *gsm::msisdn::from_e164("+254700000001"),
            .service_code = "*384#",
            .network = {},
            .event = transcript.empty() ? gsm::ussd_event::begin : gsm::ussd_event::answer,
            .identity = gsm::hop_identity::transcript,
            .transcript = std::move(transcript),
            .sequence = 0,
            .input = {}};
}

sessions::session after(std::string_view transcript) {
    sessions::session stored;
    stored.transcript_length = static_cast<std::uint16_t>(transcript.size());
    stored.transcript_digest = digest().of(transcript);
    return stored;
}

struct delivered {
    std::string_view name, stored, comes;
    delivery what;
    std::string_view input;
};

class judging : public testing::TestWithParam<delivered> {};

TEST_P(judging, compares_whole_transcripts) {
    const auto& row = GetParam();
    const auto hop = hop_with(std::string(row.comes));
    const auto stored = after(row.stored);
    const auto found = judge(hop, &stored, digest(), 1'000);
    EXPECT_EQ(found.what, row.what);
    EXPECT_EQ(found.input, row.input);
}

INSTANTIATE_TEST_SUITE_P(transcripts, judging,
                         testing::Values(delivered{"first_answer", "", "1", delivery::fresh, "1"},
                                         delivered{"next_answer", "1", "1*4826", delivery::fresh, "4826"},
                                         delivered{"answer_with_a_star", "1*2", "1*2*block 4*7", delivery::fresh,
                                                   "block 4*7"},
                                         delivered{"empty_answer", "1", "1*", delivery::fresh, ""},
                                         delivered{"dialled_again_in_the_session", "", "", delivery::repeat, ""},
                                         delivered{"same_again", "1*4826", "1*4826", delivery::repeat, ""},
                                         delivered{"older", "1*4826*1", "1*4826", delivery::stale, ""},
                                         delivered{"session_start_repeated_late", "1*2", "", delivery::stale, ""},
                                         delivered{"another_way", "1*2", "1*3", delivery::stale, ""},
                                         delivered{"another_way_longer", "1*2", "2*2*1", delivery::stale, ""},
                                         delivered{"longer_last_answer", "1*2", "1*23", delivery::stale, ""}),
                         [](const auto& info) { return std::string(info.param.name); });

TEST(judging_others, without_a_session_everything_begins) {
    EXPECT_EQ(judge(hop_with("1*2"), nullptr, digest(), 1'000).what, delivery::unknown);
}

TEST(judging_others, sequences_are_compared_by_number) {
    auto hop = hop_with("");
    hop.identity = gsm::hop_identity::sequence;
    hop.input = "1";
    sessions::session stored;
    stored.transcript_digest = 3;
    hop.sequence = 3;
    EXPECT_EQ(judge(hop, &stored, digest(), 1'000).what, delivery::repeat);
    hop.sequence = 2;
    EXPECT_EQ(judge(hop, &stored, digest(), 1'000).what, delivery::stale);
    hop.sequence = 4;
    EXPECT_EQ(judge(hop, &stored, digest(), 1'000).what, delivery::fresh);
}

TEST(judging_others, where_networks_use_a_sessions_name_again_a_dial_begins_anew) {
    auto hop = hop_with("");
    hop.identity = gsm::hop_identity::sequence;
    hop.session_of_phone = true;
    hop.event = gsm::ussd_event::begin;
    sessions::session stored;
    stored.transcript_digest = 3;
    hop.sequence = 4;
    EXPECT_EQ(judge(hop, &stored, digest(), 1'000).what, delivery::unknown);
    hop.sequence = 3;  // unless it is the same dial
    EXPECT_EQ(judge(hop, &stored, digest(), 1'000).what, delivery::repeat);
    hop.sequence = 4;
    hop.event = gsm::ussd_event::answer;
    EXPECT_EQ(judge(hop, &stored, digest(), 1'000).what, delivery::fresh);
}

TEST(judging_others, without_identity_the_same_input_within_two_seconds_is_one_key_press) {
    auto hop = hop_with("");
    hop.event = gsm::ussd_event::answer;
    hop.identity = gsm::hop_identity::none;
    hop.input = "1";
    sessions::session stored;
    stored.began_at = 1'000;
    stored.transcript_length = 7;  // seconds after that
    stored.transcript_digest = digest().of("1");
    EXPECT_EQ(judge(hop, &stored, digest(), 1'008).what, delivery::repeat);
    EXPECT_EQ(judge(hop, &stored, digest(), 1'009).what, delivery::fresh);
    hop.input = "2";
    EXPECT_EQ(judge(hop, &stored, digest(), 1'007).what, delivery::fresh);
}

// A gateway that names no session: its id is the phone's, so a later begin is another session.
TEST(judging_others, a_begin_under_the_phones_own_session_is_new_after_two_seconds) {
    auto hop = hop_with("");
    hop.event = gsm::ussd_event::begin;
    hop.identity = gsm::hop_identity::none;
    sessions::session stored;
    stored.began_at = 1'000;
    EXPECT_EQ(judge(hop, &stored, digest(), 1'030).what, delivery::repeat);
    hop.session_of_phone = true;
    EXPECT_EQ(judge(hop, &stored, digest(), 1'001).what, delivery::repeat);
    EXPECT_EQ(judge(hop, &stored, digest(), 1'002).what, delivery::unknown);
}

TEST(handler_table, holds_every_function_that_the_menu_names_and_no_other) {
    EXPECT_EQ(faults_of(real_menu()), std::vector<std::string>{});
    const auto named = real_menu().handler_names();
    for (const auto& one : handler_table())
        EXPECT_NE(std::ranges::find(named, one.name), named.end()) << one.name << " is never called";
}

}  // namespace
}  // namespace mlango::handlers
