// Requests of real gateways with what the door makes of them: tests/fixtures/gateways/<dialect>/*.txt, by the routes
// and the gateway's own dialect. README.md there says how such a file is written.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/json.hpp>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "base/http/router.hpp"
#include "gsm/gateway.hpp"
#include "tests/support/fixture_file.hpp"

namespace mlango::gsm {
namespace {

namespace fs = std::filesystem;

const fs::path folder = fs::path(MLANGO_SOURCE_DIR) / "tests/fixtures/gateways";

using section = testing_support::fixture_section;
using fixture = testing_support::fixture_file;
using testing_support::read_fixture;

// The others are of SMS: sms_fixtures_test.cpp.
bool is_of_ussd(const fs::path& file) {
    return file.extension() == ".txt" && !file.filename().string().starts_with("sms_");
}

std::string_view name_of(ussd_event event) {
    constexpr std::array<std::string_view, 4> names{"begin", "answer", "abort", "timeout"};
    return names[static_cast<std::size_t>(event)];
}

std::string_view name_of(hop_identity identity) {
    constexpr std::array<std::string_view, 3> names{"transcript", "sequence", "none"};
    return names[static_cast<std::size_t>(identity)];
}

// As in a fixture; what is empty is left out.
std::set<std::string> lines_of(const ussd_hop& hop) {
    std::set<std::string> lines;
    const auto add = [&](std::string_view name, std::string_view value) {
        if (!value.empty()) lines.insert(fmt::format("{} {}", name, value));
    };
    add("event", name_of(hop.event));
    add("identity", name_of(hop.identity));
    add("session", hop.session);
    add("from", hop.from.e164());
    add("service_code", hop.service_code);
    add("network", hop.network);
    add("transcript", hop.transcript);
    add("sequence", hop.identity == hop_identity::sequence ? std::to_string(hop.sequence) : "");
    add("input", hop.input);
    add("echo", hop.echo);
    add("session_of_phone", hop.session_of_phone ? "yes" : "");
    return lines;
}

std::set<std::string> lines_of(const std::string& body) {
    std::set<std::string> lines;
    std::istringstream in(body);
    for (std::string line; std::getline(in, line);) lines.insert(line);
    return lines;
}

struct answering_sink final : ussd_sink, sms_sink {
    task<ussd_reply> on_hop(ussd_hop hop, const gateway_profile&, deadline) override {
        hops.push_back(std::move(hop));
        co_return reply;
    }
    task<void> on_fragment(sms_fragment) override { co_return; }
    task<void> on_message(sms_in) override { co_return; }
    task<void> on_receipt(sms_receipt) override { co_return; }

    ussd_reply reply;
    std::vector<ussd_hop> hops;
};

gateway_settings gateway_of(const std::string& dialect) {
    gateway_settings settings;
    settings.name = dialect;
    settings.dialect = dialect;
    settings.secrets = {"demo"};
    settings.profile = usual_profile(dialect);
    if (dialect == "con_end") {
        settings.fields.by_get = true;
        settings.fields.session = "session_id";
        settings.fields.msisdn = "msisdn";
        settings.fields.service_code = "service_code";
        settings.fields.network = "";
        settings.fields.input = "ussd_string";
    }
    return settings;
}

http_response answer_of(const http_route& route, http_request& request) {
    asio::io_context context;
    http_response response;
    std::exception_ptr failure;
    asio::co_spawn(context, route.handler(request), [&](std::exception_ptr error, http_response answer) {
        failure = error;
        response = std::move(answer);
    });
    context.run();
    if (failure) std::rethrow_exception(failure);
    return response;
}

class gateway_fixtures : public testing::Test {
protected:
    static std::vector<gateway_settings> gateways() {
        std::vector<gateway_settings> all;
        for (const std::string_view dialect : dialect_names()) all.push_back(gateway_of(std::string(dialect)));
        return all;
    }

    void play(const fixture& one) {
        sink_.hops.clear();
        const section* reply = one.find("reply");
        sink_.reply =
            reply ? ussd_reply{reply->body, reply->title == "reply ends"} : ussd_reply{"not asked for", false};

        http_request request;
        std::string word;
        std::istringstream(one.find("request")->title) >> word >> request.method >> request.target;
        request.body = one.find("request")->body;
        request.peer = "192.0.2.1";
        const auto found = routes_.find(request.method, request.path());
        ASSERT_NE(found.route, nullptr) << "no route";
        const http_response response = answer_of(*found.route, request);

        if (one.find("no") != nullptr) {
            EXPECT_TRUE(sink_.hops.empty());
        } else {
            ASSERT_EQ(sink_.hops.size(), 1u) << response.body;
            EXPECT_EQ(sink_.hops[0].gateway, path_segment(request.path(), 1));
            EXPECT_EQ(lines_of(sink_.hops[0]), lines_of(one.find("hop")->body));
        }
        const section& expected = *one.find("response");
        EXPECT_EQ(fmt::format("response {} {}", response.status, response.content_type), expected.title);
        if (response.content_type.contains("json")) {
            EXPECT_EQ(boost::json::parse(response.body), boost::json::parse(expected.body));
        } else {
            EXPECT_EQ(response.body, expected.body);
        }
        if (response.status >= 400 || response.body.contains("responseExitCode\":4")) {
            EXPECT_FALSE(response.body.contains("4826")) << "what she typed";
        }
    }

    answering_sink sink_;
    metrics numbers_;
    manual_clock clock_{wall_time{}};
    router routes_{gateway_routes(gateways(), sink_, sink_, numbers_, clock_)};
};

TEST_F(gateway_fixtures, each_is_read_and_answered_as_recorded) {
    std::size_t played = 0;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        if (!is_of_ussd(entry.path())) continue;
        const fixture one = read_fixture(entry.path());
        SCOPED_TRACE(fmt::format("{}/{}: {}", entry.path().parent_path().filename().string(),
                                 entry.path().filename().string(), one.about));
        ASSERT_TRUE(one.find("request") != nullptr && one.find("response") != nullptr);
        ASSERT_TRUE((one.find("hop") != nullptr) != (one.find("no") != nullptr));
        play(one);
        ++played;
    }
    EXPECT_GE(played, 49u);
}

TEST_F(gateway_fixtures, every_dialect_has_some) {
    for (const std::string_view dialect : dialect_names()) {
        std::set<std::string> events;
        if (!fs::exists(folder / dialect)) FAIL() << dialect;
        for (const auto& entry : fs::directory_iterator(folder / dialect)) {
            if (!is_of_ussd(entry.path())) continue;
            const fixture one = read_fixture(entry.path());
            const section* hop = one.find("hop");
            if (hop != nullptr) events.insert(hop->body.substr(0, hop->body.find('\n')));
        }
        EXPECT_TRUE(events.contains("event begin") && events.contains("event answer")) << dialect;
    }
}

}  // namespace
}  // namespace mlango::gsm
