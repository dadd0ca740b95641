// Receipts that come at the same time are stored in one statement: whoever comes while one is under way waits for the
// next. One receipt alone waits for nobody. One batch a thread.
#pragma once

#include <memory>
#include <vector>

#include "base/within.hpp"
#include "handlers/house.hpp"

namespace mlango::handlers {

class receipt_batch {
public:
    explicit receipt_batch(house& rooms);
    ~receipt_batch();

    // Stored when it returns. Throws when it could not be, so that the gateway sends it again.
    task<registry::receipt_outcome> take(registry::receipt_word receipt);

private:
    struct waiting;
    task<void> work();
    task<void> store(std::vector<std::shared_ptr<waiting>> these);

    house& rooms_;
    std::vector<std::shared_ptr<waiting>> queue_;
    bool working_ = false;
};

}  // namespace mlango::handlers
