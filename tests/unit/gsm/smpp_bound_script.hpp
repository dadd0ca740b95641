// How a script begins whose link is bound.
#pragma once

#include <string>

#include "tests/unit/gsm/smpp_script.hpp"

namespace mlango::gsm::smpp {

inline const std::string bound_now = R"(
    connect
    > bind_transceiver seq=1
    < bind_transceiver_resp seq=1 id=SMSC
    ! bound SMSC
)";
inline const std::string bound_as_transmitter = R"(
    connect
    > bind_transmitter seq=1
    < bind_transmitter_resp seq=1 id=SMSC
    ! bound SMSC
)";

}  // namespace mlango::gsm::smpp
