// A text as the submit_sm PDUs of one account: its coding, its parts, its addresses. Pure; caller: client.
#pragma once

#include <expected>
#include <string>

#include "gsm/smpp/account.hpp"
#include "gsm/sms.hpp"

namespace mlango::gsm::smpp {

class outgoing {
public:
    // `reference` numbers the parts of a long text. The failure is permanent: this text or sender can not go this way.
    [[nodiscard]] static std::expected<outgoing, submit_failure> make(const sms_out& message,
                                                                      const account_settings& settings,
                                                                      std::uint16_t reference);
    [[nodiscard]] std::size_t parts() const { return encoded_.segments.size(); }
    // The submission of one part; it views this object, until part() is called again. The settings must be there.
    [[nodiscard]] message part(std::size_t index);

private:
    explicit outgoing(const account_settings& settings) : settings_(&settings) {}

    const account_settings* settings_;
    encoded_sms encoded_;
    std::string to_, source_, validity_;
    std::uint8_t priority_ = 0;
    std::uint16_t reference_ = 0;
    std::string octets_, tlvs_;
};

// The address as SMSCs expect it: an alphanumeric sender (ton 5), a short code (ton 3), a number (ton 1, npi 1; without
// "+"). `digits` views `sender`.
[[nodiscard]] address source_address(std::string_view sender, const account_settings& settings);

// SMPP 3.4 §7.1.1.1, relative: "000007000000000R" is a week. At most 30 days.
[[nodiscard]] std::string relative_time(std::chrono::seconds time);

// user_message_reference has 16 bits, and 0 is none: the low bits of our reference, never 0 where it is not.
[[nodiscard]] std::uint16_t short_reference(std::uint64_t reference);

}  // namespace mlango::gsm::smpp
