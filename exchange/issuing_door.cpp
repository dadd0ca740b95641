#include "exchange/issuing_door.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "base/http/json_body.hpp"
#include "exchange/add_page.hpp"
#include "exchange/holder_proof.hpp"
#include "exchange/oauth.hpp"
#include "exchange/problem.hpp"
#include "exchange/visitor.hpp"
#include "wallet/metadata.hpp"

namespace mlango::exchange {

namespace {

namespace json = boost::json;
using namespace std::chrono_literals;

constexpr std::size_t longest_body = 16 * 1'024;
constexpr int tx_code_digits = 6;
constexpr auto code_life = 15min;  // as an offer's; whether it still lives the wallet knows

// "kind\nwhat it opens", and back.
std::string joined(std::string_view kind, std::string_view opens) {
    return fmt::format("{}\n{}", kind, opens);
}
struct opening {
    std::string kind;
    std::string opens;
};
std::optional<opening> parted(const std::optional<opened_token>& token) {
    if (!token) return std::nullopt;
    const std::size_t end = token->content.find('\n');
    if (end == std::string::npos) return std::nullopt;
    return opening{token->content.substr(0, end), token->content.substr(end + 1)};
}

http_response no_token() {
    http_response response = oauth_error(401, "invalid_token");
    response.headers.push_back({"WWW-Authenticate", "Bearer error=\"invalid_token\""});
    return response;
}

struct order {
    std::string kind;
    std::string proof;
};

// {"credential_configuration_id": …, "proofs": {"jwt": ["…"]}}. Encrypted answers and batches are not offered.
std::expected<order, http_response> read_order(const http_request& request) {
    const auto refuse = [](std::string_view error, std::string_view why) {
        return std::unexpected(oauth_error(400, error, why));
    };
    constexpr std::string_view malformed = "invalid_credential_request";
    if (!is_json(request)) return refuse(malformed, "Send application/json.");
    const auto body = read_object(request.body, 6);
    if (!body) return refuse(malformed, body.error());
    auto kind = read_text(*body, "credential_configuration_id", {.least = 1, .most = 64});
    if (!kind) return refuse(malformed, kind.error());
    const json::value* const proofs = body->if_contains("proofs");
    if (proofs == nullptr || !proofs->is_object()) return refuse("invalid_proof", "proofs must be an object.");
    const json::value* const jwts = proofs->get_object().if_contains("jwt");
    if (jwts == nullptr || !jwts->is_array() || jwts->get_array().size() != 1 || proofs->get_object().size() != 1 ||
        !jwts->get_array().front().is_string())
        return refuse("invalid_proof", "proofs must hold jwt, an array of one.");
    return order{std::move(*kind), std::string(jwts->get_array().front().get_string())};
}

}  // namespace

issuing_door::issuing_door(const door_parts& house)
    : house_(house),
      codes_(house.token_keys, house.random, "exchange.offer"),
      grants_(house.token_keys, house.random, "exchange.grant"),
      nonces_(house.token_keys, house.random, "exchange.nonce"),
      strangers_("openid4vci", house.settings.strangers, house.numbers) {}

std::vector<http_route> issuing_door::routes() {
    const std::string base = issuer_path(house_.settings.issuer);
    const auto at = [&base](std::string_view path) { return base + std::string(path); };
    return {{"GET", at("/add"), [this](http_request& request) { return add(request); }},
            {"POST", at("/add"), [this](http_request& request) { return link(request); }},
            {"GET", at(wallet::vci_offer_path) + "{number}", [this](http_request& request) { return offer(request); }},
            {"POST", at(wallet::vci_token_path), [this](http_request& request) { return token(request); }},
            {"POST", at(wallet::vci_nonce_path), [this](http_request& request) { return nonce(request); }},
            {"POST", at(wallet::vci_credential_path), [this](http_request& request) { return credential(request); }}};
}

task<http_response> issuing_door::add(http_request& request) {
    if (auto refused = strangers_.turn_away(request, request.peer, longest_body, house_.time.steady()))
        co_return std::move(*refused);
    co_return strangers_.counted(add_page(language_of(request), add_state::asking));
}

// Her number becomes the link that a wallet opens; it stands in no address of ours.
task<http_response> issuing_door::link(http_request& request) {
    if (auto refused = strangers_.turn_away(request, request.peer, longest_body, house_.time.steady()))
        co_return std::move(*refused);
    const auto form = oauth_form::read(request);
    const std::string* const typed = form ? form->find("number") : nullptr;
    const std::string number = typed == nullptr ? std::string() : typed_digits(*typed);
    const bool lives = !number.empty() && co_await house_.issuance.offered_as(number);
    co_return strangers_.counted(
        lives ? add_page(language_of(request), add_state::found, wallet::vci_offer_link(house_.settings.issuer, number))
              : add_page(language_of(request), add_state::unknown_number));
}

// §4.1.3: the offer that the link names. A number that is guessed gives a code that opens nothing.
task<http_response> issuing_door::offer(http_request& request) {
    if (auto refused = strangers_.turn_away(request, request.peer, longest_body, house_.time.steady()))
        co_return std::move(*refused);
    const std::string_view path = request.path();
    const auto found = co_await house_.issuance.offered_as(std::string(path.substr(path.rfind('/') + 1).substr(0, 32)));
    if (!found) co_return strangers_.counted(problem(fault::no_such_document));
    const std::string code =
        codes_.make(joined(found->kind, found->pre_authorized_code), house_.time.now() + code_life);
    co_return strangers_.counted(
        json_answer(wallet::vci_offer(house_.settings.issuer, found->kind, code, tx_code_digits)));
}

// §6.1.
task<http_response> issuing_door::token(http_request& request) {
    if (auto refused = strangers_.turn_away(request, request.peer, longest_body, house_.time.steady()))
        co_return std::move(*refused);
    const auto form = oauth_form::read(request);
    if (!form) co_return strangers_.counted(oauth_error(400, "invalid_request", "Send one form, each field once."));
    const std::string* const grant = form->find("grant_type");
    if (grant == nullptr) co_return strangers_.counted(oauth_error(400, "invalid_request", "grant_type is missing."));
    if (*grant != wallet::pre_authorized_grant)
        co_return strangers_.counted(oauth_error(400, "unsupported_grant_type"));
    const std::string* const sealed = form->find("pre-authorized_code");
    const std::string* const tx_code = form->find("tx_code");
    if (sealed == nullptr || tx_code == nullptr)
        co_return strangers_.counted(
            oauth_error(400, "invalid_request", "pre-authorized_code and tx_code must both be there."));
    const auto code = parted(codes_.open(*sealed, house_.time.now()));
    if (!code || tx_code->size() > 16) co_return strangers_.counted(oauth_error(400, "invalid_grant"));
    const auto granted = co_await house_.issuance.exchange(code->opens, *tx_code);
    if (!granted)
        co_return strangers_.counted(oauth_error(
            400, granted.error() == wallet::grant_refusal::invalid_request ? "invalid_request" : "invalid_grant"));
    const auto life = house_.settings.access_token_life;
    co_return strangers_.counted(
        oauth_token(grants_.make(joined(code->kind, *granted), house_.time.now() + life), life.count()));
}

// §7.2.
task<http_response> issuing_door::nonce(http_request& request) {
    if (auto refused = strangers_.turn_away(request, request.peer, longest_body, house_.time.steady()))
        co_return std::move(*refused);
    co_return strangers_.counted(
        json_answer(json::object{{"c_nonce", nonces_.make({}, house_.time.now() + house_.settings.nonce_life)}}));
}

// §8.
task<http_response> issuing_door::credential(http_request& request) {
    if (auto refused = strangers_.turn_away(request, request.peer, longest_body, house_.time.steady()))
        co_return std::move(*refused);
    const wall_time now = house_.time.now();
    const auto grant = parted(grants_.open(read_bearer(request.header("authorization")), now));
    if (!grant) co_return strangers_.counted(no_token());
    const auto wanted = read_order(request);
    if (!wanted) co_return strangers_.counted(wanted.error());
    if (house_.kinds.find(wanted->kind) == nullptr)
        co_return strangers_.counted(oauth_error(400, "unknown_credential_configuration"));
    if (wanted->kind != grant->kind)
        co_return strangers_.counted(
            oauth_error(400, "invalid_credential_request", "The offer was for another credential."));
    auto proof = verify_proof(wanted->proof, {.issuer = house_.settings.issuer, .now = now});
    if (!proof) co_return strangers_.counted(oauth_error(400, "invalid_proof", name_of(proof.error())));
    if (!nonces_.open(proof->nonce, now)) co_return strangers_.counted(oauth_error(400, "invalid_nonce"));
    const auto issued = co_await house_.issuance.issue(grant->opens, std::move(proof->jwk));
    if (!issued) {
        // The grant has been used, or what she may show has changed since.
        if (issued.error() == wallet::issue_refusal::gone) co_return strangers_.counted(no_token());
        co_return strangers_.counted(oauth_error(400, "credential_request_denied"));
    }
    const json::object one{{"credential", issued->credential}};
    co_return strangers_.counted(json_answer(json::object{{"credentials", json::array{one}}}));
}

}  // namespace mlango::exchange
