// What may never be sent by SMS, each kind with texts that hold it and texts that only look alike.
#include "handlers/sms_wording.hpp"

#include <gtest/gtest.h>

#include "handlers/sms_routes.hpp"
#include "templates/edition.hpp"

namespace mlango::handlers {
namespace {

// The lists that are served.
const templates::declarations& forbidding() {
    static const auto made = [] {
        auto loaded =
            templates::edition::load({.menu = *templates::read_sources(MLANGO_SOURCE_DIR "/templates/menus/main"),
                                      .texts = *templates::read_sources(MLANGO_SOURCE_DIR "/templates/texts"),
                                      .languages = {"en", "sw", "fr", "ar", "am", "so"}});
        if (!loaded) throw std::runtime_error(loaded.error().front());
        return std::move(*loaded);
    }();
    return made->screens.declared();
}

std::string verdict(std::string_view text) {
    const auto fault = fault_in(text, forbidding());
    return fault ? std::string(name_of(*fault)) : "may go";
}

struct worded {
    const char* text;
    const char* verdict;
};

class sms_wording : public testing::TestWithParam<worded> {};

TEST_P(sms_wording, is_judged) {
    EXPECT_EQ(verdict(GetParam().text), GetParam().verdict) << GetParam().text;
}

constexpr const char* word = "a forbidden word";
constexpr const char* registration = "a registration number";
constexpr const char* number = "a long number";
constexpr const char* code = "a PIN or code";
constexpr const char* link = "a link with a token";

INSTANTIATE_TEST_SUITE_P(
    all, sms_wording,
    testing::Values(
        worded{"We received your request. Reference AB3K. If this was not you, dial *384# and choose Help.", "may go"},
        worded{"Your PIN was changed. If this was not you, dial *384*1234# and choose Help.", "may go"},
        worded{"Your service was used at 10:42 on 2026-11-22. If not you dial *384#", "may go"},
        worded{"Come on 22-11-2026, 10 to 12, Hall 2.", "may go"},
        worded{"Call 0800 720 601 or +254 711 000 001.", "may go"}, worded{"You get 12,000 in 2026.", "may go"},
        worded{"See mlango.org/help", "may go"}, worded{"Read https://mlango.org/help/sw", "may go"},
        worded{"تم استلام طلبك. الرقم AB3K", "may go"}, worded{"1 Chakula\n2 Pesa\n0 Rudi", "may go"},
        worded{"Thursday, basil e Maria", "may go"}, worded{"Dear REFUGEE, come", word},
        worded{"Vous êtes RÉFUGIÉ", word}, worded{"انت لاجئ", word}, worded{"እርስዎ ስደተኛ ነዎት", word},
        worded{"Your nationality was noted", word}, worded{"Dini yako ni nini?", word},
        worded{"Your case status changed", word}, worded{"Resettlement interview on Monday", word},
        worded{"Number 803-22C00011", registration}, worded{"803-22-00011", registration},
        worded{"KEN-00000012", registration}, worded{"80322C00011 is yours", registration},
        worded{"Person 803-00000001.", registration}, worded{"Show 482 913 7706", number},
        worded{"Fayda 1234-5678-9012", number}, worded{"Card 123456789", number}, worded{"رقم ٤٨٢٩١٣٧٧٠٦", number},
        worded{"Your PIN is 4826", code}, worded{"pin: 482615", code}, worded{"Code secret 4826", code},
        worded{"الرقم السري ٤٨٢٦", code}, worded{"Password 19283746", code}, worded{"https://mlango.org/?t=1", link},
        worded{"http://mlango.org/a/8f3kq92mz", link}, worded{"bit.ly/3xYz9", link}, worded{"www.mlango.org/x#y", link},
        worded{"https://a@mlango.org/", link}, worded{"", "no text"}, worded{"\x01", "no text"},
        worded{"\xff", "no text"}));

TEST(sms_wording, a_text_has_a_length) {
    EXPECT_EQ(verdict(std::string(1'600, 'a')), "may go");
    EXPECT_EQ(verdict(std::string(1'601, 'a')), "no text");
}

TEST(sms_routes, the_longest_prefix_wins_and_the_one_without_takes_the_rest) {
    const std::vector<sms_route> routes{{.gateways = {"rest"}, .prefixes = {}},
                                        {.gateways = {"kenya"}, .prefixes = {"+254"}},
                                        {.gateways = {"safaricom", "kenya"}, .prefixes = {"+25470", "+25471"}}};
    EXPECT_EQ(route_of(routes, "+254711000001")->gateways.front(), "safaricom");
    EXPECT_EQ(route_of(routes, "+254201000001")->gateways.front(), "kenya");
    EXPECT_EQ(route_of(routes, "+256701000001")->gateways.front(), "rest");
    EXPECT_EQ(route_of({routes[1]}, "+256701000001"), nullptr);
    EXPECT_EQ(route_of({}, "+256701000001"), nullptr);
}

TEST(sms_routes, faults_are_told_all_at_once) {
    EXPECT_TRUE(
        faults_of({{.gateways = {"a"}, .prefixes = {"+254"}}, {.gateways = {"a"}, .prefixes = {}}}, {"a"}).empty());
    const auto faults = faults_of({{.gateways = {}, .prefixes = {}},
                                   {.gateways = {"b"}, .prefixes = {"254", "+25x"}},
                                   {.gateways = {"a"}, .prefixes = {"+25x"}},
                                   {.gateways = {"a"}, .prefixes = {}}},
                                  {"a"});
    EXPECT_EQ(faults.size(), 7u);
}

}  // namespace
}  // namespace mlango::handlers
