// A network operator's CAMARA gateway that behaves as the definitions of SIM Swap 2.x and Number Recycling 0.2 say: it
// checks token, scope, body and correlator before it answers. Callers: tests of the client and of what the server makes
// of it.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <map>
#include <optional>
#include <string>

#include "base/http/server.hpp"
#include "gsm/camara/client.hpp"

namespace mlango::testing_support {

using gsm::msisdn;
using gsm::camara::basic_credentials;
using namespace std::chrono_literals;
namespace json = boost::json;

inline const msisdn same = *msisdn::from_e164("+254711000001");
inline const msisdn swapped = *msisdn::from_e164("+254711000002");
inline const msisdn recycled = *msisdn::from_e164("+254711000003");
inline const msisdn stranger = *msisdn::from_e164("+254711000009");

inline http_server_settings on_a_free_port() {
    http_server_settings out;
    out.port = 0;
    return out;
}

// An operator's gateway.
class played_operator {
public:
    played_operator(asio::io_context& context, metrics& numbers)
        : server_(context, on_a_free_port(),
                  {{"POST", "/token", [this](http_request& request) { return token(request); }},
                   {"POST", "/camara/sim-swap/v2/check", [this](http_request& request) { return sim_swap(request); }},
                   {"POST", "/camara/number-recycling/v0.2/check",
                    [this](http_request& request) { return recycling(request); }}},
                  numbers) {
        asio::co_spawn(context, server_.run(), [](std::exception_ptr) {});
    }
    [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(server_.port()); }
    task<void> drain() { co_await server_.drain(std::chrono::steady_clock::now() + 1s); }

    int tokens = 0, questions = 0, longest_hours = 2'400;
    bool withdrawn = false;  // the token that is out
    unsigned broken = 0;     // every question is answered with it

private:
    static std::string number_in(const json::object& question) {
        return std::string(question.at("phoneNumber").as_string());
    }
    static http_response answer_with(unsigned status, const json::object& body) {
        http_response out;
        out.status = status;
        out.content_type = "application/json";
        out.body = json::serialize(body);
        return out;
    }
    static http_response refuse(unsigned status, const char* code) {
        return answer_with(status, {{"status", status}, {"code", code}, {"message", "as the definition says"}});
    }

    task<http_response> token(http_request& request) {
        ++tokens;
        const auto form = parse_form(request.body);
        const std::map<std::string, std::string> fields(form->begin(), form->end());
        if (request.header("Authorization") != basic_credentials("mlango", "s3:cret") ||
            fields.at("grant_type") != "client_credentials" ||
            fields.at("scope") != "sim-swap:check number-recycling:check")
            co_return answer_with(401, {{"error", "invalid_client"}});
        withdrawn = false;
        current_ = "token-" + std::to_string(tokens);
        co_return answer_with(200, {{"access_token", current_}, {"token_type", "Bearer"}, {"expires_in", 600}});
    }

    // nullopt: `question` is the body.
    std::optional<http_response> refusal(const http_request& request, json::object& question) {
        ++questions;
        if (broken != 0) return refuse(broken, "UNAVAILABLE");
        if (withdrawn || request.header("Authorization") != "Bearer " + current_) return refuse(401, "UNAUTHENTICATED");
        if (request.header("Content-Type") != "application/json" || request.header("x-correlator").size() != 32)
            return refuse(400, "INVALID_ARGUMENT");
        question = json::parse(request.body).as_object();
        if (!question.contains("phoneNumber")) return refuse(422, "MISSING_IDENTIFIER");
        if (number_in(question) == stranger.e164()) return refuse(404, "IDENTIFIER_NOT_FOUND");
        return std::nullopt;
    }
    task<http_response> sim_swap(http_request& request) {
        json::object question;
        if (auto refused = refusal(request, question)) co_return std::move(*refused);
        if (question.at("maxAge").as_int64() > longest_hours) co_return refuse(400, "OUT_OF_RANGE");
        co_return answer_with(200, {{"swapped", number_in(question) == swapped.e164()}});
    }
    task<http_response> recycling(http_request& request) {
        json::object question;
        if (auto refused = refusal(request, question)) co_return std::move(*refused);
        const auto date = question.at("specifiedDate").as_string();
        co_return answer_with(200,
                              {{"phoneNumberRecycled", number_in(question) == recycled.e164() && date < "2026-06-01"}});
    }

    std::string current_;
    http_server server_;
};

}  // namespace mlango::testing_support
