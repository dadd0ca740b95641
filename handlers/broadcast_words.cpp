#include "handlers/broadcast_words.hpp"

#include "handlers/broadcast_draft.hpp"

namespace mlango::handlers {

namespace {
constexpr std::size_t most_known = 100;
}

broadcast_words::broadcast_words(registry::broadcasts& broadcasts) : broadcasts_(broadcasts) {}

task<std::optional<std::string>> broadcast_words::text(std::int64_t broadcast, std::string_view language,
                                                       std::string_view service_code) {
    const key of{broadcast, std::string(language), std::string(service_code)};
    if (const auto found = known_.find(of); found != known_.end()) co_return found->second;
    const auto read = co_await broadcasts_.text_of(registry::broadcast_id{broadcast}, std::get<1>(of));
    if (!read) co_return std::nullopt;
    if (known_.size() >= most_known) known_.clear();
    co_return known_.insert_or_assign(of, worded(*read, service_code)).first->second;
}

}  // namespace mlango::handlers
