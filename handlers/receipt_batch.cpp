#include "handlers/receipt_batch.hpp"

#include <algorithm>
#include <boost/asio/redirect_error.hpp>
#include <boost/system/system_error.hpp>
#include <optional>
#include <tuple>

#include "base/exception_kind.hpp"

namespace mlango::handlers {

namespace {

constexpr std::size_t most_at_once = 500;
constexpr std::size_t many = 100;  // that wait: worth a second statement beside the first
constexpr int most_statements = 2;

}  // namespace

struct receipt_batch::waiting {
    waiting(registry::receipt_word what, executor where) : receipt(std::move(what)), settled(where) {
        settled.expires_at(coarse_timer::time_point::max());
    }
    void settle(registry::receipt_outcome with) {
        outcome = with;
        settled.cancel();
    }
    void settle(std::exception_ptr with) {
        failure = std::move(with);
        settled.cancel();
    }
    registry::receipt_word receipt;
    std::uint64_t place = 0;  // in the order in which they came
    coarse_timer settled;
    std::optional<registry::receipt_outcome> outcome;
    std::exception_ptr failure;
};

receipt_batch::receipt_batch(house& rooms) : rooms_(rooms), receipts_(&rooms.registry.receipts) {}
receipt_batch::~receipt_batch() = default;

task<registry::receipt_outcome> receipt_batch::take(registry::receipt_word receipt) {
    const auto mine = std::make_shared<waiting>(std::move(receipt), co_await asio::this_coro::executor);
    mine->place = ++came_;
    queue_.push_back(mine);
    if (working_ == 0 || (working_ < most_statements && queue_.size() >= many)) {
        ++working_;
        if (!rooms_.background.spawn("receipts", work())) {
            --working_;
            std::erase(queue_, mine);
            throw registry::registry_unavailable("the server is stopping");
        }
    }
    if (!mine->outcome && !mine->failure) {
        boost::system::error_code ended;
        co_await mine->settled.async_wait(asio::redirect_error(use_task, ended));
    }
    if (mine->failure) std::rethrow_exception(mine->failure);
    if (!mine->outcome) throw boost::system::system_error(asio::error::operation_aborted);
    co_return *mine->outcome;
}

task<void> receipt_batch::work() {
    std::exception_ptr cancelled;
    while (!queue_.empty() && !cancelled) {
        std::vector<std::shared_ptr<waiting>> these;
        try {
            if (recorded_) co_await recorded_();
        } catch (...) {
            cancelled = std::current_exception();
            break;
        }
        if (queue_.size() <= most_at_once) {
            these.swap(queue_);
        } else {
            these.assign(queue_.begin(), queue_.begin() + most_at_once);
            queue_.erase(queue_.begin(), queue_.begin() + most_at_once);
        }
        // All statements lock messages in this order, so that none waits for another in a circle.
        std::ranges::sort(these, {}, [](const auto& each) { return std::tie(each->receipt.e164, each->place); });
        try {
            co_await store(these);
        } catch (...) {
            const auto failure = std::current_exception();
            if (is_cancellation(failure)) cancelled = failure;
            for (const auto& each : these) each->settle(failure);
        }
    }
    --working_;
    if (!cancelled) co_return;
    for (const auto& each : queue_) each->settle(cancelled);
    queue_.clear();
    std::rethrow_exception(cancelled);
}

// One that PostgreSQL refuses must not cost the others theirs: they are stored one by one then.
task<void> receipt_batch::store(std::vector<std::shared_ptr<waiting>> these) {
    std::vector<registry::receipt_word> words;
    words.reserve(these.size());
    for (const auto& each : these) words.push_back(each->receipt);
    bool refused = false;
    try {
        const auto outcomes = co_await receipts_->take(words);
        for (std::size_t i = 0; i < these.size(); ++i) these[i]->settle(outcomes[i]);
    } catch (const registry::statement_refused&) {
        if (these.size() == 1) throw;
        refused = true;
    }
    if (!refused) co_return;
    for (std::size_t i = 0; i < these.size(); ++i) {
        try {
            const auto outcomes = co_await receipts_->take({&words[i], 1});
            these[i]->settle(outcomes.front());
        } catch (const registry::statement_refused&) {
            these[i]->settle(std::current_exception());
        }
    }
}

}  // namespace mlango::handlers
