// What holds for every dialect: a phone and the server understand each other, a phone notices what its gateway would
// not take, and each has a profile that can be configured.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "gsm/gateway.hpp"

namespace mlango::gsm {
namespace {

const msisdn her = *msisdn::from_e164("+254711000001");

gateway_settings named(std::string_view dialect) {
    gateway_settings settings;
    settings.name = settings.dialect = dialect;
    settings.secrets = {"demo"};
    settings.profile = usual_profile(dialect);
    return settings;
}

phone_hop phone(std::vector<std::string> inputs, ussd_event event) {
    const std::uint64_t sequence = inputs.size() + 1;
    return {.session = "session-1",
            .from = her,
            .service_code = "*384#",
            .network = "63902",
            .inputs = std::move(inputs),
            .sequence = sequence,
            .event = event};
}

http_response answer(unsigned status, std::string body) {
    http_response response;
    response.status = status;
    response.body = std::move(body);
    return response;
}

TEST(every_dialect, has_a_usual_profile_without_a_fault) {
    for (const std::string_view dialect : dialect_names()) {
        EXPECT_EQ(faults_of(named(dialect)), std::vector<std::string>{}) << dialect;
        EXPECT_EQ(make_dialect(named(dialect))->name(), dialect);
    }
}

TEST(every_dialect, nalo_has_120_characters_in_any_script) {
    const gateway_profile nalo = usual_profile("nalo");
    EXPECT_TRUE(nalo.screen.fits(std::string(120, 'x')));
    EXPECT_FALSE(nalo.screen.fits(std::string(121, 'x')));
    EXPECT_FALSE(nalo.screen.fits(std::string(61, '[')));
    std::string arabic;
    for (int i = 0; i < 70; ++i) arabic += "ش";
    EXPECT_TRUE(nalo.screen.fits(arabic));
    EXPECT_FALSE(nalo.screen.fits(arabic + "ش"));
    EXPECT_EQ(nalo.input_limit, 120u);
    EXPECT_TRUE(nalo.ucs2);
    EXPECT_EQ(nalo.region, "GH");
    EXPECT_EQ(usual_profile("hubtel").screen.septets, 160u);
    EXPECT_EQ(usual_profile("nobody").region, gateway_profile{}.region);
}

TEST(every_dialect, a_phone_and_the_server_understand_each_other) {
    for (const std::string_view name : dialect_names()) {
        SCOPED_TRACE(name);
        const auto dialect = make_dialect(named(name));
        std::vector<std::string> inputs;
        for (const std::string& typed : std::vector<std::string>{"", "1", "4826", "مرحبا & \"co\"\\", "#", "100%"}) {
            if (!typed.empty()) inputs.push_back(typed);
            const auto event = inputs.empty() ? ussd_event::begin : ussd_event::answer;
            const auto request = dialect->request_for(phone(inputs, event), fmt::format("/ussd/{}?key=demo", name));
            EXPECT_TRUE(request.target.ends_with("?key=demo")) << request.target;
            const auto hop = dialect->read(request, "g");
            ASSERT_TRUE(hop) << hop.error().message;
            EXPECT_EQ(hop->gateway, "g");
            EXPECT_EQ(hop->session, "session-1");
            EXPECT_EQ(hop->from, her);
            EXPECT_EQ(hop->network, "63902");
            EXPECT_EQ(hop->event, event);
            EXPECT_FALSE(hop->session_of_phone);
            if (hop->identity == hop_identity::transcript) {
                EXPECT_TRUE(hop->transcript.ends_with(typed));
            } else {
                EXPECT_EQ(hop->input, typed);
            }
            if (hop->identity == hop_identity::sequence) EXPECT_EQ(hop->sequence, inputs.size() + 1);
            for (const bool ends : {false, true}) {
                const std::string screen = "مع السلامة\n1 \"Home\"\\";
                const auto reply = dialect->understand(dialect->write(*hop, {screen, ends}));
                ASSERT_TRUE(reply) << reply.error().message;
                EXPECT_EQ(reply->text, screen);
                EXPECT_EQ(reply->ends, ends);
            }
        }
    }
}

TEST(every_dialect, digits_dialled_behind_the_code_choose_nothing) {
    for (const std::string_view name : {"hubtel", "arkesel", "nalo", "infobip"}) {
        const auto dialect = make_dialect(named(name));
        phone_hop dials = phone({}, ussd_event::begin);
        dials.service_code = "*384*5*3#";
        const auto hop = dialect->read(dialect->request_for(dials, "/ussd/g"), "g");
        ASSERT_TRUE(hop) << name;
        EXPECT_EQ(hop->event, ussd_event::begin) << name;
        EXPECT_EQ(hop->input + hop->transcript, "") << name;
    }
}

TEST(every_dialect, ends_are_told_at_an_address_that_takes_them) {
    int telling = 0;
    for (const std::string_view name : dialect_names()) {
        SCOPED_TRACE(name);
        const auto dialect = make_dialect(named(name));
        if (!dialect->tells_ends()) continue;
        ++telling;
        for (const ussd_event event : {ussd_event::abort, ussd_event::timeout}) {
            const auto request = dialect->request_for(phone({"1", "4826"}, event), "/ussd/g?key=demo");
            const auto is_there = [&](const dialect_address& one) {
                return one.method == request.method &&
                       request.path().ends_with(one.path.substr(one.path.rfind('/') + 1));
            };
            EXPECT_TRUE(std::ranges::any_of(dialect->addresses(), is_there)) << request.method << request.target;
            if (name == "infobip") continue;  // its end names nobody
            std::optional<ussd_hop> hop;
            if (name == "hubtel") {
                if (auto read = dialect->read(request, "g")) hop = std::move(*read);
            } else if (auto read = dialect->read_end(request, "g")) {
                hop = std::move(*read);
            }
            ASSERT_TRUE(hop);
            EXPECT_EQ(hop->event, event);
            EXPECT_EQ(hop->session, "session-1");
            EXPECT_EQ(hop->transcript + hop->input, "");
        }
    }
    EXPECT_EQ(telling, 3);
}

TEST(every_dialect, a_phone_refuses_what_its_gateway_would) {
    for (const std::string_view name : dialect_names()) {
        const auto dialect = make_dialect(named(name));
        const auto hop = dialect->read(dialect->request_for(phone({}, ussd_event::begin), "/ussd/g"), "g");
        ASSERT_TRUE(hop);
        http_response good = dialect->write(*hop, {"Karibu", false});
        ASSERT_TRUE(dialect->understand(good)) << name;
        for (const unsigned status : {201u, 302u, 400u, 404u, 500u}) {
            good.status = status;
            const auto reply = dialect->understand(good);
            ASSERT_FALSE(reply) << name;
            EXPECT_EQ(reply.error().status, status);
        }
        for (const std::string_view body : {"", "{", "[]", "null", "{}", "hello", "CON", "{\"Message\":\"\xFF\"}"}) {
            EXPECT_FALSE(dialect->understand(answer(200, std::string(body)))) << name << ": " << body;
        }
    }
}

TEST(every_dialect, a_phone_of_nalo_counts_characters) {
    const auto dialect = make_nalo_dialect();
    const auto of = [&](std::size_t count) {
        std::string text;
        for (std::size_t i = 0; i < count; ++i) text += "ش";
        return dialect->understand(answer(200, R"({"USERID":"u","MSG":")" + text + R"(","MSGTYPE":true})"));
    };
    EXPECT_TRUE(of(120));
    EXPECT_FALSE(of(121));
}

TEST(every_dialect, hubtel_ends_on_every_type_but_response) {
    const auto dialect = make_hubtel_dialect();
    const auto ends = [&](std::string type) {
        return dialect->understand(answer(200, R"({"Message":"x","Type":")" + type + "\"}"))->ends;
    };
    EXPECT_FALSE(ends("Response"));
    EXPECT_FALSE(ends("response"));
    EXPECT_TRUE(ends("Release"));
    EXPECT_TRUE(ends("AddToCart"));
}

TEST(every_dialect, infobip_tells_a_phone_what_is_wrong) {
    const auto dialect = make_infobip_dialect();
    const auto told = dialect->write_fault({400, "msisdn is missing."});
    ASSERT_TRUE(told);
    EXPECT_EQ(told->status, 200u);
    const auto reply = dialect->understand(*told);
    ASSERT_FALSE(reply);
    EXPECT_EQ(reply.error().message, "Exit code 400: msisdn is missing.");
}

TEST(every_dialect, infobip_takes_no_session_that_cannot_be_read) {
    const auto dialect = make_infobip_dialect();
    http_request request;
    request.method = "POST";
    request.body = R"({"msisdn":"254711000001","text":"1"})";
    const auto reads = [&](std::string session) {
        request.target = "/ussd/infobip/session/" + session + "/response?key=demo";
        return dialect->read(request, "g").has_value();
    };
    EXPECT_TRUE(reads(std::string(128, 's')));
    for (const std::string& session : {std::string(129, 's'), std::string("a%00b"), std::string("a%0Ab"),
                                       std::string("%FF"), std::string("%4"), std::string()}) {
        EXPECT_FALSE(reads(session)) << session;
    }
}

}  // namespace
}  // namespace mlango::gsm
