// A Lua script run by its digest: the body goes over the wire only when Redis does not know it (after a restart).
#pragma once

#include <string>
#include <string_view>

#include "base/task.hpp"
#include "sessions/redis_client.hpp"

namespace mlango::sessions {

class redis_script {
public:
    // `body` must live as long as the script: a string literal.
    explicit redis_script(std::string_view body);

    // Runs it with one key and up to three arguments, which must live until the task ends.
    task<std::expected<redis_reply, redis_failure>> run(redis_client& redis, std::string_view key,
                                                        std::string_view first, std::string_view second,
                                                        std::string_view third) const;

private:
    std::string_view body_;
    std::string digest_;  // SHA-1 in hexadecimal, as EVALSHA wants it
};

}  // namespace mlango::sessions
