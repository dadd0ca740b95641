// The wallet's small world (a bank with two operators and a program, a shop) behind the real doors, on a real HTTP
// server.
#pragma once

#include <boost/json.hpp>

#include "base/http/client.hpp"
#include "exchange/doors.hpp"
#include "tests/integration/wallet/wallet_fixture.hpp"

namespace mlango::exchange::test {

namespace json = boost::json;
using namespace std::chrono_literals;

class exchange_fixture : public wallet::test::wallet_fixture {
protected:
    using fields = std::vector<std::pair<std::string, std::string>>;

    void SetUp() override {
        wallet_fixture::SetUp();
        wait(rooms->lists.look());
        rules_of_doors.issuer = options.issuer;
        open_doors();
    }
    void TearDown() override {
        close_doors();
        wallet_fixture::TearDown();
    }

    void open_doors() {
        house_of_doors.emplace(door_parts{.settings = rules_of_doors,
                                          .counter = counter(),
                                          .issuance = issuing(),
                                          .lists = rooms->lists,
                                          .keys = keys_of_issuer,
                                          .kinds = kinds,
                                          .token_keys = keys.wallet,
                                          .time = now,
                                          .random = random,
                                          .numbers = numbers});
        all.emplace(*house_of_doors);
        http_server_settings listen;
        listen.port = 0;
        server = std::make_unique<http_server>(context, listen, all->routes(), numbers);
        client = std::make_unique<http_client>(context, http_client_settings{});
        group->spawn("http", server->run());
    }
    void close_doors() {
        client.reset();
        wait(drained());
        server.reset();
    }
    // For other settings than the usual ones.
    void open_doors_again() {
        close_doors();
        open_doors();
    }

    http_response ask(std::string method, std::string_view path, std::vector<http_header> headers = {},
                      std::string body = {}) {
        http_client::outgoing request;
        request.method = std::move(method);
        request.url = fmt::format("http://127.0.0.1:{}{}", server->port(), path);
        request.headers = std::move(headers);
        request.body = std::move(body);
        auto answer = wait(client->send(std::move(request), std::chrono::steady_clock::now() + 10s));
        EXPECT_TRUE(answer) << path;
        return answer ? std::move(*answer) : http_response();
    }
    http_response post_json(std::string_view path, const json::value& body, std::vector<http_header> headers = {}) {
        headers.push_back({"Content-Type", "application/json"});
        return ask("POST", path, std::move(headers), json::serialize(body));
    }
    http_response post_form(std::string_view path, const fields& form, std::vector<http_header> headers = {}) {
        headers.push_back({"Content-Type", "application/x-www-form-urlencoded"});
        return ask("POST", path, std::move(headers), encode_form(form));
    }

    static json::object body_of(const http_response& response) {
        json::error_code error;
        auto read = json::parse(json::string_view(response.body.data(), response.body.size()), error);
        EXPECT_FALSE(error) << response.body;
        return read.is_object() ? read.as_object() : json::object();
    }
    static std::string header_of(const http_response& response, std::string_view name) {
        for (const http_header& one : response.headers)
            if (std::ranges::equal(one.name, name, [](char a, char b) { return std::tolower(a) == std::tolower(b); }))
                return one.value;
        return {};
    }
    static std::string text(const json::object& of, std::string_view name) {
        const auto* const found = of.if_contains({name.data(), name.size()});
        return found != nullptr && found->is_string() ? std::string(found->get_string()) : std::string("(none)");
    }
    // Everything that a caller can tell answers apart by, but the time of day.
    static std::string told(const http_response& response) {
        std::string all = std::to_string(response.status) + "\n";
        for (const http_header& one : response.headers)
            if (one.name != "Date") all += one.name + ": " + one.value + "\n";
        return all + response.body;
    }

    exchange_settings rules_of_doors;
    std::optional<door_parts> house_of_doors;
    std::optional<doors> all;
    std::unique_ptr<http_server> server;
    std::unique_ptr<http_client> client;

private:
    task<bool> drained() {
        co_await server->drain(std::chrono::steady_clock::now() + 1s);
        co_return true;
    }
};

}  // namespace mlango::exchange::test
