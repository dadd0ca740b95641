#include "gsm/dialects/hop_fields.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/http/text.hpp"

namespace mlango::gsm {
namespace {

// A session id that holds control characters could not be shown to the operator's engineer.
bool has_control_character(std::string_view text) {
    return std::ranges::any_of(text, [](unsigned char c) { return c < 0x20 || c == 0x7F; });
}

}  // namespace

std::span<const dialect_address> ussd_dialect::addresses() const {
    static constexpr std::array<dialect_address, 2> itself{{{"POST", ""}, {"GET", ""}}};
    return itself;
}

std::expected<std::optional<ussd_hop>, dialect_fault> ussd_dialect::read_end(const http_request&,
                                                                             std::string_view) const {
    return std::unexpected(dialect_fault{404, "This kind of gateway sends no end of session."});
}

std::optional<msisdn> msisdn_in_form(std::string_view text) {
    while (text.starts_with(' ')) text.remove_prefix(1);
    return msisdn::from_e164(text);
}

dialect_fault not_a_msisdn(std::string_view field) {
    return {400, fmt::format("{} is not a telephone number. Send {}.", field, msisdn_what)};
}

std::expected<ussd_hop, dialect_fault> hop_from(std::string_view gateway, std::string session,
                                                std::string_view session_field, std::string_view number,
                                                std::string_view number_field) {
    const std::optional<msisdn> from = msisdn_in_form(number);
    if (!from) return std::unexpected(not_a_msisdn(number_field));
    if (has_control_character(session)) {
        return std::unexpected(
            dialect_fault{400, fmt::format("{} has control characters. Send {}.", session_field, session_what)});
    }
    return ussd_hop{.gateway = std::string(gateway),
                    .session = std::move(session),
                    .from = *from,
                    .service_code = {},
                    .network = {},
                    .transcript = {},
                    .input = {}};
}

std::string address_below(std::string_view target, std::string_view path) {
    const std::size_t query = std::min(target.find('?'), target.size());
    return fmt::format("{}{}{}", target.substr(0, query), path, target.substr(query));
}

std::optional<bool> truth_of(std::string_view text) {
    if (equal_ignoring_case(text, "true")) return true;
    if (equal_ignoring_case(text, "false")) return false;
    return std::nullopt;
}

dialect_fault not_a_truth(std::string_view field) {
    return {400, fmt::format("{} is neither true nor false.", field)};
}

dialect_fault not_200(const http_response& response) {
    return {response.status, fmt::format("The answer has status {}, not 200: the session ends.", response.status)};
}

}  // namespace mlango::gsm
