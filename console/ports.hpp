// What the console needs of doors that it may not call: the proof that words fit, the phone's picture, what a notice
// may say and costs. server/ connects them to proof/ and handlers/. Callers: words and notices.
#pragma once

namespace mlango::console {

class words_port;

struct ports {
    words_port* words = nullptr;
};

}  // namespace mlango::console
