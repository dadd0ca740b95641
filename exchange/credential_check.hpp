// Looks at a credential that somebody shows: is it ours, whole, in time, and not stopped? One object a thread. Caller:
// the page's door. Not here: the signature's arithmetic (wallet/sd_jwt.hpp).
#pragma once

#include <boost/json/object.hpp>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "exchange/door_parts.hpp"
#include "wallet/sd_jwt.hpp"
#include "wallet/status_list.hpp"

namespace mlango::exchange {

class credential_checker {
public:
    explicit credential_checker(const door_parts& house) : house_(house) {}

    // {"outcome": valid|unsure|stopped|expired|not_ours|broken, "why"?, "kind"?, "facts"?, "expires_at"?}: facts only
    // of a valid or unsure one. Unsure, "why" is "unbound": made for a telephone, whose key did not sign what is shown.
    // One that was made for another verifier than `verifier_number` is not_ours: somebody passed it on.
    [[nodiscard]] boost::json::object check(std::string_view credential, std::string_view verifier_number);

private:
    [[nodiscard]] bool is_stopped(const wallet::status_reference& status);
    [[nodiscard]] const wallet::status_list* list_of(std::string_view name);

    struct read_list {
        std::string version;
        wallet::status_list list;
    };
    const door_parts& house_;
    std::map<std::string, read_list, std::less<>> lists_;
};

}  // namespace mlango::exchange
