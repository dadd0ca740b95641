// A message of many fields, for the tests of the codec.
#pragma once

#include "gsm/smpp/pdu.hpp"

namespace mlango::gsm::smpp {

inline const message hello{.service_type = "USSD",
                           .source = {5, 0, "MLANGO"},
                           .destination = {1, 1, "254700000001"},
                           .esm_class = 0x40,
                           .protocol_id = 1,
                           .priority = 2,
                           .schedule = "",
                           .validity = "000001000000000R",
                           .registered_delivery = 1,
                           .replace_if_present = 1,
                           .data_coding = 8,
                           .default_message_id = 3,
                           .short_message = "hi",
                           .tlvs = {}};

}  // namespace mlango::gsm::smpp
