#include "handlers/broadcast_words.hpp"

#include "handlers/broadcast_draft.hpp"

namespace mlango::handlers {

namespace {
constexpr std::size_t most_known = 100;
}

broadcast_words::broadcast_words(registry::broadcasts& broadcasts, std::string service_code)
    : broadcasts_(broadcasts), service_code_(std::move(service_code)) {}

task<std::optional<std::string>> broadcast_words::text(std::int64_t broadcast, std::string_view language) {
    const std::pair<std::int64_t, std::string> key(broadcast, language);
    if (const auto found = known_.find(key); found != known_.end()) co_return found->second;
    const auto read = co_await broadcasts_.text_of(registry::broadcast_id{broadcast}, key.second);
    if (!read) co_return std::nullopt;
    if (known_.size() >= most_known) known_.clear();
    co_return known_.insert_or_assign(key, worded(*read, service_code_)).first->second;
}

}  // namespace mlango::handlers
