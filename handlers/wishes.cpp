#include "handlers/wishes.hpp"

#include <algorithm>

namespace mlango::handlers {

int trust_of_caller(const phone_records& all, const hop_context& hop) {
    const auto here = std::ranges::find(all, hop.from, &registry::phone_record::e164);
    return here == all.end() ? 0 : here->trust;
}

registry::change_wish wish_of(const hop_context& hop, std::string kind) {
    registry::change_wish wish;
    wish.kind = std::move(kind);
    wish.person = hop.person();
    wish.group = hop.group();
    wish.channel = hop.channel();
    return wish;
}

task<std::string> ask(hop_context& hop, const registry::change_wish& wish) {
    return hop.rooms.registry.requests.ask(wish, hop.hop, hop.from, hop.language(), hop.notice_of("sms.request"));
}

task<std::string> ask_from_here(hop_context& hop, registry::change_wish wish) {
    const auto all = co_await hop.rooms.registry.people.phones_of(hop.person());
    wish.trust = trust_of_caller(all, hop);
    co_return co_await ask(hop, wish);
}

}  // namespace mlango::handlers
