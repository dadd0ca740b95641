// mlango_smsc: the message centre of centre.hpp behind sockets. One thread, epoll, reads as much as there is, writes
// once a turn.
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <map>
#include <unordered_map>

#include "bench/sms/centre.hpp"

namespace {

using namespace mlango::bench::sms;
using namespace std::chrono_literals;

constexpr std::size_t read_size = 256 * 1024;

struct connection {
    int descriptor;
    esme* side;
    std::string in;  // the beginning of a PDU whose end is not there yet
    std::size_t written = 0;
    bool waits_to_write = false;
};

double seconds_of(const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

void print(centre& smsc) {
    const figures& n = smsc.numbers();
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    const auto field = [](const char* name, std::uint64_t value) {
        std::printf("\"%s\":%llu,", name, static_cast<unsigned long long>(value));
    };
    std::printf("{");
    const std::initializer_list<std::pair<const char*, std::uint64_t>> counts = {
        {"binds", n.binds},
        {"live", n.live},
        {"submits", n.submits},
        {"accepted", n.accepted},
        {"throttled", n.throttled},
        {"unanswered", n.unanswered},
        {"refused", n.refused},
        {"receipts_sent", n.receipts_sent},
        {"receipts_taken", n.receipts_taken},
        {"receipts_refused", n.receipts_refused},
        {"receipts_waiting", n.receipts_waiting},
        {"queries", n.queries},
        {"queries_answered", n.queries_answered},
        {"enquiries", n.enquiries},
        {"unbinds", n.unbinds},
        {"nacks", n.nacks},
        {"distinct", n.distinct},
        {"duplicates", n.duplicates}};
    for (const auto& [name, value] : counts) field(name, value);
    std::printf("\"seconds\":%.6f,\"cpu_seconds\":%.6f,\"by_second\":[",
                std::chrono::duration<double>(n.last - n.first).count(),
                seconds_of(used.ru_utime) + seconds_of(used.ru_stime));
    for (std::size_t i = 0; i < n.by_second.size(); ++i) std::printf("%s%u", i == 0 ? "" : ",", n.by_second[i]);
    std::printf("]}\n");
    std::fflush(stdout);
}

class sockets {
public:
    sockets(centre& smsc, std::uint16_t port) : smsc_(smsc), poll_(epoll_create1(EPOLL_CLOEXEC)) {
        listener_ = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        const int on = 1;
        setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
        sockaddr_in where{};
        where.sin_family = AF_INET;
        where.sin_port = htons(port);
        where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof where;
        if (bind(listener_, reinterpret_cast<sockaddr*>(&where), size) != 0 || listen(listener_, 64) != 0)
            throw std::runtime_error("mlango_smsc: the port can not be listened on");
        getsockname(listener_, reinterpret_cast<sockaddr*>(&where), &size);
        std::printf("ready: %u\n", ntohs(where.sin_port));
        std::fflush(stdout);
        sigset_t ends;
        sigemptyset(&ends);
        for (const int each : {SIGTERM, SIGINT}) sigaddset(&ends, each);
        sigprocmask(SIG_BLOCK, &ends, nullptr);
        signals_ = signalfd(-1, &ends, SFD_CLOEXEC);
        for (const int each : {listener_, signals_, STDIN_FILENO}) watch(each, EPOLLIN, EPOLL_CTL_ADD);
    }

    void run() {
        std::array<epoll_event, 64> events{};
        for (bool busy = false;;) {
            const int n = epoll_wait(poll_, events.data(), events.size(), busy ? 0 : 1);
            const moment now = std::chrono::steady_clock::now();
            for (int i = 0; i < n; ++i) {
                const int which = events[i].data.fd;
                if (which == signals_) return;
                if (which == listener_)
                    accept_all();
                else if (which == STDIN_FILENO)
                    obey();
                else if (const auto found = connections_.find(which); found != connections_.end())
                    read(found->second, now);
            }
            busy = smsc_.turn(now);
            for (auto next = connections_.begin(); next != connections_.end();) {
                const auto each = next++;
                if (!write(each->second)) end(each->second);
            }
        }
    }

private:
    void watch(int descriptor, std::uint32_t events, int how) {
        epoll_event wanted{.events = events, .data = {.fd = descriptor}};
        epoll_ctl(poll_, how, descriptor, &wanted);
    }
    void accept_all() {
        for (int fd; (fd = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0;) {
            const int on = 1;
            setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
            connections_.emplace(fd, connection{.descriptor = fd, .side = &smsc_.open(), .in = {}});
            watch(fd, EPOLLIN, EPOLL_CTL_ADD);
        }
    }
    // A line on standard input: figures, release, reset, rate N.
    void obey() {
        char some[256];
        const ssize_t n = ::read(STDIN_FILENO, some, sizeof some);
        if (n <= 0) return watch(STDIN_FILENO, 0, EPOLL_CTL_DEL);
        typed_.append(some, static_cast<std::size_t>(n));
        for (std::size_t end; (end = typed_.find('\n')) != std::string::npos; typed_.erase(0, end + 1)) {
            const std::string line = typed_.substr(0, end);
            if (line == "figures") print(smsc_);
            if (line == "release") smsc_.release();
            if (line == "reset") smsc_.reset();
            if (line.starts_with("rate ")) smsc_.set_rate(static_cast<unsigned>(std::stoul(line.substr(5))));
        }
    }
    void read(connection& from, moment now) {
        const ssize_t n = recv(from.descriptor, buffer_.data(), buffer_.size(), 0);
        if (n <= 0) {
            if (n == 0 || (errno != EAGAIN && errno != EINTR)) end(from);
            return;
        }
        std::string_view octets(buffer_.data(), static_cast<std::size_t>(n));
        if (!from.in.empty()) octets = from.in.append(octets);
        const std::size_t done = smsc_.take(*from.side, octets, now);
        std::string rest(octets.substr(done));
        from.in = std::move(rest);
    }
    // False: it is over.
    bool write(connection& to) {
        std::string& out = to.side->out;
        while (to.written < out.size()) {
            const ssize_t n = send(to.descriptor, out.data() + to.written, out.size() - to.written, MSG_NOSIGNAL);
            if (n < 0 && errno != EAGAIN) return false;
            if (n < 0) break;
            to.written += static_cast<std::size_t>(n);
        }
        const bool whole = to.written == out.size();
        if (whole) {
            out.clear();
            to.written = 0;
        }
        if (whole == to.waits_to_write) {
            to.waits_to_write = !whole;
            watch(to.descriptor, whole ? EPOLLIN : EPOLLIN | EPOLLOUT, EPOLL_CTL_MOD);
        }
        return !(whole && to.side->closing);
    }
    void end(connection& one) {
        smsc_.close(*one.side);
        const int descriptor = one.descriptor;
        connections_.erase(descriptor);
        close(descriptor);
    }

    centre& smsc_;
    int poll_, listener_ = -1, signals_ = -1;
    std::unordered_map<int, connection> connections_;
    std::vector<char> buffer_ = std::vector<char>(read_size);
    std::string typed_;
};

}  // namespace

int main(int count, char** words) {
    centre_settings s;
    std::uint16_t port = 0;
    unsigned delay = 0;
    CLI::App app{
        "An SMSC that takes messages and counts them. Loopback only. Prints \"ready: PORT\"; on the line \"figures\" "
        "at its input, and when it ends, its figures as JSON."};
    const std::map<std::string, id_form> forms{{"decimal", id_form::decimal},
                                               {"hex", id_form::hexadecimal},
                                               {"padded", id_form::padded},
                                               {"constant", id_form::constant}};
    const std::map<std::string, receipt_time> times{
        {"none", receipt_time::none}, {"after", receipt_time::after}, {"before", receipt_time::before}};
    const std::map<std::string, receipt_order> orders{{"first-in", receipt_order::first_in},
                                                      {"last-in", receipt_order::last_in},
                                                      {"shuffled", receipt_order::shuffled}};
    app.add_option("--port", port, "0: any that is free");
    app.add_option("--password", s.password, "that a bind must give; empty: any");
    app.add_option("--ids", s.response_ids, "of messages, in responses: decimal, hex, padded, constant")
        ->transform(CLI::CheckedTransformer(forms));
    app.add_option("--receipt-ids", s.receipt_ids, "of messages, in receipts")
        ->transform(CLI::CheckedTransformer(forms));
    app.add_option("--first-id", s.first_id);
    app.add_option("--receipts", s.receipts, "none, after or before the response")
        ->transform(CLI::CheckedTransformer(times));
    app.add_option("--receipt-order", s.order, "first-in, last-in, shuffled")
        ->transform(CLI::CheckedTransformer(orders));
    app.add_option("--receipt-hold", s.hold, "keep receipts back until so many are there, or the line \"release\"");
    app.add_option("--receipt-window", s.receipt_window, "unanswered receipts a connection; 0: no limit");
    app.add_flag("--receipt-tlv", s.receipt_parameters, "receipts carry receipted_message_id and message_state");
    app.add_flag("!--no-receipt-text", s.receipt_text, "… and no text");
    app.add_option("--rate", s.rate, "accepted in a second; more is throttled");
    app.add_option("--delay", delay, "ms before a response");
    app.add_option("--lose-every", s.lose_every, "leave each so-manieth accepted message unanswered");
    app.add_option("--hang-up-every", s.hang_up_every, "… and end the connection there");
    app.add_flag("--remember", s.remember,
                 "destinations and texts, for distinct and duplicates; references, for query_sm");
    app.add_flag("--query-by-reference", s.query_by_reference, "answer query_sm by user_message_reference");
    CLI11_PARSE(app, count, words);
    s.delay = std::chrono::milliseconds(delay);
    s.remember = s.remember || s.query_by_reference;
    try {
        centre smsc(s);
        sockets(smsc, port).run();
        print(smsc);
    } catch (const std::exception& fault) {
        std::fprintf(stderr, "%s\n", fault.what());
        return 1;
    }
}
