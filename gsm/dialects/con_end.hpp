// The dialect of gateways that want "CON …" or "END …": a map of field names does for all of them. Its own kind in
// configuration, and the ground of Africa's Talking. Caller: the dialects; others use gsm/dialect.hpp.
#pragma once

#include "gsm/dialect.hpp"
#include "gsm/form.hpp"

namespace mlango::gsm {

// What every dialect of this room holds a hop to.
inline constexpr std::size_t session_limit = 128;       // bytes
inline constexpr std::size_t service_code_limit = 64;   // bytes
inline constexpr std::size_t network_limit = 64;        // bytes
inline constexpr std::size_t transcript_limit = 2'000;  // bytes
inline constexpr std::size_t msisdn_text_limit = 32;    // bytes

// A number as a form carries it: E.164 with or without '+', also with the '+' not escaped, which a form reads as a
// space.
[[nodiscard]] std::optional<msisdn> msisdn_in_form(std::string_view text);
[[nodiscard]] dialect_fault not_a_msisdn(std::string_view field);

class con_end_dialect : public ussd_dialect {
public:
    explicit con_end_dialect(con_end_fields fields);
    [[nodiscard]] std::string_view name() const override { return fields_.name; }
    [[nodiscard]] std::expected<ussd_hop, dialect_fault> read(const http_request& request,
                                                              std::string_view gateway) const override;
    [[nodiscard]] http_response write(const ussd_hop& hop, const ussd_reply& reply) const override;
    [[nodiscard]] http_request request_for(const phone_hop& hop, std::string_view target) const override;
    [[nodiscard]] std::expected<ussd_reply, dialect_fault> understand(const http_response& response) const override;

protected:
    // Her inputs as one transcript.
    [[nodiscard]] std::string joined(const std::vector<std::string>& inputs) const;
    [[nodiscard]] const con_end_fields& fields() const { return fields_; }

private:
    con_end_fields fields_;
};

}  // namespace mlango::gsm
