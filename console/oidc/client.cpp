#include "console/oidc/client.hpp"

namespace mlango::console::oidc {

namespace {

using namespace std::chrono_literals;

constexpr auto kept = 1h;
constexpr auto patience = 8s;
constexpr auto rest = 10s;  // so that tokens with made-up key names do not make us ask all the time

trouble away(std::string_view what, std::string_view why) {
    return {.away = true, .reason = std::string(what) + "_" + std::string(why)};
}

}  // namespace

task<std::expected<std::string, trouble>> client::fetched(http_client::outgoing request, std::string_view what) {
    auto answer = co_await web_.send(std::move(request), time_.steady() + patience);
    if (!answer) co_return std::unexpected(away(what, "unreachable"));
    // A code that is over or was used is told by 400 (RFC 6749 §5.2): hers to begin anew.
    if (answer->status >= 400 && answer->status < 500 && what == "token")
        co_return std::unexpected(trouble{.away = false, .reason = "token_refused"});
    if (answer->status != 200) co_return std::unexpected(away(what, "failed"));
    co_return std::move(answer->body);
}

task<std::expected<provider, trouble>> client::discovered() {
    if (provider_ && time_.steady() < provider_until_) co_return *provider_;
    http_client::outgoing request;
    request.url = discovery_address(us_.issuer);
    request.headers = {{"Accept", "application/json"}};
    const auto text = co_await fetched(std::move(request), "discovery");
    if (!text) co_return std::unexpected(text.error());
    auto read = read_discovery(*text, us_.issuer);
    if (!read) co_return std::unexpected(trouble{.away = true, .reason = "discovery_wrong"});
    provider_ = *read;
    provider_until_ = time_.steady() + kept;
    keys_until_ = {};
    co_return std::move(*read);
}

task<std::expected<void, trouble>> client::fetch_keys(const provider& at, bool at_once) {
    const auto now = time_.steady();
    const bool old = now >= keys_until_;
    if (!old && (!at_once || now < keys_rest_until_)) co_return std::expected<void, trouble>{};
    http_client::outgoing request;
    request.url = at.jwks_uri;
    request.headers = {{"Accept", "application/json"}};
    const auto text = co_await fetched(std::move(request), "keys");
    if (!text) co_return std::unexpected(text.error());
    auto read = provider_keys::from_jwks(*text);
    if (!read || read->size() == 0) co_return std::unexpected(away("keys", "wrong"));
    keys_ = std::move(*read);
    keys_until_ = now + kept;
    keys_rest_until_ = now + rest;
    co_return std::expected<void, trouble>{};
}

task<std::expected<std::string, trouble>> client::subject_of(provider at, std::string redirect_uri, std::string code,
                                                             flow under_way) {
    auto sent = make_token_request(at, us_, redirect_uri, code, under_way.verifier);
    http_client::outgoing request;
    request.method = "POST";
    request.url = at.token_endpoint;
    request.headers = std::move(sent.headers);
    request.body = std::move(sent.body);
    const auto text = co_await fetched(std::move(request), "token");
    if (!text) co_return std::unexpected(text.error());
    const auto jwt = read_token_answer(*text);
    if (!jwt) co_return std::unexpected(trouble{.away = true, .reason = "token_wrong"});
    token_rules rules{.issuer = us_.issuer,
                      .client_id = us_.client_id,
                      .nonce = under_way.nonce,
                      .acr_values = us_.acr_values,
                      .now = time_.now(),
                      .leeway = us_.leeway};
    for (const bool again : {false, true}) {
        if (auto there = co_await fetch_keys(at, again); !there) co_return std::unexpected(there.error());
        auto subject = read_id_token(*jwt, keys_, rules);
        if (subject) co_return std::move(*subject);
        // A key that is new since we asked.
        if (again || subject.error() != token_fault::unknown_key)
            co_return std::unexpected(trouble{.away = false, .reason = std::string(name_of(subject.error()))});
    }
    co_return std::unexpected(trouble{.away = false, .reason = "unknown_key"});
}

}  // namespace mlango::console::oidc
