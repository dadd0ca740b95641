// One blocking connection to PostgreSQL, for commands that run before or beside the server (migrate, audit verify).
// Never on an io_context thread.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "registry/pool.hpp"

namespace mlango::registry {

class blocking_connection {
public:
    // Throws std::runtime_error with PostgreSQL's words when it can not connect.
    explicit blocking_connection(const std::string& conninfo);
    // Runs `sql`, which may hold several statements; the last one's rows. Throws std::runtime_error, "what:
    // PostgreSQL's words".
    rows run(const std::string& sql, std::string_view what);

private:
    std::shared_ptr<void> connection_;
};

}  // namespace mlango::registry
