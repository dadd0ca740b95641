#include "gsm/gsup/settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/ip/address.hpp>

#include "gsm/gateway.hpp"

namespace mlango::gsm::gsup {
namespace {

using namespace std::chrono_literals;

bool is_address(const std::string& text) {
    boost::system::error_code error;
    boost::asio::ip::make_address(text, error);
    return !error;
}

// It stands in a line of the HLR's configuration and in its log.
bool is_euse_name(std::string_view name) {
    return !name.empty() && name.size() <= 64 && std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
               c == '.';
    });
}

}  // namespace

gateway_profile usual_profile() {
    gateway_profile usual;
    usual.screen = {.septets = 128, .ucs2_units = 56};
    usual.input_limit = 182;  // a whole USSD string
    usual.idle_time = 180s;
    usual.session_time = 600s;
    return usual;
}

std::vector<std::string> faults_of(const hlr_settings& settings) {
    std::vector<std::string> faults = faults_of_profile(settings.name, settings.profile);
    const auto check = [&](bool right, std::string_view fault) {
        if (!right) faults.push_back(fmt::format("gateway \"{}\": {}", settings.name, fault));
    };
    check(is_euse_name(settings.euse), "euse is a name of letters, digits, '-', '_' and '.', at most 64");
    check(is_address(settings.address), "address is an IPv4 or IPv6 address");
    check(settings.control_address.empty() || is_address(settings.control_address),
          "control_address is an IPv4 or IPv6 address");
    check(settings.number_prefix.size() <= 10 &&
              std::ranges::all_of(settings.number_prefix, [](char c) { return c >= '0' && c <= '9'; }) &&
              !settings.number_prefix.starts_with('0'),
          "number_prefix has at most 10 digits and begins with a country code");
    check(settings.dialogues >= 1 && settings.dialogues <= 100'000, "dialogues is 1 to 100000");
    check(settings.numbers_kept >= 0s && settings.numbers_kept <= 3600s, "numbers_kept is at most an hour");
    check(settings.hops_per_second >= 0, "hops_per_second is 0 (no limit) or a positive number");
    return faults;
}

}  // namespace mlango::gsm::gsup
