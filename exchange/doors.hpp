// All that partners and their people reach by HTTP, for one thread's server. Caller: server.
#pragma once

#include <vector>

#include "base/http/server.hpp"
#include "exchange/issuing_door.hpp"
#include "exchange/partner_door.hpp"
#include "exchange/public_door.hpp"
#include "exchange/verify_door.hpp"

namespace mlango::exchange {

class doors {
public:
    // `house` and what it names outlive the doors, and the doors their routes.
    explicit doors(const door_parts& house) : partner_(house), verify_(house), public_(house), issuing_(house) {}

    [[nodiscard]] std::vector<http_route> routes();

private:
    partner_door partner_;
    verify_door verify_;
    public_door public_;
    issuing_door issuing_;
};

}  // namespace mlango::exchange
