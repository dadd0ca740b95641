// Credentials as we issue them, and spoilt in every way that a verifier must notice: each with what our own verifier
// must say. Callers: the unit test, and the program that hands them to verifiers of others (tests/peers).
#pragma once

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <functional>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "wallet/disclosures.hpp"
#include "wallet/jose/compact_jws.hpp"
#include "wallet/jose/json_text.hpp"
#include "wallet/mint.hpp"
#include "wallet/sd_jwt.hpp"

namespace mlango::testing_support {

namespace json = boost::json;
using namespace wallet;

inline const std::string issuer = "https://id.example.org";
inline const std::string verifier = "https://id.example.org/verifiers/48213";
inline const std::string nonce = "n-0S6_WzA2Mj";

struct spoilt_credential {
    std::string name;
    std::string presentation;
    sd_jwt_fault fault;
    bool bound = false;  // the verifier wants it bound to `nonce`
};

// An issuer with one key, and a credential of it that is taken apart, changed and signed again.
class credential_forge {
public:
    explicit credential_forge(std::chrono::sys_seconds now)
        : now(now),
          key{.kid = "2026-11-28-test",
              .key = es256_key::generate(),
              .made_at = now,
              .signs_from = now,
              .listed_until = {}} {
        payload = {{"iss", issuer},
                   {"vct", credential_type_uri(issuer, "registration")},
                   {"iat", numeric_date(now)},
                   {"exp", numeric_date(now + std::chrono::hours(24))},
                   {"aud", verifier},
                   {"cnf", json::object{{"jwk", holder.public_key().jwk()}}},
                   {"status", to_claim({status_list_uri(issuer, "shares-1"), 4711})},
                   {"amr", json::array{"pin"}}};
        disclosures = {disclosure("registered", true), disclosure("age_over_18", true)};
    }

    std::chrono::sys_seconds now;
    signing_key key;
    es256_key holder = es256_key::generate();
    es256_key stranger = es256_key::generate();
    json::object payload;                  // without digests
    std::vector<std::string> disclosures;  // encoded

    [[nodiscard]] trusted_keys trusted() const { return trusted_keys({{key.kid, key.key.public_key(), std::nullopt}}); }
    [[nodiscard]] sd_jwt_rules rules(bool bound) const {
        sd_jwt_rules out{.issuer = issuer, .credentials = kinds_, .now = now, .audience = verifier, .binding = {}};
        if (bound) out.binding = binding_rules{.audience = verifier, .nonce = nonce};
        return out;
    }

    std::string disclosure(std::string_view name, const json::value& value) {
        return write_disclosure(salt(), name, value);
    }
    // Of any JSON text.
    static std::string raw_disclosure(std::string_view text) { return to_base64url(as_byte_view(text)); }
    std::string salt() {
        std::array<std::byte, 16> octets;
        random_.fill(octets);
        return to_base64url(octets);
    }

    // `hidden`: disclosures whose digests are signed; `told`: those that are shown.
    std::string build(const json::object& claims, const std::vector<std::string>& hidden,
                      const std::vector<std::string>& told, std::string header = {}, const es256_key* by = nullptr) {
        json::object all = claims;
        json::array digests;
        for (const auto& one : hidden) digests.emplace_back(sd_digest(one));
        if (!all.contains("_sd")) all["_sd"] = std::move(digests);
        if (!all.contains("_sd_alg")) all["_sd_alg"] = "sha-256";
        return build_text(json::serialize(all), told, std::move(header), by);
    }
    std::string build_text(std::string_view payload_text, const std::vector<std::string>& told, std::string header = {},
                           const es256_key* by = nullptr) {
        if (header.empty()) header = jws_header("dc+sd-jwt", key.kid);
        std::string out = write_compact_jws(header, payload_text, by != nullptr ? *by : key.key) + "~";
        for (const auto& one : told) out += one + "~";
        return out;
    }
    std::string good() { return build(payload, disclosures, disclosures); }
    std::string good_bound() { return bind_sd_jwt(good(), holder, verifier, nonce, now); }

