// Receipts that come at the same time are stored in one statement: whoever comes while one is under way waits for the
// next; when many wait, there are two at a time. One receipt alone waits for nobody. One of these a thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "base/within.hpp"
#include "handlers/house.hpp"

namespace mlango::handlers {

class receipt_batch {
public:
    explicit receipt_batch(house& rooms);
    ~receipt_batch();
    // Elsewhere than in the house's own registry. `recorded`: what each batch waits for first, that the answers to
    // submissions that are here already are recorded.
    void store_in(registry::receipts& receipts, std::function<task<void>()> recorded) {
        receipts_ = &receipts;
        recorded_ = std::move(recorded);
    }

    // Stored when it returns. Throws when it could not be, so that the gateway sends it again.
    task<registry::receipt_outcome> take(registry::receipt_word receipt);

private:
    struct waiting;
    task<void> work();
    task<void> store(std::vector<std::shared_ptr<waiting>> these);

    house& rooms_;
    registry::receipts* receipts_;
    std::function<task<void>()> recorded_;
    std::vector<std::shared_ptr<waiting>> queue_;
    int working_ = 0;
    std::uint64_t came_ = 0;
};

}  // namespace mlango::handlers
