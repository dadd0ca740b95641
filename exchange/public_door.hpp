// What the issuer publishes for everybody, from memory: where its keys are and the keys (SD-JWT VC §4), the
// credentials' types (§6), the status lists (Token Status List §8). One object a thread. Not here: what they say
// (wallet/metadata.hpp, wallet/status_lists.hpp).
#pragma once

#include <map>
#include <memory>
#include <vector>

#include "base/http/document.hpp"
#include "base/http/server.hpp"
#include "exchange/door_parts.hpp"
#include "exchange/door_watch.hpp"

namespace mlango::exchange {

class public_door {
public:
    explicit public_door(const door_parts& house);

    [[nodiscard]] std::vector<http_route> routes();

private:
    struct kept_list {
        std::string version;
        document token;
    };
    // A document that never changes while the program runs.
    void add_fixed(std::vector<http_route>& all, std::string path, const boost::json::object& content);
    task<http_response> jwks(http_request& request);
    task<http_response> status(http_request& request);

    const door_parts& house_;
    door_watch readers_;
    std::map<std::string, kept_list, std::less<>> lists_;
    std::shared_ptr<const wallet::signing_keys> keys_;
    std::int64_t keys_hour_ = 0;
    document jwks_;
};

}  // namespace mlango::exchange
