// USSD in SMPP by a profile: what a deliver_sm or data_sm of hers says, and the submit_sm or data_sm that a screen is.
// Pure; nothing branches on a deployment's name. Callers: ussd_door, tests. Not here: dialogues and their time, what is
// answered.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "gsm/msisdn.hpp"
#include "gsm/smpp/pdu.hpp"
#include "gsm/smpp/ussd_profile.hpp"

namespace mlango::gsm::smpp {

struct ussd_address {
    std::uint8_t ton = 0;
    std::uint8_t npi = 0;
    std::string digits;
};

// Where the next PDU of ours goes, and what it repeats.
struct ussd_line {
    ussd_address phone;
    ussd_address service;
    std::string session;              // the session's parameter as it came, octets; empty: none
    std::uint8_t dialogue_count = 0;  // of PDUs of ours
};

struct ussd_heard {
    ussd_step step = ussd_step::begin;
    std::string session;  // names the dialogue, printable; by number: "number"
    msisdn from;
    std::string service_code;  // what was dialled, or the address of the service
    std::string text;          // UTF-8; of a dial what was dialled: may hold a PIN
    ussd_line line;
};

enum class ussd_unread {
    not_ussd,      // no rule fits: an SMS
    no_number,     // the source is no number of E.164
    no_session,    // the parameter that names the session is missing
    text_unknown,  // a coding that we do not read
};

// Whether a rule fits, without reading on.
[[nodiscard]] bool is_ussd(const ussd_profile& profile, const message& from);
// `country`: digits put before numbers that come in national form (TON 2), empty: they are refused.
[[nodiscard]] std::expected<ussd_heard, ussd_unread> read_ussd(const ussd_profile& profile, const message& from,
                                                               std::string_view country = {});

enum class ussd_saying { screen, last, question, notice };

// A PDU that owns what its message views.
struct ussd_pdu {
    command id = command::submit_sm;
    ussd_address source, destination;
    std::string service_type, octets, tlvs;
    std::uint8_t data_coding = 0;
    bool in_payload = false;
    [[nodiscard]] message content() const;
};

// nullopt: longer than a PDU of this kind carries. Counts in `line`.
[[nodiscard]] std::optional<ussd_pdu> write_ussd(const ussd_profile& profile, ussd_saying what, ussd_line& line,
                                                 std::string_view text);

// The line of a dialogue of ours, by a session number of ours.
[[nodiscard]] ussd_line line_to(const ussd_profile& profile, const msisdn& phone, std::string_view service,
                                std::uint16_t number);
// What read_ussd() will call the session of that line.
[[nodiscard]] std::string session_of(const ussd_profile& profile, const ussd_line& line);

}  // namespace mlango::gsm::smpp
