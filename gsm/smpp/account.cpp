#include "gsm/smpp/account.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "gsm/fault_list.hpp"
#include "gsm/msisdn.hpp"
#include "gsm/networks.hpp"

namespace mlango::gsm::smpp {

using namespace std::chrono_literals;

namespace {

bool is_ascii(std::string_view text) {
    return std::ranges::all_of(text, [](unsigned char c) { return c >= 0x20 && c < 0x7F; });
}

void check_identity(const account_settings& s, fault_list& faults) {
    faults.check(!s.system_id.empty() && s.system_id.size() <= 15 && is_ascii(s.system_id),
                 "system_id has 1 to 15 ASCII characters");
    faults.check(s.password.size() <= 64 && is_ascii(s.password),
                 "the password has at most 64 ASCII characters (SMPP itself allows 8)");
    faults.check(s.system_type.size() <= 12 && is_ascii(s.system_type), "system_type has at most 12 ASCII characters");
    faults.check(s.interface_version == 0x34 || s.interface_version == 0x50 || s.interface_version == 0x33,
                 "version is 3.3, 3.4 or 5.0");
    faults.check(s.interface_version >= 0x34 || s.way != bind_way::transceiver,
                 "version 3.3 knows no transceiver: bind: separate");
}

void check_connection(const account_settings& s, fault_list& faults) {
    if (s.outbind_port == 0) {
        faults.check(!s.host.empty() && s.host.size() <= 253, "host names the SMSC");
        faults.check(s.port != 0, "port is 1 to 65535");
        faults.check(s.tls || s.ca_file.empty(), "ca_file is for tls: true");
        faults.check(s.tls || s.server_name.empty(), "server_name is for tls: true");
    } else {
        faults.check(!s.tls, "outbind is not offered over TLS; put a tunnel in front");
        faults.check(s.binds == 1 && s.way != bind_way::separate,
                     "outbind makes one connection: binds: 1, not separate");
        faults.check(s.receives(), "outbind asks for a receiver or a transceiver");
        faults.check(!s.outbind_allow.empty(), "outbind needs allow: anybody could claim to be the SMSC");
        faults.check(parse_ip_address(s.outbind_address).has_value(), "outbind: address is an IP address");
        for (const auto& network : s.outbind_allow) {
            const auto parsed = ip_network::parse(network);
            faults.check(parsed.has_value(), parsed ? "" : "outbind: allow: " + parsed.error());
        }
    }
    faults.check(s.binds >= 1 && s.binds <= 32, "binds is 1 to 32");
    faults.check(s.window >= 1 && s.window <= 10'000, "window is 1 to 10,000");
    faults.check(std::isfinite(s.rate) && s.rate >= 0 && s.rate <= 1e6,
                 "rate is 0 (none agreed) to 1,000,000 a second");
    faults.check(s.starting_rate >= 1 && s.starting_rate <= 1e6, "starting_rate is 1 to 1,000,000 a second");
    const auto timely = [&](std::chrono::milliseconds time, std::string_view what) {
        faults.check(time >= 100ms && time <= 10min, fmt::format("{} is 100 ms to 10 min", what));
    };
    timely(s.connect_timeout, "connect_timeout");
    timely(s.bind_timeout, "bind_timeout");
    timely(s.response_timeout, "response_timeout");
    timely(s.enquire_link, "enquire_link");
    timely(s.longest_backoff, "longest_backoff");
    faults.check(s.first_backoff >= 10ms && s.first_backoff <= s.longest_backoff,
                 "first_backoff is 10 ms to longest_backoff");
}

void check_messages(const account_settings& s, fault_list& faults) {
    faults.check(s.source.size() <= 20 && is_ascii(s.source), "source has at most 20 ASCII characters");
    faults.check(s.source_ton.value_or(0) <= 6 && s.destination_ton <= 6, "a ton is 0 to 6");
    faults.check(s.source_npi.value_or(0) <= 18 && s.destination_npi <= 18, "an npi is 0 to 18");
    faults.check(s.service_type.size() <= 5 && is_ascii(s.service_type), "service_type has at most 5 ASCII characters");
    faults.check(s.region.empty() || msisdn::knows_region(s.region),
                 fmt::format("region \"{}\" is no ISO 3166 country with a numbering plan, such as KE", s.region));
    faults.check(s.coding.most_segments >= 1 && s.coding.most_segments <= 255, "segments is 1 to 255");
    faults.check(s.validity >= 0s && s.validity <= 720h, "validity is at most 30 days");
    faults.check(s.query != query_way::by_reference || s.references, "query: by_reference needs references: true");
    faults.check(s.urgent_priority <= 3, "urgent_priority is 0 to 3");
}

}  // namespace

std::vector<std::string> faults_of(const account_settings& settings) {
    fault_list faults(fmt::format("smpp \"{}\"", settings.name));
    faults.check(is_name(settings.name), "a name has 1 to 32 of a-z, 0-9, '_' and '-'");
    check_identity(settings, faults);
    check_connection(settings, faults);
    check_messages(settings, faults);
    return faults.take();
}

std::vector<link_settings> links_of(const account_settings& settings) {
    link_settings one;
    one.system_id = settings.system_id;
    one.password = settings.password;
    one.system_type = settings.system_type;
    one.interface_version = settings.interface_version;
    one.waits_for_outbind = settings.outbind_port != 0;
    one.outbind_system_id = settings.outbind_system_id;
    one.outbind_password = settings.outbind_password;
    one.window = settings.window;
    if (settings.rate > 0) one.rate.ceiling = settings.rate;
    one.rate.start = std::min(settings.starting_rate, one.rate.ceiling);
    one.bind_timeout = settings.bind_timeout;
    one.response_timeout = settings.response_timeout;
    one.enquire_after = settings.enquire_link;
    one.enquire_timeout = std::min(settings.response_timeout, settings.enquire_link);

    std::vector<link_settings> all;
    for (unsigned i = 0; i < settings.binds; ++i) {
        const auto add = [&](bind_kind kind) { (all.emplace_back(one)).kind = kind; };
        if (settings.way == bind_way::transceiver) add(bind_kind::transceiver);
        if (settings.way == bind_way::transmitter || settings.way == bind_way::separate) add(bind_kind::transmitter);
        if (settings.way == bind_way::receiver || settings.way == bind_way::separate) add(bind_kind::receiver);
    }
    return all;
}

}  // namespace mlango::gsm::smpp
