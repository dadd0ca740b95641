// The version that is current, with what is listed of it, read once a version: versions are never changed. One object a
// thread, shared by the doors of words and figures.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "console/words/port.hpp"

namespace mlango::console {

struct held_version {
    registry::publication_version version = 0;
    sources_ptr from;
    menu_outline outline;
    std::map<std::string, std::vector<std::string>, std::less<>> screens_of;  // by text
};
using held_ptr = std::shared_ptr<const held_version>;

class current_words {
public:
    // Everything outlives it.
    current_words(registry::pg_pool& pool, const clock& time, words_port* port)
        : drafts_(pool, time), published_(pool), port_(port) {}

    // Throws registry_unavailable while it can not be told; who asks again finds it.
    task<held_ptr> get();
    // Empty: there is no such version.
    task<sources_ptr> load(registry::publication_version version);

private:
    registry::word_drafts drafts_;
    registry::publications published_;
    words_port* port_;
    held_ptr held_;
};

}  // namespace mlango::console
