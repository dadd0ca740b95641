// Real Redis for integration tests: the shared one that script/test starts, and private ones that a test may kill,
// stop and restart.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace mlango::tests {

// The socket path in MLANGO_TEST_REDIS; empty when it is not set.
std::string shared_redis();

// A folder of its own, removed with all it holds.
class temporary_folder {
public:
    temporary_folder();
    ~temporary_folder();
    temporary_folder(const temporary_folder&) = delete;
    temporary_folder& operator=(const temporary_folder&) = delete;
    [[nodiscard]] const std::string& path() const { return path_; }

private:
    std::string path_;
};

// A redis-server child on a Unix socket in its own folder, without persistence. It dies with the test. Throws
// std::runtime_error when the server does not come up.
class private_redis {
public:
    // `options` are further words of its command line: {"--maxmemory", "3mb"}.
    explicit private_redis(std::vector<std::string> options = {});
    ~private_redis();
    private_redis(const private_redis&) = delete;
    private_redis& operator=(const private_redis&) = delete;

    [[nodiscard]] std::string url() const { return "unix:" + socket(); }
    [[nodiscard]] std::string socket() const { return folder_.path() + "/redis.sock"; }
    [[nodiscard]] pid_t process() const { return process_; }

    void start();   // returns when it accepts connections
    void kill();    // SIGKILL, and waits until it has gone
    void freeze();  // SIGSTOP: connections stay, nothing answers
    void thaw();

private:
    temporary_folder folder_;
    std::vector<std::string> options_;
    pid_t process_ = -1;
};

}  // namespace mlango::tests
