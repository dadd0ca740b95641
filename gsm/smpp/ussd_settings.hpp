// USSD over one SMPP account, as its operator configures it.
#pragma once

#include <string>

#include "gsm/smpp/ussd_profile.hpp"
#include "gsm/ussd.hpp"

namespace mlango::gsm::smpp {

struct ussd_settings {
    std::string gateway;       // the account's name
    std::string service_code;  // that questions and notices come from
    std::string country;       // digits before numbers that come in national form
    std::size_t dialogues = 10'000;
    double hops_per_second = 0;
    ussd_profile words;
    gateway_profile profile;
};

}  // namespace mlango::gsm::smpp
