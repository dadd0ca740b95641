#include "wallet/consent_record.hpp"

#include <fmt/format.h>
#include <openssl/sha.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace mlango::wallet {

namespace json = boost::json;

namespace {

json::string text(std::string_view value) {
    return json::string(value.data(), value.size());
}

// RFC 9562, version 4.
std::string new_uuid(random_source& random) {
    std::array<std::byte, 16> drawn;
    random.fill(drawn);
    drawn[6] = (drawn[6] & std::byte{0x0f}) | std::byte{0x40};
    drawn[8] = (drawn[8] & std::byte{0x3f}) | std::byte{0x80};
    std::string out;
    for (std::size_t i = 0; i < drawn.size(); ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10) out += '-';
        out += fmt::format("{:02x}", std::to_integer<unsigned>(drawn[i]));
    }
    return out;
}

std::string iso_time(wall_time at) {
    const auto whole = std::chrono::floor<std::chrono::seconds>(at);
    const auto day = std::chrono::floor<std::chrono::days>(whole);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(whole - day);
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), clock.hours().count(),
                       clock.minutes().count(), clock.seconds().count());
}

json::array parties(const consent_facts& what, const std::string& recipient) {
    return {json::object{{"party_id", "controller"},
                         {"party_name", text(what.controller)},
                         {"party_role", "PII controller"},
                         {"party_country", text(what.controller_country)}},
            json::object{{"party_id", recipient},
                         {"party_name", text(what.verifier_name)},
                         {"party_role", "recipient"},
                         {"party_country", text(what.verifier_country)},
                         {"party_contact", text(what.verifier_contact)}}};
}

json::object processing(const consent_facts& what, const std::string& recipient) {
    json::array information;
    for (const auto& fact : what.facts)
        information.push_back(json::object{{"pii_type", text(fact)}, {"sensitive", false}});
    json::object purpose{{"purpose", text(what.purpose)},
                         {"lawful_basis", "consent"},
                         {"pii_information", std::move(information)},
                         {"pii_controllers", json::array{"controller"}},
                         {"collection_method", "from the registration record"},
                         {"processing_method", "shown once to the recipient by a code that she gave"},
                         {"storage_locations", json::array{text(what.verifier_country)}},
                         {"retention_period", fmt::format("P{}D", what.retention_days)},
                         {"jurisdiction", text(what.verifier_country)},
                         {"recipients", json::array{recipient}},
                         {"withdrawal_method", "on her phone: My ID, my shares, stop; or at a counter"}};
    return {{"privacy_notice", text(what.privacy_notice)},
            {"language", text(what.language)},
            {"purposes", json::array{std::move(purpose)}}};
}

}  // namespace

std::string consent_record(const consent_facts& what, random_source& random) {
    const std::string recipient = "verifier:" + std::string(what.verifier_number);
    const json::object record{{"schema_version", "ISO/IEC TS 27560:2023"},
                              {"record_id", new_uuid(random)},
                              {"receipt_id", new_uuid(random)},
                              {"pii_principal_id", text(what.principal)},
                              {"pii_processing", processing(what, recipient)},
                              {"party_identification", parties(what, recipient)},
                              {"event", json::object{{"event_time", iso_time(what.given_at)},
                                                     {"validity_duration", fmt::format("PT{}S", what.lasts.count())},
                                                     {"entity_id", text(what.given_by)},
                                                     {"acts_as", text(what.acts_as)},
                                                     {"event_type", "explicit"},
                                                     {"event_state", "given"}}},
                              {"credential", json::object{{"kind", text(what.kind)}, {"preset", text(what.preset)}}},
                              {"presented", json::object{{"text", text(what.screen_text)},
                                                         {"language", text(what.language)},
                                                         {"edition", what.edition},
                                                         {"gateway", text(what.gateway)}}}};
    return json::serialize(record);
}

std::string sha256_of(std::string_view content) {
    std::string digest(SHA256_DIGEST_LENGTH, '\0');
    SHA256(reinterpret_cast<const unsigned char*>(content.data()), content.size(),
           reinterpret_cast<unsigned char*>(digest.data()));
    return digest;
}

}  // namespace mlango::wallet
