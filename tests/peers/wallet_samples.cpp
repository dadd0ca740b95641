// Writes what Mlango issues, and the same spoilt, as one JSON document: for verifiers of others (wallet.test.mjs).
// Each sample says what our own verifier makes of it.
#include <fmt/format.h>

#include <chrono>

#include "base/clock.hpp"
#include "tests/support/spoilt_credentials.hpp"
#include "wallet/status_list.hpp"

namespace {

using namespace mlango;
using namespace mlango::testing_support;

std::string outcome(const credential_forge& forge, const std::string& presentation, bool bound) {
    const auto read = verify_sd_jwt(presentation, forge.trusted(), forge.rules(bound));
    return std::string(read ? "valid" : name_of(read.error()));
}

json::object sample(const credential_forge& forge, const std::string& name, const std::string& presentation,
                    bool bound) {
    return {{"name", name},
            {"presentation", presentation},
            {"bound", bound},
            {"ours", outcome(forge, presentation, bound)}};
}

// As the wallet's services mint them, by kind.
json::array minted(const credential_forge& forge) {
    system_random random;
    const status_reference status{status_list_uri(issuer, "shares-1"), 4711};
    const std::vector<std::pair<std::string, std::vector<disclosed_claim>>> facts{
        {"one predicate", {{"registered", true}}},
        {"two predicates", {{"registered", true}, {"age_over_18", false}}},
        {"names in every script",
         {{"given_name", "ሰላም \"Ø\\\" علي"}, {"family_name", "Möbius/\u007f"}, {"birthdate", "1990-02-28"}}},
        {"an object and a number",
         {{"household_size", 7},
          {"entitlement", json::object{{"programme", "Cash"}, {"items", json::array{"soap", 2}}}}}},
        {"nothing told", {}}};
    json::array out;
    for (const bool bound : {false, true}) {
        for (const auto& [name, told] : facts) {
            credential_order order{.issuer = issuer,
                                   .kind = "registration",
                                   .facts = told,
                                   .audience = verifier,
                                   .issued_at = forge.now,
                                   .expires_at = forge.now + std::chrono::hours(12),
                                   .status = status,
                                   .holder = {},
                                   .pin_at = forge.now};
            if (bound) order.holder = forge.holder.public_key();
            std::string credential = mint_credential(order, forge.key, random);
            if (bound) credential = bind_sd_jwt(credential, forge.holder, verifier, nonce, forge.now);
            auto one = sample(forge, name + (bound ? ", bound" : ""), credential, bound);
            json::object expected;
            for (const auto& fact : told) expected[fact.name] = fact.value;
            one["facts"] = std::move(expected);
            out.push_back(std::move(one));
        }
    }
    return out;
}

json::object token_sample(const credential_forge& forge, const std::string& name, const std::string& token) {
    const auto read = verify_status_token(token, status_list_uri(issuer, "shares-1"), forge.trusted(), forge.now);
    return {{"name", name}, {"token", token}, {"ours", read ? "valid" : "refused"}};
}

// Lists of one and two bits, and a list spoilt.
json::array status_tokens(const credential_forge& forge) {
    const std::string uri = status_list_uri(issuer, "shares-1");
    const status_token_times times{forge.now, forge.now + std::chrono::hours(24), std::chrono::minutes(5)};
    json::array out;
    for (const int bits : {1, 2, 4, 8}) {
        status_list list(bits, 1 << 17);
        for (std::uint64_t index = 0; index < list.size(); index += 97)
            list.set(index, static_cast<std::uint8_t>(1 + index % ((1U << bits) - 1U)));
        list.set(4711, credential_status::invalid);
        auto one = token_sample(forge, fmt::format("{} bits", bits), make_status_token(list, uri, times, forge.key));
        one["bits"] = bits;
        one["size"] = list.size();
        out.push_back(std::move(one));
    }
    const status_list list(1, 1 << 17);
    const auto payload = [&] {
        return json::object{
            {"sub", uri},
            {"iat", numeric_date(forge.now)},
            {"exp", numeric_date(forge.now + std::chrono::hours(1))},
            {"status_list", json::object{{"bits", 1}, {"lst", to_base64url(as_byte_view(list.compressed()))}}}};
    };
    const auto add = [&](const std::string& name, const json::object& claims, std::string header = {},
                         const es256_key* by = nullptr) {
        if (header.empty()) header = jws_header("statuslist+jwt", forge.key.kid);
        out.push_back(token_sample(
            forge, name, write_compact_jws(header, json::serialize(claims), by != nullptr ? *by : forge.key.key)));
    };
    const auto changed = [&](const std::string& name, const char* member, json::value value) {
        auto claims = payload();
        claims[member] = std::move(value);
        add(name, claims);
    };
    const auto with_list = [&](const std::string& name, std::string_view octets) {
        changed(name, "status_list", json::object{{"bits", 1}, {"lst", to_base64url(as_byte_view(octets))}});
    };
    changed("sub is another list", "sub", json::string(uri + "0"));
    changed("expired list", "exp", numeric_date(forge.now - std::chrono::hours(1)));
    changed("list of three bits", "status_list",
            json::object{{"bits", 3}, {"lst", payload().at("status_list").at("lst")}});
    const std::string zlib = list.compressed();
    with_list("raw DEFLATE", std::string_view(zlib).substr(2, zlib.size() - 6));
    with_list("list cut short", std::string_view(zlib).substr(0, zlib.size() - 3));
    with_list("gzip", std::string_view("\x1f\x8b\x08\0\0\0\0\0\0\x03\x63\x60\0\0\xff\x12\xd9\x41\x02\0\0\0", 22));
    auto undated = payload();
    undated.erase("iat");
    add("list without iat", undated);
    add("list of type JWT", payload(), jws_header("JWT", forge.key.kid));
    add("list signed by a stranger", payload(), {}, &forge.stranger);
    return out;
}

}  // namespace

int main() {
    const auto now = std::chrono::floor<std::chrono::seconds>(mlango::system_clock().now());
    credential_forge forge(now);
    json::array spoilt;
    for (const auto& one : spoilt_credentials(forge))
        spoilt.push_back(sample(forge, one.name, one.presentation, one.bound));
    const json::object out{{"issuer", issuer},
                           {"verifier", verifier},
                           {"nonce", nonce},
                           {"now", numeric_date(now)},
                           {"vct", credential_type_uri(issuer, "registration")},
                           {"status_uri", status_list_uri(issuer, "shares-1")},
                           {"jwks", forge.trusted().jwks(now)},
                           {"good", minted(forge)},
                           {"spoilt", std::move(spoilt)},
                           {"status", status_tokens(forge)}};
    fmt::print("{}\n", json::serialize(out));
}
