#include "wallet/status_lists.hpp"

#include <map>
#include <typeinfo>

#include "base/bytes.hpp"
#include "base/log.hpp"
#include "base/within.hpp"
#include "registry/wallet/status_rows.hpp"
#include "wallet/mint.hpp"
#include "wallet/parts.hpp"
#include "wallet/sd_jwt.hpp"
#include "wallet/status_list.hpp"

namespace mlango::wallet {

namespace {

using namespace std::chrono_literals;

constexpr int page = 20'000;
// A change is told by when its statement ran, not by when it was committed: what runs longer than this is not served.
constexpr std::int64_t look_back = 30'000'000;
constexpr std::chrono::seconds resign_after = 1h;

}  // namespace

struct status_lists::state {
    struct held {
        status_list list;
        std::string name;
        std::string token, version;
        wall_time signed_at{};
        bool changed = true;
    };

    explicit state(const parts& all) : house(all), rows(all.pool, all.time, all.random) {}
    task<void> load(const registry::status_list_row& row);
    void apply(const registry::status_entry& entry);
    void sign(held& one);

    const parts& house;
    registry::status_rows rows;
    std::map<std::int64_t, held> by_id;
    std::map<std::string, std::int64_t, std::less<>> by_name;
    std::int64_t since = 0;
};

void status_lists::state::apply(const registry::status_entry& entry) {
    const auto found = by_id.find(entry.list);
    if (found == by_id.end()) return;
    auto& one = found->second;
    const auto index = static_cast<std::uint64_t>(entry.index);
    const auto value = static_cast<std::uint8_t>(entry.value);
    if (one.list.get(index) == value) return;
    one.list.set(index, value);
    one.changed = true;
}

// Nothing of a list is served before all of it is there.
task<void> status_lists::state::load(const registry::status_list_row& row) {
    held fresh{.list = status_list(row.bits, static_cast<std::size_t>(row.size)),
               .name = row.name,
               .token = {},
               .version = {},
               .signed_at = {},
               .changed = true};
    std::int64_t after = -1;
    for (;;) {
        const auto entries = co_await rows.invalid(row.id, after, page);
        for (const auto& each : entries)
            fresh.list.set(static_cast<std::uint64_t>(each.index), static_cast<std::uint8_t>(each.value));
        if (entries.size() < page) break;
        after = entries.back().index;
    }
    by_id.emplace(row.id, std::move(fresh));
    by_name.emplace(row.name, row.id);
}

void status_lists::state::sign(held& one) {
    const wall_time now = house.time.now();
    const auto at = std::chrono::floor<std::chrono::seconds>(now);
    const auto keys = house.keys.get();
    one.token =
        make_status_token(one.list, status_list_uri(house.options.issuer, one.name),
                          {.issued_at = at, .expires_at = at + house.options.list_lasts, .ttl = house.options.list_ttl},
                          keys->current(now));
    one.version = sd_digest(one.token).substr(0, 22);
    one.signed_at = now;
    one.changed = false;
}

status_lists::status_lists(const parts& house) : state_(std::make_unique<state>(house)) {}
status_lists::~status_lists() = default;

task<void> status_lists::look() {
    auto& s = *state_;
    // Before the lists are read, so that nothing falls between reading and following.
    if (s.since == 0) s.since = co_await s.rows.database_time();
    for (const auto& row : co_await s.rows.lists())
        if (!s.by_id.contains(row.id)) co_await s.load(row);
    std::int64_t from = s.since - look_back;
    for (;;) {
        const auto changes = co_await s.rows.changed(from, page);
        for (const auto& each : changes.entries) s.apply(each);
        s.since = std::max(s.since, changes.last);
        if (!changes.more || changes.last == from) break;
        from = changes.last;
    }
    for (auto& [id, one] : s.by_id)
        if (one.changed || s.house.time.now() - one.signed_at >= resign_after) s.sign(one);
}

task<void> status_lists::run() {
    coarse_timer pause(co_await asio::this_coro::executor);
    for (;;) {
        try {
            co_await look();
        } catch (const registry::registry_unavailable&) {
            // What is held is served meanwhile, until its tokens expire.
            log_debug("status_lists_wait_for_registry");
        }
        pause.expires_after(state_->house.options.list_pause);
        co_await pause.async_wait(use_task);
    }
}

const std::string* status_lists::token(std::string_view list) const {
    const auto found = state_->by_name.find(list);
    if (found == state_->by_name.end()) return nullptr;
    const auto& one = state_->by_id.at(found->second);
    return one.token.empty() ? nullptr : &one.token;
}

std::string status_lists::version(std::string_view list) const {
    const auto found = state_->by_name.find(list);
    return found == state_->by_name.end() ? std::string() : state_->by_id.at(found->second).version;
}

std::vector<std::string> status_lists::names() const {
    std::vector<std::string> out;
    for (const auto& [name, id] : state_->by_name) out.push_back(name);
    return out;
}

}  // namespace mlango::wallet
