#include "server/config/smpp_config.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "server/config/ussd_profile_config.hpp"

namespace mlango::server {

namespace {

using namespace std::chrono_literals;
using gsm::smpp::account_settings;

template <class Value>
struct word {
    std::string_view text;
    Value value;
};

// One of a few words; `out` is the default.
template <class Value, std::size_t N>
void read_word(yaml_reader& yaml, const std::string& key, const word<Value> (&words)[N], Value& out) {
    std::string given;
    yaml.read(key, given);
    if (given.empty()) return;
    const auto found = std::ranges::find(words, std::string_view(given), &word<Value>::text);
    if (found != std::end(words)) {
        out = found->value;
        return;
    }
    std::string all;
    for (const auto& each : words) all += (all.empty() ? "" : ", ") + std::string(each.text);
    yaml.fault(key, "should be one of " + all);
}

void read_languages(yaml_reader& yaml, const std::string& key, gsm::language_set& out) {
    std::vector<std::string> codes;
    yaml.read(key, codes);
    for (const auto& code : codes) {
        if (const auto language = gsm::national_language_of(code))
            out.insert(*language);
        else
            yaml.fault(key,
                       fmt::format("\"{}\" has no table in 3GPP TS 23.038; those that have: tr es pt bn gu hi kn ml or "
                                   "pa ta te ur",
                                   code));
    }
}

void read_coding(yaml_reader yaml, account_settings& out) {
    using gsm::default_alphabet;
    read_word<default_alphabet>(yaml, "data_coding_0",
                                {{"gsm7", default_alphabet::gsm7},
                                 {"latin1", default_alphabet::latin1},
                                 {"utf8", default_alphabet::utf8},
                                 {"ucs2", default_alphabet::ucs2}},
                                out.coding.as_default);
    yaml.read("packed", out.coding.packed);
    yaml.read("ucs2", out.coding.ucs2);
    yaml.read_number("gsm7_data_coding", out.gsm7_data_coding, 0, 255);
    yaml.read_number("ucs2_data_coding", out.ucs2_data_coding, 0, 255);
    read_languages(yaml, "locking", out.coding.locking);
    read_languages(yaml, "single_shift", out.coding.single_shift);
}

void read_connection(yaml_reader& yaml, const config_surroundings& at, account_settings& out) {
    yaml.read("host", out.host);
    yaml.read_number("port", out.port, 1, 65'535);
    yaml.read("tls", out.tls);
    yaml.read("ca_file", out.ca_file);
    if (!out.ca_file.empty()) out.ca_file = at.located(out.ca_file);
    yaml.read("server_name", out.server_name);
    using gsm::smpp::bind_way;
    read_word<bind_way>(yaml, "bind",
                        {{"transceiver", bind_way::transceiver},
                         {"separate", bind_way::separate},
                         {"transmitter", bind_way::transmitter},
                         {"receiver", bind_way::receiver}},
                        out.way);
    read_word<std::uint8_t>(yaml, "version", {{"3.3", 0x33}, {"3.4", 0x34}, {"5.0", 0x50}}, out.interface_version);
    yaml.read_number("binds", out.binds, 1, 32);
    yaml.read_number("window", out.window, 1, 10'000);
    yaml.read("rate", out.rate, 0, 1e6);
    yaml.read("starting_rate", out.starting_rate, 1, 1e6);
    for (const auto& [key, time] : std::initializer_list<std::pair<const char*, std::chrono::milliseconds*>>{
             {"connect_timeout", &out.connect_timeout},
             {"bind_timeout", &out.bind_timeout},
             {"response_timeout", &out.response_timeout},
             {"enquire_link", &out.enquire_link},
             {"longest_backoff", &out.longest_backoff}})
        yaml.read_time(key, *time, 100ms, 10min);
    yaml.read_time("first_backoff", out.first_backoff, 10ms, 10min);
}

void read_outbind(yaml_reader yaml, const config_surroundings& at, const std::string& variable, account_settings& out) {
    yaml.read_number("port", out.outbind_port, 0, 65'535);
    yaml.read("address", out.outbind_address);
    yaml.read("allow", out.outbind_allow);
    yaml.read("system_id", out.outbind_system_id);
    out.outbind_password = at.secret(yaml, "password", variable);
}

void read_messages(yaml_reader& yaml, account_settings& out) {
    yaml.read("source", out.source);
    const auto read_octet = [&](const std::string& key, std::optional<std::uint8_t>& into) {
        if (!yaml.has(key)) return;
        std::uint8_t value = 0;
        yaml.read_number(key, value, 0, 255);
        into = value;
    };
    read_octet("source_ton", out.source_ton);
    read_octet("source_npi", out.source_npi);
    yaml.read_number("destination_ton", out.destination_ton, 0, 255);
    yaml.read_number("destination_npi", out.destination_npi, 0, 255);
    yaml.read("service_type", out.service_type);
    yaml.read("region", out.region);
    using gsm::joining;
    read_word<joining>(yaml, "long_messages",
                       {{"udh8", joining::udh8},
                        {"udh16", joining::udh16},
                        {"sar", joining::sar},
                        {"payload", joining::payload},
                        {"single", joining::single}},
                       out.coding.join);
    yaml.read_number("segments", out.coding.most_segments, 1, 255);
    yaml.read("receipts", out.receipts);
    yaml.read("references", out.references);
    using gsm::smpp::query_way;
    read_word<query_way>(
        yaml, "query",
        {{"by_id", query_way::by_id}, {"by_reference", query_way::by_reference}, {"none", query_way::none}}, out.query);
    yaml.read_time("validity", out.validity, 0ms, 720h);
    yaml.read_number("urgent_priority", out.urgent_priority, 0, 3);
}

}  // namespace

void read_smpp_account(const YAML::Node& node, const std::string& path, const config_surroundings& at,
                       account_settings& out, std::vector<gsm::smpp::ussd_settings>& ussd) {
    {
        yaml_reader yaml(node, path, at.faults);
        yaml.read("name", out.name);
        std::string name = out.name;
        for (char& c : name) c = c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
        yaml.read("system_id", out.system_id);
        out.password = at.secret(yaml, "password", "MLANGO_SMPP_PASSWORD_" + name);
        yaml.read("system_type", out.system_type);
        read_connection(yaml, at, out);
        read_messages(yaml, out);
        read_coding(yaml_reader(yaml.child("coding"), path + ".coding", at.faults), out);
        read_outbind(yaml_reader(yaml.child("outbind"), path + ".outbind", at.faults), at,
                     "MLANGO_SMPP_OUTBIND_PASSWORD_" + name, out);
        if (const auto spoken = yaml.child("ussd"))
            read_smpp_ussd(spoken, path + ".ussd", out.name, at.faults, ussd.emplace_back());
    }
    for (const auto& fault : gsm::smpp::faults_of(out)) at.faults.push_back(path + ": " + fault);
}

}  // namespace mlango::server
