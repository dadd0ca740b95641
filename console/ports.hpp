// What the console needs of doors that it may not call: the proof that words fit, the phone's picture, what an SMS may
// say and takes. server/ connects them to proof/ and handlers/. Callers: words, tickets and notices.
#pragma once

#include "console/sms_port.hpp"

namespace mlango::console {

class words_port;

struct ports {
    const sms_port* sms = nullptr;
    words_port* words = nullptr;
};

}  // namespace mlango::console
