// The words of broadcasts for the sender: read once a broadcast, language and code, since they are never changed.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>

#include "handlers/sms_sender.hpp"
#include "registry/broadcasts.hpp"

namespace mlango::handlers {

class broadcast_words : public broadcast_texts {
public:
    explicit broadcast_words(registry::broadcasts& broadcasts);
    task<std::optional<std::string>> text(std::int64_t broadcast, std::string_view language,
                                          std::string_view service_code) override;

private:
    using key = std::tuple<std::int64_t, std::string, std::string>;

    registry::broadcasts& broadcasts_;
    std::map<key, std::string> known_;
};

}  // namespace mlango::handlers
