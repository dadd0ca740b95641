// The words of broadcasts for the sender: read once a broadcast and language, since they are never changed.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>

#include "handlers/sms_sender.hpp"
#include "registry/broadcasts.hpp"

namespace mlango::handlers {

class broadcast_words : public broadcast_texts {
public:
    // `service_code` takes the place of {code}.
    broadcast_words(registry::broadcasts& broadcasts, std::string service_code);
    task<std::optional<std::string>> text(std::int64_t broadcast, std::string_view language) override;

private:
    registry::broadcasts& broadcasts_;
    std::string service_code_;
    std::map<std::pair<std::int64_t, std::string>, std::string> known_;
};

}  // namespace mlango::handlers
