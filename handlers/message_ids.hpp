// How a gateway's ids of messages may be written: which forms the answer to a submission and a receipt have to be
// looked up by. A gateway that is not named writes an id always in the same way.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace mlango::handlers {

class message_ids {
public:
    // The canonical form first, then the others it may have been stored under (gsm/smpp/message_id.hpp: id_forms).
    using forms = std::function<std::vector<std::string>(std::string_view id)>;

    void set(std::string gateway, forms of) { all_.insert_or_assign(std::move(gateway), std::move(of)); }
    [[nodiscard]] std::vector<std::string> of(std::string_view gateway, std::string_view id) const {
        if (id.empty()) return {};
        const auto found = all_.find(gateway);
        if (found == all_.end()) return {std::string(id)};
        return found->second(id);
    }

private:
    std::map<std::string, forms, std::less<>> all_;
};

}  // namespace mlango::handlers
