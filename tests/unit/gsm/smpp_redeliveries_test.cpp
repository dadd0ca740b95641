#include "gsm/smpp/redeliveries.hpp"

#include <gtest/gtest.h>

namespace mlango::gsm::smpp {
namespace {

using namespace std::chrono_literals;

class Redeliveries : public testing::Test {
protected:
    std::string hear(std::string_view text, redeliveries::session by, std::string_view from = "254700000001") {
        memory.heard(by, now);
        return memory.saw({.from = from, .to = "384", .octets = text}, by, now).id;
    }
    void answer(const std::string& id, redeliveries::session by) { memory.answered(id, by, now); }

    seeded_random random{7};
    redeliveries memory{random};
    redeliveries::time_point now{1h};
};

TEST_F(Redeliveries, AnswersToTwoScreensAreTwoMessages) {
    const auto first = hear("1", 1);
    answer(first, 1);
    now += 12s;
    EXPECT_NE(hear("1", 1), first);
}

TEST_F(Redeliveries, ManyAnswersInAConversationAreAllHeard) {
    std::string last;
    for (int i = 0; i < 20; ++i) {
        const auto id = hear("1", 1);
        EXPECT_NE(id, last) << i;
        answer(last = id, 1);
        now += 4s;
    }
}

TEST_F(Redeliveries, WhatIsNotYetAnsweredComesAgain) {
    const auto first = hear("1", 1);
    now += 25s;
    EXPECT_EQ(hear("1", 1), first);
    EXPECT_EQ(hear("1", 2), first) << "another bind of the account";
}

TEST_F(Redeliveries, ARepetitionMayCrossTheAnswer) {
    const auto first = hear("1", 1);
    answer(first, 1);
    now += 1s;
    EXPECT_EQ(hear("1", 1), first);
}

TEST_F(Redeliveries, AnAnswerLostWithItsConnectionIsNoAnswer) {
    const auto first = hear("1", 1);
    answer(first, 1);
    now += 1s;
    memory.ended(1, now);
    now += 5min;
    EXPECT_EQ(hear("1", 2), first);
}

TEST_F(Redeliveries, AnAnswerThatTheSmscHasLivedWithIsNotLost) {
    const auto first = hear("1", 1);
    answer(first, 1);
    now += 30s;
    memory.heard(1, now);  // an enquire_link, say
    memory.ended(1, now);
    now += 5s;
    EXPECT_NE(hear("1", 2), first);
}

TEST_F(Redeliveries, AfterTenMinutesItIsNew) {
    const auto first = hear("1", 1);
    answer(first, 1);
    memory.ended(1, now);
    now += 10min + 1s;
    EXPECT_NE(hear("1", 2), first);
    EXPECT_EQ(memory.remembered(), 1u);
}

TEST_F(Redeliveries, ARepetitionIsAnsweredInItsTurn) {
    const auto first = hear("1", 1);
    memory.ended(1, now);
    now += 10s;
    EXPECT_EQ(hear("1", 2), first);
    answer(first, 2);
    now += 10s;
    EXPECT_NE(hear("1", 2), first) << "she goes on";
}

TEST_F(Redeliveries, EverythingThatTellsMessagesApartCounts) {
    const heard_message usual{.from = "254700000001", .to = "384", .octets = "1"};
    const auto first = memory.saw(usual, 1, now).id;
    for (auto change : {+[](heard_message& m) { m.from = "254700000002"; }, +[](heard_message& m) { m.to = "385"; },
                        +[](heard_message& m) { m.octets = "2"; }, +[](heard_message& m) { m.data_coding = 8; },
                        +[](heard_message& m) { m.esm_class = 0x40; }, +[](heard_message& m) { m.reference = 5; },
                        +[](heard_message& m) { m.from = "2547000000013", m.to = "84"; }}) {
        heard_message other = usual;
        change(other);
        EXPECT_FALSE(memory.saw(other, 1, now).repeated);
    }
    EXPECT_EQ(memory.saw(usual, 1, now).id, first);
}

TEST_F(Redeliveries, MemoryIsBounded) {
    for (int i = 0; i < 120'000; ++i) hear(std::to_string(i), 1);
    EXPECT_LE(memory.remembered(), 100'001u);
}

}  // namespace
}  // namespace mlango::gsm::smpp
