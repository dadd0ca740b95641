// Going on with what was dropped: asked first, behind the PIN where one had been given, never at an apology.
#include "tests/unit/handlers/spoken.hpp"

namespace mlango::handlers {
namespace {

bool shows(const std::string& screen, std::string_view part) {
    return screen.find(part) != std::string::npos;
}

// A call back is asked for without a PIN; here she had given hers before, for something else.
class continued_form : public testing::Test {
protected:
    continued_form() {
        kept.person = 7;
        kept.authenticated_at = 990;
        kept.stack = {{.screen = real_menu().root(), .page = 0, .subject = {}},
                      {.screen = real_menu().find("link_number"), .page = 0, .subject = {}}};
        kept.fields = {{"registration", "803-23-00011"}};
        talk.answers["identify"] = [this](const wanted&) {
            talk.session.person = 7;
            talk.session.flags = 0;
            return leads_to(std::exchange(first, "home"));
        };
        talk.answers["continue_session"] = [this](const wanted&) {
            talk.session.stack = kept.stack;
            talk.session.fields = kept.fields;
            talk.session.authenticated_at = 0;
            answer given = leads_to(continued);
            given.values.set("pin", kept.authenticated_at != 0);
            return given;
        };
    }
    sessions::session kept;
    // What dialling finds out when there is something to continue.
    static std::string_view unfinished() {
        const auto ask = real_menu().find("resume_ask");
        for (const auto& [outcome, to] : real_menu().at(real_menu().entry()).on)
            if (to == ask) return outcome;
        throw std::runtime_error("dialling does not lead to resume_ask");
    }
    std::string_view first = unfinished();
    spoken talk;
};

TEST_F(continued_form, is_asked_about_before_it_opens) {
    const auto screen = talk.dial();
    EXPECT_TRUE(shows(screen, "1 Continue")) << screen;
    EXPECT_TRUE(shows(screen, "2 Start again")) << screen;
}

TEST_F(continued_form, stays_closed_to_whoever_does_not_give_the_pin) {
    for (const char* away : {"0", "00"}) {
        first = unfinished();
        talk.dial();
        EXPECT_TRUE(shows(talk.type("1"), "Enter your PIN"));
        const auto screen = talk.type(away);
        EXPECT_TRUE(shows(screen, "1 My assistance")) << screen;
        EXPECT_EQ(talk.called, std::vector<std::string>{"identify"}) << "who is calling is found out anew";
        EXPECT_TRUE(talk.session.fields.empty());
    }
}

TEST_F(continued_form, opens_after_the_pin) {
    talk.dial();
    talk.type("1");
    EXPECT_TRUE(shows(talk.type("4826"), "Type the number on your card"));
    EXPECT_EQ(talk.session.fields, kept.fields);
    EXPECT_TRUE(shows(talk.type("0"), "1 My assistance")) << "from here 0 goes back as ever";
    EXPECT_NE(talk.called, std::vector<std::string>{"identify"});
}

TEST_F(continued_form, does_not_open_at_an_apology) {
    kept.authenticated_at = 0;
    kept.stack.push_back({.screen = real_menu().sorry(), .page = 0, .subject = {}});
    EXPECT_TRUE(resumable(real_menu(), kept));
    talk.dial();
    EXPECT_TRUE(shows(talk.type("1"), "Type the number on your card"));
}

}  // namespace
}  // namespace mlango::handlers
