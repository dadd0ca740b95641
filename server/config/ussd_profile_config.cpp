#include "server/config/ussd_profile_config.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.hpp"
#include "gsm/gateway.hpp"
#include "server/config/profile_config.hpp"

namespace mlango::server {

namespace {

using gsm::smpp::ussd_mark;
using gsm::smpp::ussd_profile;
using gsm::smpp::ussd_rule;
using gsm::smpp::ussd_step;

// One of a few words; `out` is the default.
template <class Value, std::size_t N>
void read_word(yaml_reader& yaml, const std::string& key, const std::pair<std::string_view, Value> (&words)[N],
               Value& out) {
    std::string given;
    yaml.read(key, given);
    if (given.empty()) return;
    std::string all;
    for (const auto& [word, value] : words) {
        if (given == word) {
            out = value;
            return;
        }
        all += (all.empty() ? "" : ", ") + std::string(word);
    }
    yaml.fault(key, "should be one of " + all);
}

// "none" takes an op away.
void read_op(yaml_reader& yaml, std::optional<std::uint8_t>& out) {
    int op = out.value_or(0);
    if (!yaml.has("op")) return;
    if (const auto node = yaml.child("op"); node.IsScalar() && node.Scalar() == "none") {
        out.reset();
        return;
    }
    yaml.read_number("op", op, 0, 255);
    out = static_cast<std::uint8_t>(op);
}

void read_mark(yaml_reader& yaml, const std::string& key, std::vector<std::string>& faults, ussd_mark& out) {
    yaml_reader mark(yaml.child(key), yaml.path_of(key), faults);
    read_op(mark, out.op);
    mark.read("service_type", out.service_type);
}

void read_rules(yaml_reader& yaml, std::vector<std::string>& faults, std::vector<ussd_rule>& out) {
    static constexpr std::pair<std::string_view, ussd_step> steps[] = {{"begin", ussd_step::begin},
                                                                       {"answer", ussd_step::answer},
                                                                       {"end", ussd_step::end},
                                                                       {"acknowledged", ussd_step::acknowledged}};
    const auto list = yaml.child("rules");
    if (!list) return;
    if (!list.IsSequence()) return yaml.fault("rules", "should be a list");
    out.clear();
    for (std::size_t i = 0; i < list.size(); ++i) {
        yaml_reader rule(list[i], fmt::format("{}[{}]", yaml.path_of("rules"), i), faults);
        ussd_rule& made = out.emplace_back();
        read_word(rule, "means", steps, made.means);
        read_op(rule, made.op);
        rule.read("service_type", made.service_type);
        rule.read("no_op", made.no_op);
    }
}

void read_extra(yaml_reader& yaml, std::vector<std::string>& faults, std::vector<gsm::smpp::extra_tlv>& out) {
    const auto list = yaml.child("extra");
    if (!list) return;
    if (!list.IsSequence()) return yaml.fault("extra", "should be a list");
    out.clear();
    for (std::size_t i = 0; i < list.size(); ++i) {
        yaml_reader one(list[i], fmt::format("{}[{}]", yaml.path_of("extra"), i), faults);
        auto& made = out.emplace_back();
        std::string octets;
        one.read_number("tag", made.tag, 1, 65'535);
        one.read("octets", octets);
        if (const auto value = from_hex(octets))
            made.value = std::string(as_string_view(*value));
        else
            one.fault("octets", "should be hexadecimal");
    }
}

}  // namespace

void read_ussd_profile(yaml_reader& yaml, std::vector<std::string>& faults, ussd_profile& out) {
    static constexpr std::pair<std::string_view, ussd_profile::session_source> sources[] = {
        {"its_session_info", ussd_profile::session_source::its_session_info},
        {"user_message_reference", ussd_profile::session_source::user_message_reference},
        {"tlv", ussd_profile::session_source::tlv},
        {"number", ussd_profile::session_source::number}};
    static constexpr std::pair<std::string_view, ussd_profile::dialled_in> places[] = {
        {"short_message", ussd_profile::dialled_in::short_message},
        {"destination", ussd_profile::dialled_in::destination},
        {"either", ussd_profile::dialled_in::either}};
    static constexpr std::pair<std::string_view, ussd_profile::carried> ways[] = {
        {"submit_sm", ussd_profile::carried::submit},
        {"submit_sm_payload", ussd_profile::carried::submit_payload},
        {"data_sm", ussd_profile::carried::data}};
    std::string name = "spec";
    yaml.read("profile", name);
    if (const auto* known = gsm::smpp::find_ussd_profile(name)) {
        out = *known;
    } else {
        std::string all;
        for (const auto& one : gsm::smpp::known_ussd_profiles()) all += (all.empty() ? "" : ", ") + one.name;
        yaml.fault("profile", "should be one of " + all);
    }
    read_rules(yaml, faults, out.rules);
    read_word(yaml, "session", sources, out.session);
    yaml.read_number("session_tag", out.session_tag, 0, 65'535);
    yaml.read_number("session_mask", out.session_mask, 1, 65'535);
    yaml.read("falls_back_to_number", out.falls_back_to_number);
    yaml.read("end_bit", out.end_bit);
    read_word(yaml, "dialled", places, out.dialled);
    yaml.read("service_type", out.service_type);
    read_mark(yaml, "screen", faults, out.screen);
    read_mark(yaml, "last", faults, out.last);
    read_mark(yaml, "question", faults, out.question);
    read_mark(yaml, "notice", faults, out.notice);
    yaml.read("echoes_session", out.echoes_session);
    yaml.read("counts", out.counts);
    read_word(yaml, "by", ways, out.by);
    yaml.read_number("payload_from", out.payload_from, 1, 255);
    read_extra(yaml, faults, out.extra);
    yaml.read_number("gsm7_coding", out.gsm7_coding, 0, 255);
    yaml.read_number("ucs2_coding", out.ucs2_coding, 0, 255);
    yaml.read("packed", out.packed);
    for (const auto& fault : gsm::smpp::faults_of(out)) faults.push_back(yaml.path_of("profile") + ": " + fault);
}

void read_smpp_ussd(const YAML::Node& node, const std::string& path, const std::string& gateway,
                    std::vector<std::string>& faults, gsm::smpp::ussd_settings& out) {
    out.gateway = gateway;
    yaml_reader yaml(node, path, faults);
    read_ussd_profile(yaml, faults, out.words);
    yaml.read("service_code", out.service_code);
    yaml.read("country", out.country);
    const bool digits = std::ranges::all_of(out.country, [](char c) { return c >= '0' && c <= '9'; });
    if (!digits || out.country.size() > 4) yaml.fault("country", "should be a country code, such as 254");
    yaml.read_number("dialogues", out.dialogues, 1, 1'000'000);
    yaml.read("hops_per_second", out.hops_per_second, 0, 1'000'000);
    {
        yaml_reader network(yaml.child("network"), path + ".network", faults);
        read_profile(network, out.profile);
    }
    for (const auto& fault : gsm::faults_of_profile(gateway, out.profile)) faults.push_back(path + ": " + fault);
}

}  // namespace mlango::server
