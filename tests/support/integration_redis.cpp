#include "tests/support/integration_redis.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <stdexcept>
#include <thread>

namespace mlango::tests {
namespace {

bool accepts(const std::string& path) {
    const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return false;
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
    const bool connected = ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    ::close(fd);
    return connected;
}

}  // namespace

std::string shared_redis() {
    const char* path = std::getenv("MLANGO_TEST_REDIS");
    return path == nullptr ? "" : path;
}

temporary_folder::temporary_folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "mlango-test-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
    path_ = pattern;
}

temporary_folder::~temporary_folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

private_redis::private_redis(std::vector<std::string> options) : options_(std::move(options)) {
    start();
}

private_redis::~private_redis() {
    kill();
}

void private_redis::start() {
    std::vector<std::string> words{"redis-server",
                                   "--port",
                                   "0",
                                   "--unixsocket",
                                   socket(),
                                   "--dir",
                                   folder_.path(),
                                   "--save",
                                   "",
                                   "--appendonly",
                                   "no",
                                   "--logfile",
                                   folder_.path() + "/redis.log"};
    words.insert(words.end(), options_.begin(), options_.end());
    std::vector<char*> arguments;
    for (auto& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);

    const pid_t parent = ::getpid();
    process_ = ::fork();
    if (process_ < 0) throw std::runtime_error("fork failed");
    if (process_ == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (::getppid() != parent) ::_exit(126);
        const int nothing = ::open("/dev/null", O_RDWR);
        for (int fd : {0, 1, 2}) ::dup2(nothing, fd);
        ::execvp(arguments[0], arguments.data());
        ::_exit(127);
    }
    using clock = std::chrono::steady_clock;
    for (const auto patience = clock::now() + std::chrono::seconds(20); clock::now() < patience;) {
        if (accepts(socket())) return;
        if (::waitpid(process_, nullptr, WNOHANG) == process_) {
            process_ = -1;
            throw std::runtime_error("redis-server ended at once: is it installed?");
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    kill();
    throw std::runtime_error("redis-server does not accept connections");
}

void private_redis::kill() {
    if (process_ < 0) return;
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
    process_ = -1;
}

void private_redis::freeze() {
    ::kill(process_, SIGSTOP);
}

void private_redis::thaw() {
    ::kill(process_, SIGCONT);
}

}  // namespace mlango::tests
