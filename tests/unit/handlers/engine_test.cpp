#include "tests/unit/handlers/spoken.hpp"

#include <chrono>

namespace mlango::handlers {
namespace {

bool shows(const std::string& screen, std::string_view part) {
    return screen.find(part) != std::string::npos;
}

row entitlement_row(int id) {
    using namespace std::chrono;
    return {.id = std::to_string(id),
            .values = {{"programme", "Cash"},
                       {"kind", "cash"},
                       {"amount", templates::money{.minor = 450'000, .currency = "KES"}},
                       {"state", "available"},
                       {"day", year(2026) / November / day(25)}}};
}

answer entitlement_list(int rows) {
    answer given;
    for (int i = 1; i <= rows; ++i) given.rows.push_back(entitlement_row(i));
    return given;
}

answer entitlement_screen() {
    using namespace std::chrono;
    answer given;
    given.values = {{"programme", "Cash"},
                    {"kind", "cash"},
                    {"amount", templates::money{.minor = 450'000, .currency = "KES"}},
                    {"state", "available"},
                    {"first", year(2026) / November / day(25)},
                    {"can_confirm", true},
                    {"can_report", true},
                    {"has_items", false}};
    return given;
}

TEST(engine, a_dial_shows_home_without_a_way_back) {
    spoken talk;
    const auto home = talk.dial();
    EXPECT_EQ(home, "1 My assistance\n2 My details\n3 My ID\n4 Appointments\n5 Help\n6 Settings\n9 Another person");
}

TEST(engine, what_is_hers_waits_for_the_pin_and_opens_after_it) {
    spoken talk;
    talk.answers["entitlement_list"] = [](const wanted&) { return entitlement_list(2); };
    talk.dial();
    EXPECT_TRUE(shows(talk.type("1"), "Enter your PIN"));
    EXPECT_TRUE(shows(talk.type("1111"), "That did not work"));
    const auto list = talk.type("4826");
    EXPECT_TRUE(shows(list, "1 Cash 4,500 KES")) << list;
    EXPECT_EQ(talk.session.stack.size(), 2u) << "the PIN screens are gone from the way";
}

TEST(engine, within_three_minutes_the_pin_is_not_asked_again) {
    spoken talk;
    talk.answers["entitlement_list"] = [](const wanted&) { return entitlement_list(2); };
    talk.dial();
    talk.type("1");
    talk.type("4826");
    talk.type("0");
    talk.around.now += 179;
    EXPECT_TRUE(shows(talk.type("1"), "Cash"));
    talk.type("0");
    talk.around.now += 1;
    EXPECT_TRUE(shows(talk.type("1"), "Enter your PIN"));
}

TEST(engine, back_from_the_pin_leaves_what_wanted_it) {
    spoken talk;
    talk.dial();
    talk.type("2");
    EXPECT_TRUE(shows(talk.type("0"), "1 My assistance"));
    EXPECT_EQ(talk.session.stack.size(), 1u);
}

TEST(engine, a_changed_number_wants_a_fresh_pin) {
    spoken talk;
    talk.answers["phones"] = [](const wanted&) { return answer{}; };
    talk.answers["may_change_numbers"] = [](const wanted&) { return leads_to("yes"); };
    talk.dial();
    talk.type("2");
    talk.type("4826");
    talk.type("2");
    EXPECT_TRUE(shows(talk.type("8"), "Enter your PIN")) << "although it was given a moment ago";
    EXPECT_TRUE(shows(talk.type("4826"), "Type the new phone number"));
    EXPECT_TRUE(shows(talk.type("12"), "no phone number")) << "a mistyped number does not cost the PIN again";
    EXPECT_TRUE(shows(talk.type("0712 000 009"), "Add +254712000009?"));
}

TEST(engine, what_was_wrong_with_an_input_is_not_said_of_a_pin_that_expired_meanwhile) {
    spoken talk;
    talk.answers["phones"] = [](const wanted&) { return answer{}; };
    talk.answers["may_change_numbers"] = [](const wanted&) { return leads_to("yes"); };
    talk.dial();
    for (const char* input : {"2", "4826", "2", "8", "4826"}) talk.type(input);
    talk.around.now += 180;
    EXPECT_EQ(talk.type("12"), "Enter your PIN\n0 Back 00 Home");
    EXPECT_TRUE(shows(talk.type("4826"), "Type the new phone number"));
}

TEST(engine, a_new_pin_is_begun_again_when_the_right_to_it_is_over) {
    spoken talk;
    bool late = false;
    talk.answers["settings"] = [](const wanted&) { return answer{}; };
    talk.answers["begin_change"] = [](const wanted&) { return leads_to("choose"); };
    talk.answers["check_new_pin"] = [&](const wanted&) { return leads_to(late ? "gone" : "good"); };
    talk.dial();
    for (const char* input : {"6", "2", "1", "4826", "2"}) talk.type(input);
    EXPECT_TRUE(shows(talk.type("7305"), "Type the new PIN again"));
    late = true;
    EXPECT_TRUE(shows(talk.type("0"), "Type a new PIN"));
    EXPECT_TRUE(shows(talk.type("7305"), "took too long"));
}

TEST(engine, beside_a_pin_one_digit_chooses_a_line) {
    spoken talk;
    talk.answers["forgot_pin"] = [](const wanted&) { return answer{.outcome = "person", .values = {}, .rows = {}}; };
    talk.dial();
    talk.type("1");
    EXPECT_TRUE(shows(talk.type("1111"), "1 Forgot my PIN"));
    EXPECT_TRUE(shows(talk.type("2"), "Please choose a number"));
    EXPECT_TRUE(shows(talk.type("12"), "1 Forgot my PIN"));
    EXPECT_TRUE(shows(talk.type("1"), "I have a code"));
}

TEST(engine, what_is_not_understood_leaves_the_pages_as_they_are) {
    spoken quiet, puzzled;
    std::vector<std::string> seen[2];
    for (auto* talk : {&quiet, &puzzled}) {
        talk->around.view_needs_pin = false;
        talk->answers["entitlement_list"] = [](const wanted&) { return entitlement_list(12); };
        talk->dial();
        talk->type("1");
        for (;;) {
            if (talk == &puzzled) EXPECT_TRUE(shows(talk->type("77"), "Cash"));
            auto& ids = seen[talk == &puzzled];
            ids.insert(ids.end(), talk->session.choices.begin(), talk->session.choices.end());
            if (talk->session.next_page == 0) break;
            talk->type("#");
        }
    }
    EXPECT_EQ(seen[0], seen[1]) << "each row once, none left out";
}

TEST(engine, a_word_longer_than_the_screen_is_shortened_rather_than_sent_too_long) {
    spoken talk;
    talk.around.view_needs_pin = false;
    std::string word;
    for (int i = 0; i < 200; ++i) word += "م";
    talk.answers["entitlement_list"] = [&](const wanted&) {
        answer given = entitlement_list(2);
        given.rows[0].values.set("programme", word);
        return given;
    };
    talk.dial();
    talk.session.language = *real_words().find_language("ar");
    const auto list = talk.type("1");  // `spoken` checks that it fits
    EXPECT_TRUE(shows(list, "1 ممم") || shows(talk.type("#"), "1 ممم")) << list;
}

TEST(engine, an_address_is_refused_when_no_screen_could_show_it) {
    spoken talk;
    talk.answers["address"] = [](const wanted&) { return answer{}; };
    talk.dial();
    for (const char* input : {"2", "4826", "3", "1"}) talk.type(input);
    std::string drops;
    for (int i = 0; i < 25; ++i) drops += "💧";
    EXPECT_TRUE(shows(talk.type(drops), "3 to 60 letters")) << "each takes two units";
    EXPECT_TRUE(shows(talk.type(std::string(41, 'x')), "3 to 60 letters"));
    EXPECT_TRUE(shows(talk.type("a\tb c"), "3 to 60 letters"));
    EXPECT_TRUE(shows(talk.type("Block 7, near the tap\n"), "Change to: Block 7, near the tap?"));
}

TEST(engine, a_row_is_chosen_by_the_number_shown_on_its_page) {
    spoken talk;
    std::string subject;
    talk.around.view_needs_pin = false;
    talk.answers["entitlement_list"] = [](const wanted&) { return entitlement_list(12); };
    talk.answers["entitlement_detail"] = [&](const wanted& asked) {
        subject = asked.subject;
        return entitlement_screen();
    };
    talk.dial();
    const auto first = talk.type("1");
    const auto on_first = talk.session.choices.size();
    ASSERT_TRUE(shows(first, "# More"));
    const auto second = talk.type("#");
    ASSERT_TRUE(shows(second, "1 Cash"));
    talk.type("1");
    EXPECT_EQ(subject, std::to_string(on_first + 1));
}

TEST(engine, every_row_is_reached_by_more_and_back_returns_page_by_page) {
    spoken talk;
    talk.around.view_needs_pin = false;
    talk.answers["entitlement_list"] = [](const wanted&) { return entitlement_list(12); };
    talk.dial();
    std::vector<std::string> pages{talk.type("1")};
    std::vector<std::string> seen = talk.session.choices;
    while (talk.session.next_page != 0) {
        pages.push_back(talk.type("98"));
        seen.insert(seen.end(), talk.session.choices.begin(), talk.session.choices.end());
    }
    std::vector<std::string> all;
    for (int i = 1; i <= 12; ++i) all.push_back(std::to_string(i));
    EXPECT_EQ(seen, all);
    ASSERT_GT(pages.size(), 1u);
    for (std::size_t i = pages.size() - 1; i-- > 0;) EXPECT_EQ(talk.type("0"), pages[i]);
}

TEST(engine, a_hidden_line_can_not_be_chosen) {
    spoken talk;
    talk.around.view_needs_pin = false;
    talk.answers["entitlement_list"] = [](const wanted&) { return entitlement_list(1); };
    talk.answers["entitlement_detail"] = [](const wanted&) {
        auto given = entitlement_screen();
        given.values.set("can_confirm", false);
        return given;
    };
    talk.dial();
    talk.type("1");
    EXPECT_FALSE(shows(talk.type("1"), "I received it"));
    EXPECT_TRUE(shows(talk.type("1"), "Please choose a number"));
}

TEST(engine, the_step_after_an_option_knows_the_row_and_the_option) {
    spoken talk;
    talk.answers["entitlement_list"] = [](const wanted&) { return entitlement_list(3); };
    talk.answers["entitlement_detail"] = [](const wanted&) { return entitlement_screen(); };
    wanted reported;
    talk.answers["report_problem"] = [&](const wanted& asked) {
        reported = asked;
        auto given = leads_to("done");
        given.values = {{"reference", "AB3K"}};
        return given;
    };
    talk.dial();
    talk.type("1");
    talk.type("4826");
    talk.type("2");
    talk.type("2");
    const auto done = talk.type("1");
    EXPECT_EQ(reported.subject, "not_received");
    EXPECT_EQ(reported.parent_subject, "2");
    EXPECT_TRUE(shows(done, "AB3K")) << done;
    const auto again = talk.type("7");
    EXPECT_TRUE(shows(again, "AB3K")) << "still there when the screen is shown again: " << again;
    EXPECT_TRUE(shows(talk.type("0"), "1 My assistance")) << "back from a result leads home, never into the form";
}

TEST(engine, a_session_without_pin_is_told_so_instead_of_being_asked) {
    spoken talk;
    talk.answers["identify"] = [&](const wanted&) {
        talk.session.person = 7;
        talk.session.flags = flag_no_pin;
        return leads_to("home");
    };
    talk.dial();
    EXPECT_TRUE(shows(talk.type("1"), "no PIN yet"));
}

TEST(engine, shared_phones_ask_who_and_then_the_pin_before_home) {
    spoken talk;
    talk.answers["identify"] = [](const wanted&) { return leads_to("several"); };
    talk.answers["persons"] = [](const wanted&) {
        answer given;
        given.rows.push_back({.id = "11", .values = {{"name", "Mama"}}});
        given.rows.push_back({.id = "12", .values = {{"name", "Person 2"}}});
        return given;
    };
    talk.answers["choose_person"] = [&](const wanted& asked) {
        talk.session.person = asked.subject == "12" ? 12 : 11;
        return leads_to("chosen");
    };
    talk.answers["enter"] = [](const wanted&) { return leads_to("home"); };
    EXPECT_TRUE(shows(talk.dial(), "1 Mama"));
    EXPECT_TRUE(shows(talk.type("2"), "Enter your PIN"));
    EXPECT_EQ(talk.session.person, 12);
    EXPECT_TRUE(shows(talk.type("0"), "Who is calling?")) << "back from her PIN";
    talk.type("1");
    EXPECT_TRUE(shows(talk.type("4826"), "1 My assistance"));
    EXPECT_EQ(talk.session.stack.size(), 1u);
}

TEST(engine, arabic_digits_choose_too) {
    spoken talk;
    talk.dial();
    EXPECT_TRUE(shows(talk.type("٥"), "Call me back"));
    EXPECT_EQ(plain_digits(" ١٢٣ ۴۵\n"), "123 45");
}

TEST(engine, zero_zero_leads_home_from_anywhere) {
    spoken talk;
    talk.dial();
    talk.type("5");
    talk.type("1");
    talk.type("3");
    EXPECT_EQ(talk.type("00"),
              "1 My assistance\n2 My details\n3 My ID\n4 Appointments\n5 Help\n6 Settings\n9 Another person");
    EXPECT_EQ(talk.session.stack.size(), 1u);
}

TEST(engine, nonsense_is_answered_by_the_same_screen) {
    spoken talk;
    talk.dial();
    for (const char* input : {"8", "", "abc", "1*2", "-1", "99999999999999999999", "#", "98", "💧"}) {
        const auto screen = talk.type(input);
        EXPECT_TRUE(shows(screen, "Please choose a number.")) << input;
        EXPECT_TRUE(shows(screen, "6 Settings")) << input;
    }
}

TEST(engine, an_apology_keeps_the_place_and_back_tries_again) {
    spoken talk;
    talk.around.view_needs_pin = false;
    talk.dial();
    conversation away(talk.around, talk.session);
    ASSERT_TRUE(std::holds_alternative<wanted>(away.take("1")));
    const auto sorry = std::get<shown>(away.apologise());
    EXPECT_TRUE(shows(sorry.text, "Sorry"));
    EXPECT_TRUE(shows(sorry.text, "0 Back"));
    EXPECT_FALSE(sorry.ends);
    talk.answers["entitlement_list"] = [](const wanted&) { return entitlement_list(1); };
    EXPECT_TRUE(shows(talk.type("0"), "1 Cash"));
}

TEST(engine, a_typed_pin_and_a_code_are_never_kept_in_the_session) {
    spoken talk;
    talk.answers["settings"] = [](const wanted&) { return answer{}; };
    talk.answers["begin_change"] = [](const wanted&) { return leads_to("choose"); };
    talk.answers["check_new_pin"] = [](const wanted&) { return leads_to("good"); };
    talk.answers["type_code"] = [](const wanted&) { return leads_to("wrong"); };
    talk.dial();
    for (const char* input : {"6", "2", "1", "4826", "2", "730518", "00", "6", "2", "4", "1", "482913706"})
        talk.type(input);
    const std::string stored = sessions::encode(talk.session);
    for (const char* secret : {"4826", "730518", "482913706"}) EXPECT_EQ(stored.find(secret), std::string::npos);
}

TEST(engine, the_way_stays_bounded_however_long_she_walks) {
    spoken talk;
    talk.around.view_needs_pin = false;
    talk.answers["entitlement_list"] = [](const wanted&) { return entitlement_list(24); };
    talk.dial();
    talk.type("1");
    for (int i = 0; i < 40 && talk.session.next_page != 0; ++i) talk.type("#");
    EXPECT_LE(talk.session.stack.size(), 16u);
    EXPECT_TRUE(shows(talk.type("00"), "1 My assistance"));
}

TEST(engine, the_language_choice_stands_in_every_language_and_fits) {
    spoken talk;
    talk.answers["identify"] = [](const wanted&) { return leads_to("language"); };
    talk.answers["languages"] = [](const wanted&) {
        answer given;
        for (const auto& one : real_words().languages())
            given.rows.push_back({.id = one.code, .values = {{"name", one.own_name}}});
        return given;
    };
    std::string chosen;
    talk.answers["choose_language"] = [&](const wanted& asked) {
        chosen = asked.subject;
        talk.session.language = *real_words().find_language(asked.subject);
        return leads_to("home");
    };
    const auto choice = talk.dial();
    EXPECT_TRUE(shows(choice, "2 Kiswahili")) << choice;
    EXPECT_FALSE(shows(choice, "0 ")) << "there is nowhere to go back to";
    talk.type("2");
    EXPECT_EQ(chosen, "sw");
}

}  // namespace
}  // namespace mlango::handlers
