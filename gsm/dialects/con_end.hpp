// The dialect of gateways that want "CON …" or "END …": a map of field names does for all of them. Its own kind in
// configuration, and the ground of Africa's Talking. Caller: the dialects; others use gsm/dialect.hpp.
#pragma once

#include "gsm/dialect.hpp"
#include "gsm/dialects/hop_fields.hpp"
#include "gsm/form.hpp"

namespace mlango::gsm {

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
