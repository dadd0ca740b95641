// Credentials of strangers: any octets as a presentation, as payload and disclosures, as a key; and what always holds
// of what is read.
#include <boost/json/serialize.hpp>
#include <cstdlib>

#include "base/bytes.hpp"
#include "wallet/disclosures.hpp"
#include "wallet/jose/compact_jws.hpp"
#include "wallet/jose/json_text.hpp"
#include "wallet/key_file.hpp"
#include "wallet/sd_jwt.hpp"

namespace {

using namespace mlango;
using namespace mlango::wallet;
namespace json = boost::json;

void require(bool holds) {
    if (!holds) std::abort();
}

const signing_key& issuer_key() {
    static const signing_key key{
        .kid = "k", .key = es256_key::generate(), .made_at = {}, .signs_from = {}, .listed_until = {}};
    return key;
}

// Nothing of the format stays behind.
bool is_clean(const json::value& value) {
    if (const auto* object = value.if_object()) {
        for (const auto& member : *object)
            if (member.key() == "_sd" || member.key() == "..." || member.key() == "_sd_alg" ||
                !is_clean(member.value()))
                return false;
    } else if (const auto* array = value.if_array()) {
        for (const auto& one : *array)
            if (!is_clean(one)) return false;
    }
    return true;
}

std::vector<std::string_view> lines_of(std::string_view data) {
    std::vector<std::string_view> lines;
    while (true) {
        const auto end = data.find('\n');
        lines.push_back(data.substr(0, end));
        if (end == std::string_view::npos) return lines;
        data.remove_prefix(end + 1);
    }
}

// Nobody signed it: it is never valid.
void present(std::string_view data) {
    const trusted_keys trusted({{"k", issuer_key().key.public_key(), std::nullopt}});
    const sd_jwt_rules rules{.issuer = "https://i", .credentials = {}, .now = {}, .audience = {}, .binding = {}};
    require(!verify_sd_jwt(data, trusted, rules));
    if (const auto jws = read_compact_jws(data)) require(data.starts_with(jws->signing_input));
}

// The first line is a payload, each further one the JSON of a disclosure; all digests that the payload lacks are put
// into its top, so that the fuzzer need not invert SHA-256.
void tell(std::string_view data) {
    const auto lines = lines_of(data);
    auto payload = read_json_object(lines.front());
    if (!payload) return;
    std::vector<std::string> told;
    json::array digests;
    for (std::size_t one = 1; one < lines.size(); ++one) {
        told.push_back(to_base64url(as_byte_view(lines[one])));
        digests.emplace_back(sd_digest(told.back()));
    }
    if (!payload->contains("_sd")) (*payload)["_sd"] = digests;
    const std::vector<std::string_view> views(told.begin(), told.end());
    const auto claims = disclose(*payload, views);
    if (!claims) return;
    require(is_clean(*claims));
    // Each was used: without its digest, one of them is foreign.
    if (!told.empty()) {
        auto poorer = *payload;
        poorer["_sd"] = json::array{};
        if (json::serialize(poorer).find(sd_digest(told.front())) == std::string::npos)
            require(!disclose(poorer, views));
    }
}

// Whatever she is called, it comes back as it was.
void issue(std::string_view data) {
    if (data.size() < 2 || !is_utf8(data)) return;
    const auto lines = lines_of(data);
    std::vector<disclosed_claim> facts;
    for (std::size_t one = 0; one < lines.size() && one < 8; ++one)
        facts.push_back({"fact_" + std::to_string(one), json::string(lines[one])});
    const json::object payload{{"iss", "https://i"}, {"vct", "https://i/t"}, {"exp", 1000}};
    seeded_random random(data.size());
    const trusted_keys trusted({{"k", issuer_key().key.public_key(), std::nullopt}});
    const sd_jwt_rules rules{.issuer = "https://i", .credentials = {}, .now = {}, .audience = {}, .binding = {}};
    const auto read = verify_sd_jwt(issue_sd_jwt(payload, facts, issuer_key(), random), trusted, rules);
    require(read.has_value());
    for (const auto& fact : facts) require(read->claims.at(fact.name) == fact.value);
}

void key(std::string_view data) {
    if (const auto read = read_key_text(data)) {
        const auto again = read_key_text(write_key_text(*read));
        require(again && again->kid == read->kid && again->key.public_key() == read->key.public_key());
    }
    if (const auto object = read_json_object(data))
        if (const auto trusted = trusted_keys::from_jwks(*object)) require(trusted->all().size() <= data.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
    switch (data[0] % 4) {
        case 0:
            present(rest);
            break;
        case 1:
            tell(rest);
            break;
        case 2:
            issue(rest);
            break;
        default:
            key(rest);
            break;
    }
    return 0;
}
