// What an operator and we agreed on for one SMPP account: where its SMSC is, who we are there, how many binds we hold,
// how texts are coded. Callers: client, server's configuration. Plain values, no I/O.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gsm/smpp/link.hpp"
#include "gsm/sms_text.hpp"

namespace mlango::gsm::smpp {

// separate: as many transmitters as receivers, for SMSCs of version 3.3 and for those that want it.
enum class bind_way : std::uint8_t { transceiver, separate, transmitter, receiver };

// How the SMSC can be asked what became of a message (query_sm). by_reference: by its id where it gave one, else by our
// user_message_reference; what it does not have then was never taken.
enum class query_way : std::uint8_t { none, by_id, by_reference };

struct account_settings {
    std::string name;  // of the gateway; all binds of the account are one gateway
    std::string host;
    std::uint16_t port = 2775;
    bool tls = false;
    std::string ca_file;      // PEM; empty: the system's authorities
    std::string server_name;  // that the certificate must carry; empty: `host`

    std::string system_id;
    std::string password;
    std::string system_type;
    std::uint8_t interface_version = 0x34;
    bind_way way = bind_way::transceiver;
    unsigned binds = 1;         // connections; of each kind where they are separate
    std::size_t window = 10;    // unanswered submissions a bind
    double rate = 0;            // submissions a second a bind, as agreed; 0: none agreed, what it takes is found out
    double starting_rate = 10;  // before anything is known

    std::chrono::milliseconds connect_timeout{10'000};
    std::chrono::milliseconds bind_timeout{10'000};
    std::chrono::milliseconds response_timeout{30'000};
    std::chrono::milliseconds enquire_link{30'000};  // after so much silence
    std::chrono::milliseconds first_backoff{1'000};
    std::chrono::milliseconds longest_backoff{60'000};

    std::string source;                                  // sender where a message names none
    std::optional<std::uint8_t> source_ton, source_npi;  // none: by the look of the sender
    std::uint8_t destination_ton = 1, destination_npi = 1;
    std::string service_type;
    std::string region;  // ISO 3166: of numbers that come in national form; empty: they come in international form

    encoding_rules coding;
    std::uint8_t gsm7_data_coding = 0;
    std::uint8_t ucs2_data_coding = 8;
    bool receipts = true;
    bool references = true;  // user_message_reference with each submission
    query_way query = query_way::by_id;
    std::chrono::seconds validity{0};  // where a message says nothing; 0: the SMSC's own
    std::uint8_t urgent_priority = 0;  // priority_flag of replies that somebody waits for

    // The SMSC connects to us and asks to be bound to; 0: we connect to it.
    std::uint16_t outbind_port = 0;
    std::string outbind_address = "0.0.0.0";
    std::vector<std::string> outbind_allow;  // networks in CIDR form
    std::string outbind_system_id;
    std::string outbind_password;

    [[nodiscard]] bool transmits() const { return way != bind_way::receiver; }
    [[nodiscard]] bool receives() const { return way != bind_way::transmitter; }
};

// Every fault of the settings, worded for the person who wrote them.
[[nodiscard]] std::vector<std::string> faults_of(const account_settings& settings);

// The links that the account keeps, in the order of its binds. Precondition: faults_of() found none.
[[nodiscard]] std::vector<link_settings> links_of(const account_settings& settings);

}  // namespace mlango::gsm::smpp
