// SMS of real providers: tests/fixtures/gateways/<dialect>/sms_*.txt. What comes in goes by the routes to the gateway's
// door, what goes out through its dialect. README.md there says how such a file is written.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/json.hpp>
#include <filesystem>
#include <set>
#include <sstream>

#include "base/http/router.hpp"
#include "gsm/gateway.hpp"
#include "tests/support/fixture_file.hpp"

namespace mlango::gsm {
namespace {

namespace fs = std::filesystem;
using testing_support::fixture_file;
using testing_support::fixture_section;

const fs::path folder = fs::path(MLANGO_SOURCE_DIR) / "tests/fixtures/gateways";

struct keeping_sink final : ussd_sink, sms_sink {
    task<ussd_reply> on_hop(ussd_hop, const gateway_profile&, deadline) override { co_return ussd_reply{}; }
    task<void> on_fragment(sms_fragment) override { co_return; }
    task<void> on_message(sms_in message) override {
        messages.push_back(std::move(message));
        co_return;
    }
    task<void> on_receipt(sms_receipt receipt) override {
        receipts.push_back(std::move(receipt));
        co_return;
    }
    std::vector<sms_in> messages;
    std::vector<sms_receipt> receipts;
};

gateway_settings gateway_of(std::string_view dialect) {
    gateway_settings settings;
    settings.name = settings.dialect = settings.sms_dialect = dialect;
    settings.secrets = {"demo"};
    const std::string_view path = make_sms_dialect(dialect)->submission_path();
    settings.sms_url = fmt::format("https://provider.example{}", path);
    if (dialect == "twilio") {
        settings.sms_url.replace(settings.sms_url.find("{account}"), 9, "AC384");
        settings.sms_tokens = {"5ecret", "0lder"};
    }
    settings.sms_username = "mlango";
    settings.sms_api_key = "5ecret";
    settings.sms_sender = "384";
    settings.sms_callback = "https://mlango.example";
    return settings;
}

using lines = std::set<std::string>;

lines lines_of(const std::string& body) {
    lines all;
    std::istringstream in(body);
    for (std::string line; std::getline(in, line);) all.insert(line);
    return all;
}

lines lines_of(const sms_in& message) {
    return {"id " + message.provider_id, "from " + message.from.e164(), "to " + message.to, "text " + message.text};
}

lines lines_of(const sms_receipt& receipt) {
    lines all{"id " + receipt.provider_id, fmt::format("state {}", name_of(receipt.state))};
    if (receipt.to) all.insert("to " + receipt.to->e164());
    if (!receipt.reason.empty()) all.insert("reason " + receipt.reason);
    if (receipt.reference != 0) all.insert(fmt::format("reference {}", receipt.reference));
    return all;
}

std::vector<http_header> headers_of(const std::string& body) {
    std::vector<http_header> all;
    std::istringstream in(body);
    for (std::string line; std::getline(in, line);) {
        all.push_back({line.substr(0, line.find(": ")), line.substr(line.find(": ") + 2)});
    }
    return all;
}

sms_out message_of(const std::string& body) {
    sms_out message{*msisdn::from_e164("+254711000001"), "", ""};
    std::istringstream in(body);
    for (std::string line; std::getline(in, line);) {
        const std::string name = line.substr(0, line.find(' '));
        const std::string value = line.substr(line.find(' ') + 1);
        if (name == "to") message.to = *msisdn::from_e164(value);
        if (name == "text") message.text = value;
        if (name == "sender") message.sender = value;
        if (name == "reference") message.reference = std::stoull(value);
        if (name == "lasts") message.lasts = std::chrono::seconds(std::stoi(value));
        if (name == "urgent") message.urgent = true;
    }
    return message;
}

std::string outcome_of(const std::expected<sms_accepted, submit_failure>& result) {
    if (result) return fmt::format("result accepted {}", result->provider_ids.front());
    constexpr std::array<std::string_view, 4> names{"temporary", "permanent", "unknown", "busy"};
    const std::string_view what = names[static_cast<std::size_t>(result.error().what)];
    return result.error().reason.empty() ? fmt::format("result {}", what)
                                         : fmt::format("result {} {}", what, result.error().reason);
}

void expect_body(std::string_view content_type, const std::string& body, const std::string& expected) {
    if (content_type.contains("json")) {
        EXPECT_EQ(boost::json::parse(body), boost::json::parse(expected)) << body;
    } else {
        EXPECT_EQ(body, expected);
    }
}

http_response answer_in(const fixture_section& section) {
    http_response response;
    std::string word;
    std::istringstream(section.title) >> word >> response.status >> response.content_type;
    response.body = section.body;
    return response;
}

class sms_fixtures : public testing::Test {
protected:
    static std::vector<gateway_settings> gateways() {
        std::vector<gateway_settings> all;
        for (const std::string_view dialect : sms_dialect_names()) all.push_back(gateway_of(dialect));
        return all;
    }

