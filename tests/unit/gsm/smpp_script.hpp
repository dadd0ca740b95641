// A link tested by what is said on both sides:
//
//   connect                                the transport is there
//   > bind_transceiver seq=1               the next PDU that the link writes
//   < bind_transceiver_resp seq=1 id=SMSC  what the SMSC sends; "<+" goes out together with the next "<"
//   ! bound SMSC                           the next event
//   at 30s                                 time passes; the link's deadlines are kept on the way
//   late 60s                               time passes, and the link is told at its end only
//   submit 7 [to=…] [refusal]              a wish; query, cancel, replace, data alike
//   confirm 1 [ESME_…]                     answers the first delivery
//   unbind [3s]                            what is under way then is waited for no longer
//   close | untaken | raw 00ff | state bound | deadline 30s|none
//
// Strict: an output or event that the script does not name is a failure. `untaken` leaves what is written from then on
// where it is, until `taken`. Every script is also played with its octets one by one, and broken off at each of its
// steps.
#pragma once

#include <string_view>

#include "gsm/smpp/link.hpp"

namespace mlango::gsm::smpp {

void play(std::string_view script, link_settings settings = {});

// Quick enough for scripts to say when what happens: the rate holds nothing back.
[[nodiscard]] link_settings script_settings(bind_kind kind = bind_kind::transceiver, std::size_t window = 10);

}  // namespace mlango::gsm::smpp