    // A binding whose payload or header was changed before the holder signed.
    std::string bind(const std::string& sd_jwt, const std::function<void(json::object&)>& change,
                     std::string_view type = "kb+jwt", const es256_key* by = nullptr) {
        json::object claims{
            {"iat", numeric_date(now)}, {"aud", verifier}, {"nonce", nonce}, {"sd_hash", sd_digest(sd_jwt)}};
        change(claims);
        return sd_jwt + write_compact_jws(jws_header(type, {}), json::serialize(claims), by != nullptr ? *by : holder);
    }
    json::object changed(const std::function<void(json::object&)>& change) const {
        json::object out = payload;
        change(out);
        return out;
    }

private:
    system_random random_;
    std::vector<std::string> kinds_{credential_type_uri(issuer, "registration")};
};

inline std::string with_signature(const std::string& presentation, const std::string& signature) {
    const auto end = presentation.find('~');
    const auto dot = presentation.rfind('.', end);
    return presentation.substr(0, dot + 1) + signature + presentation.substr(end);
}

inline std::string signature_of(const std::string& presentation) {
    const auto end = presentation.find('~');
    const auto dot = presentation.rfind('.', end);
    return presentation.substr(dot + 1, end - dot - 1);
}

inline void spoil_signatures(credential_forge& forge, std::vector<spoilt_credential>& out) {
    const auto header = [](std::string_view text) { return std::string(text); };
    const std::string good = forge.good();
    auto octets = *from_base64url(signature_of(good));
    octets[40] ^= std::byte{1};
    out.push_back(
        {"a bit of the signature flipped", with_signature(good, to_base64url(octets)), sd_jwt_fault::bad_signature});
    std::string der = "\x30\x44\x02\x20";
    der +=
        std::string(as_string_view(octets)).substr(0, 32) + "\x02\x20" + std::string(as_string_view(octets)).substr(32);
    out.push_back(
        {"signature as DER", with_signature(good, to_base64url(as_byte_view(der))), sd_jwt_fault::bad_signature});
    out.push_back({"no signature", with_signature(good, ""), sd_jwt_fault::bad_signature});
    out.push_back({"signature of zeros", with_signature(good, to_base64url(as_byte_view(std::string(64, '\0')))),
                   sd_jwt_fault::bad_signature});
    const auto& told = forge.disclosures;
    const auto with_header = [&](std::string name, std::string text, sd_jwt_fault fault) {
        out.push_back({std::move(name), forge.build(forge.payload, told, told, std::move(text)), fault});
    };
    out.push_back({"signed by a stranger under our kid", forge.build(forge.payload, told, told, {}, &forge.stranger),
                   sd_jwt_fault::bad_signature});
    with_header("unknown kid", jws_header("dc+sd-jwt", "2020-01-01-gone"), sd_jwt_fault::unknown_key);
    with_header("no kid", jws_header("dc+sd-jwt", ""), sd_jwt_fault::unknown_key);
    with_header(
        "its own key in the header",
        header(R"({"alg":"ES256","typ":"dc+sd-jwt","jwk":)") + json::serialize(forge.stranger.public_key().jwk()) + "}",
        sd_jwt_fault::unknown_key);
    with_header("alg none", header(R"({"alg":"none","typ":"dc+sd-jwt","kid":"2026-11-28-test"})"),
                sd_jwt_fault::wrong_type);
    with_header("alg HS256", header(R"({"alg":"HS256","typ":"dc+sd-jwt","kid":"2026-11-28-test"})"),
                sd_jwt_fault::wrong_type);
    with_header("alg ES384", header(R"({"alg":"ES384","typ":"dc+sd-jwt","kid":"2026-11-28-test"})"),
                sd_jwt_fault::wrong_type);
    with_header("typ JWT", jws_header("JWT", forge.key.kid), sd_jwt_fault::wrong_type);
    with_header("typ vc+sd-jwt", jws_header("vc+sd-jwt", forge.key.kid), sd_jwt_fault::wrong_type);
    with_header("no typ", header(R"({"alg":"ES256","kid":"2026-11-28-test"})"), sd_jwt_fault::wrong_type);
    with_header("critical header",
                header(R"({"alg":"ES256","typ":"dc+sd-jwt","kid":"2026-11-28-test","crit":["exp"]})"),
                sd_jwt_fault::wrong_type);
    auto later = forge.build(
        forge.changed([&](auto& p) { p["exp"] = numeric_date(forge.now + std::chrono::hours(999)); }), told, told);
    out.push_back({"exp edited after signing", with_signature(later, signature_of(good)), sd_jwt_fault::bad_signature});
}

inline void spoil_disclosures(credential_forge& forge, std::vector<spoilt_credential>& out) {
    const auto& told = forge.disclosures;
    const auto add = [&](std::string name, std::string presentation,
                         sd_jwt_fault fault = sd_jwt_fault::bad_disclosure) {
        out.push_back({std::move(name), std::move(presentation), fault});
    };
    // Whose digest is signed, and which is shown beside the good ones.
    const auto one_more = [&](std::string name, const std::string& more,
                              sd_jwt_fault fault = sd_jwt_fault::bad_disclosure) {
        auto all = told;
        all.push_back(more);
        add(std::move(name), forge.build(forge.payload, all, all), fault);
    };
    add("edited disclosure", forge.build(forge.payload, told, {told[0], forge.disclosure("age_over_18", false)}));
    add("foreign disclosure",
        forge.build(forge.payload, told, {told[0], told[1], forge.disclosure("family_name", "Doe")}));
    add("disclosure told twice", forge.build(forge.payload, told, {told[0], told[1], told[1]}));
    add("digest signed twice", forge.build(forge.payload, {told[0], told[1], told[1]}, told));
    add("disclosure with padding", forge.build(forge.payload, told, {told[0], told[1] + "="}));
    add("empty disclosure", forge.build(forge.payload, told, {told[0], "", told[1]}), sd_jwt_fault::malformed);
    std::string cut = forge.good();
    cut.pop_back();
    add("last tilde missing", cut, sd_jwt_fault::bad_binding);
    add("no tilde at all", forge.good().substr(0, forge.good().find('~')), sd_jwt_fault::malformed);
    one_more("disclosure of four elements", forge.raw_disclosure(R"(["c2FsdHNhbHRzYWx0c2FsdA","sex","f","x"])"));
    one_more("array element among claims", forge.raw_disclosure(R"(["c2FsdHNhbHRzYWx0c2FsdA","f"])"));
    one_more("disclosure that is no array", forge.raw_disclosure(R"({"sex":"f"})"));
    one_more("disclosure that is no JSON", forge.raw_disclosure(R"(["c2FsdA","sex",)"));
    one_more("salt that is a number", forge.raw_disclosure(R"([1,"sex","f"])"));
    one_more("claim named _sd", forge.disclosure("_sd", json::array{}));
    one_more("claim named ...", forge.disclosure("...", "x"));
    one_more("claim that is there in clear", forge.disclosure("amr", json::array{"hwk"}));
    one_more("two claims of one name", forge.disclosure("age_over_18", false));
    for (const std::string_view name : {"exp", "status", "cnf", "iss", "vct", "nbf", "aud"}) {
        const std::string hidden =
            forge.disclosure(name, forge.payload.contains(name) ? forge.payload.at(name) : json::value(1));
        auto all = told;
        all.push_back(hidden);
        add(std::string(name) + " hidden in a disclosure",
            forge.build(forge.changed([&](auto& p) { p.erase(name); }), all, all));
    }
    add("another hash is named", forge.build(forge.changed([](auto& p) { p["_sd_alg"] = "sha-512"; }), told, told));
    add("_sd is no array", forge.build(forge.changed([&](auto& p) { p["_sd"] = sd_digest(told[0]); }), told, {}));
}

inline void spoil_claims(credential_forge& forge, std::vector<spoilt_credential>& out) {
    const auto add = [&](std::string name, const std::function<void(json::object&)>& change, sd_jwt_fault fault) {
        out.push_back(
            {std::move(name), forge.build(forge.changed(change), forge.disclosures, forge.disclosures), fault});
    };
    const auto at = [&](int hours) { return numeric_date(forge.now + std::chrono::hours(hours)); };
    add("expired", [&](auto& p) { p["exp"] = at(-1); }, sd_jwt_fault::expired);
    add("exp missing", [](auto& p) { p.erase("exp"); }, sd_jwt_fault::bad_claim);
    add("exp as text", [&](auto& p) { p["exp"] = std::to_string(at(24)); }, sd_jwt_fault::bad_claim);
    add("not valid yet", [&](auto& p) { p["nbf"] = at(2); }, sd_jwt_fault::not_yet_valid);
    add("issued in the future", [&](auto& p) { p["iat"] = at(2); }, sd_jwt_fault::not_yet_valid);
    add("vct missing", [](auto& p) { p.erase("vct"); }, sd_jwt_fault::wrong_credential);
    add("vct is a number", [](auto& p) { p["vct"] = 7; }, sd_jwt_fault::wrong_credential);
    add(
        "vct of another kind", [](auto& p) { p["vct"] = credential_type_uri(issuer, "household"); },
        sd_jwt_fault::wrong_credential);
    add("another issuer", [](auto& p) { p["iss"] = "https://id.example.com"; }, sd_jwt_fault::wrong_issuer);
    add(
        "for another verifier", [](auto& p) { p["aud"] = "https://id.example.org/verifiers/11111"; },
        sd_jwt_fault::wrong_audience);
    add("for nobody", [](auto& p) { p.erase("aud"); }, sd_jwt_fault::wrong_audience);
    add(
        "status without an index",
        [](auto& p) { p["status"] = json::object{{"status_list", json::object{{"uri", "https://x"}}}}; },
        sd_jwt_fault::bad_claim);
    add(
        "status with a negative index",
        [](auto& p) { p["status"] = json::object{{"status_list", json::object{{"idx", -1}, {"uri", "https://x"}}}}; },
        sd_jwt_fault::bad_claim);
    std::string twice = json::serialize(forge.payload);
    twice.back() = ',';
    twice += "\"exp\":" + std::to_string(at(9999)) + "}";
    out.push_back({"exp twice", forge.build_text(twice, {}), sd_jwt_fault::malformed});
}

inline void spoil_bindings(credential_forge& forge, std::vector<spoilt_credential>& out) {
    const std::string good = forge.good();
    const auto keep = [](json::object&) {};
    const auto add = [&](std::string name, std::string presentation, sd_jwt_fault fault = sd_jwt_fault::bad_binding) {
        out.push_back({std::move(name), std::move(presentation), fault, true});
    };
    const auto change = [&](std::string name, const std::function<void(json::object&)>& edit) {
        add(std::move(name), forge.bind(good, edit));
    };
    add("no binding", good, sd_jwt_fault::no_binding);
    change("binding for another nonce", [](auto& p) { p["nonce"] = "another"; });
    change("binding for another verifier", [](auto& p) { p["aud"] = "https://elsewhere.example"; });
    change("binding an hour old", [&](auto& p) { p["iat"] = numeric_date(forge.now - std::chrono::hours(1)); });
    change("binding of the future", [&](auto& p) { p["iat"] = numeric_date(forge.now + std::chrono::hours(1)); });
    change("binding without a time", [](auto& p) { p.erase("iat"); });
    change("binding without sd_hash", [](auto& p) { p.erase("sd_hash"); });
    add("binding of type JWT", forge.bind(good, keep, "JWT"));
    add("binding by a stranger", forge.bind(good, keep, "kb+jwt", &forge.stranger));
    // She showed two facts; somebody dropped one on the way.
    const std::string all = forge.good_bound();
    const auto binding = all.substr(all.rfind('~') + 1);
    add("a disclosure dropped after binding",
        forge.build(forge.payload, forge.disclosures, {forge.disclosures[0]}) + binding);
    const std::string unbindable =
        forge.build(forge.changed([](auto& p) { p.erase("cnf"); }), forge.disclosures, forge.disclosures);
    add("bound, but to no key", forge.bind(unbindable, keep));
}

inline std::vector<spoilt_credential> spoilt_credentials(credential_forge& forge) {
    std::vector<spoilt_credential> out;
    spoil_signatures(forge, out);
    spoil_disclosures(forge, out);
    spoil_claims(forge, out);
    spoil_bindings(forge, out);
    return out;
}

}  // namespace mlango::testing_support