    http_response ask(http_request& request) {
        const auto found = routes_.find(request.method, request.path());
        if (found.route == nullptr) throw std::runtime_error("no route");
        asio::io_context context;
        http_response response;
        std::exception_ptr failure;
        asio::co_spawn(context, found.route->handler(request), [&](std::exception_ptr error, http_response got) {
            failure = error;
            response = std::move(got);
        });
        context.run();
        if (failure) std::rethrow_exception(failure);
        return response;
    }

    void play_in(const fixture_file& one) {
        http_request request;
        std::string word;
        std::istringstream(one.find("request")->title) >> word >> request.method >> request.target;
        request.body = one.find("request")->body;
        request.peer = "192.0.2.1";
        if (const auto* headers = one.find("headers")) request.headers = headers_of(headers->body);
        const http_response response = ask(request);

        std::vector<lines> messages;
        std::vector<lines> receipts;
        for (const fixture_section& section : one.sections) {
            if (section.is("sms")) messages.push_back(lines_of(section.body));
            if (section.is("receipt")) receipts.push_back(lines_of(section.body));
        }
        std::vector<lines> got_messages;
        for (const sms_in& message : sink_.messages) got_messages.push_back(lines_of(message));
        std::vector<lines> got_receipts;
        for (const sms_receipt& receipt : sink_.receipts) got_receipts.push_back(lines_of(receipt));
        EXPECT_EQ(got_messages, messages);
        EXPECT_EQ(got_receipts, receipts);
        const fixture_section& expected = *one.find("response");
        EXPECT_EQ(fmt::format("response {} {}", response.status, response.content_type), expected.title);
        expect_body(response.content_type, response.body, expected.body);
        EXPECT_FALSE(response.body.contains("4826")) << "what she wrote";
    }

    static void play_out(const fixture_file& one, const gateway_settings& settings) {
        const auto dialect = make_sms_dialect(settings.sms_dialect);
        const sms_account account = sms_account_of(settings);
        const sms_out message = message_of(one.find("message")->body);
        if (const auto* submission = one.find("submission")) {
            const auto request = dialect->submit_request(account, message);
            EXPECT_EQ(fmt::format("submission {} {}", request.method, request.url), submission->title);
            expect_body(settings.sms_dialect == "infobip" ? "json" : "", request.body, submission->body);
            lines headers;
            for (const http_header& header : request.headers) {
                headers.insert(fmt::format("{}: {}", header.name, header.value));
            }
            if (const auto* expected = one.find("headers")) EXPECT_EQ(headers, lines_of(expected->body));
        }
        const http_response got = answer_in(*one.find("answer"));
        if (const auto* result = one.find("result")) {
            EXPECT_EQ(outcome_of(dialect->submit_result(message, got)), result->title);
            return;
        }
        const auto* query = one.find("query");
        ASSERT_NE(query, nullptr);
        std::string word;
        std::string id;
        std::istringstream(query->title) >> word >> id;
        if (id == "-") id.clear();
        const auto request = dialect->query_request(account, message, id);
        ASSERT_TRUE(request);
        EXPECT_EQ(fmt::format("query {} {} {}", id.empty() ? "-" : id, request->method, request->url), query->title);
        const auto receipt = dialect->query_result(account, message, id, got);
        ASSERT_EQ(receipt.has_value(), one.find("receipt") != nullptr);
        if (receipt) EXPECT_EQ(lines_of(*receipt), lines_of(one.find("receipt")->body));
    }

    keeping_sink sink_;
    metrics numbers_;
    manual_clock clock_{wall_time{}};
    router routes_{gateway_routes(gateways(), sink_, sink_, numbers_, clock_)};
};

TEST_F(sms_fixtures, the_gateways_are_right) {
    for (const gateway_settings& settings : gateways()) {
        EXPECT_EQ(faults_of(settings), std::vector<std::string>{}) << settings.name;
    }
}

TEST_F(sms_fixtures, each_is_read_and_answered_as_recorded) {
    std::map<std::string, int> kinds;
    for (const std::string_view dialect : sms_dialect_names()) {
        for (const auto& entry : fs::directory_iterator(folder / dialect)) {
            const std::string name = entry.path().filename().string();
            if (!name.starts_with("sms_")) continue;
            const fixture_file one = testing_support::read_fixture(entry.path());
            SCOPED_TRACE(fmt::format("{}/{}: {}", dialect, name, one.about));
            sink_.messages.clear();
            sink_.receipts.clear();
            if (one.find("request") != nullptr) {
                ASSERT_NE(one.find("response"), nullptr);
                play_in(one);
            } else {
                ASSERT_TRUE(one.find("message") != nullptr && one.find("answer") != nullptr);
                play_out(one, gateway_of(dialect));
            }
            for (const std::string_view kind : {"sms", "receipt", "result accepted"}) {
                if (one.find(kind) != nullptr) ++kinds[fmt::format("{} {}", dialect, kind)];
            }
        }
    }
    EXPECT_EQ(kinds.size(), 3 * sms_dialect_names().size()) << "every dialect has a message, a receipt, an acceptance";
}

}  // namespace
}  // namespace mlango::gsm
