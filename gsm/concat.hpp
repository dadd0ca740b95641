// Which parts of long messages belong together (3GPP TS 23.040 §9.2.3.24.1, .8). Caller: the inbox, which keeps them.
#pragma once

#include <string>

#include "gsm/sms.hpp"

namespace mlango::gsm {

// The same for the parts of one message and different for any others: account, both addresses, width of the reference,
// reference and total. It holds the person's number, so it is stored only blinded (keyed digest). Two people who write
// to one short code with the same reference have different keys.
[[nodiscard]] std::string concat_key(const sms_fragment& part);

}  // namespace mlango::gsm
