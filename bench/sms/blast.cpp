// mlango_blast: the same submit_sm over and over, without queue, text or timers: what the message centre can take, and
// the least that an ESME could cost. Prints its figures as JSON.
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <stdexcept>

#include "bench/sms/pdu.hpp"

namespace {

using namespace mlango::bench::sms;

int connected_to(std::uint16_t port) {
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_port = htons(port);
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(fd, reinterpret_cast<sockaddr*>(&where), sizeof where) != 0) throw std::runtime_error("no connection");
    const int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return fd;
}

void send_all(int fd, std::string& out) {
    for (std::size_t done = 0; done < out.size();) {
        const ssize_t n = send(fd, out.data() + done, out.size() - done, MSG_NOSIGNAL);
        if (n <= 0) throw std::runtime_error("the connection ended");
        done += static_cast<std::size_t>(n);
    }
    out.clear();
}

void put_submit(std::string& out, std::uint32_t sequence, std::uint64_t number, bool receipt) {
    writing pdu(out, command::submit_sm, 0, sequence);
    pdu.c_string("").octet(5).octet(0).c_string("MLANGO").octet(1).octet(1).c_string(std::to_string(number));
    pdu.octet(0).octet(0).octet(0).c_string("").c_string("").octet(receipt ? 1 : 0).octet(0).octet(0).octet(0);
    constexpr std::string_view text = "Your assistance is ready. Bring your card to the desk on Monday.";
    pdu.octet(text.size()).octets(text);
}

struct blast {
    int fd;
    std::uint64_t sent = 0, answered = 0, receipts = 0;
    std::string out, in;

    void read_some() {
        static char buffer[256 * 1024];
        const ssize_t n = recv(fd, buffer, sizeof buffer, 0);
        if (n <= 0) throw std::runtime_error("the connection ended");
        in.append(buffer, static_cast<std::size_t>(n));
        std::size_t at = 0;
        while (in.size() - at >= header_size && in.size() - at >= u32_at(in.data() + at)) {
            const std::uint32_t id = u32_at(in.data() + at + 4);
            if (id == (command::submit_sm | command::answer)) ++answered;
            if (id == command::deliver_sm) {
                ++receipts;
                writing(out, command::deliver_sm | command::answer, 0, u32_at(in.data() + at + 12)).c_string("");
            }
            at += u32_at(in.data() + at);
        }
        in.erase(0, at);
    }
};

}  // namespace

int main(int count, char** words) {
    std::uint16_t port = 0;
    std::uint64_t messages = 1'000'000, window = 100;
    bool receipts = false;
    CLI::App app{"Sends one message over and over to a message centre on this machine."};
    app.add_option("--port", port)->required();
    app.add_option("--messages", messages);
    app.add_option("--window", window);
    app.add_flag("--receipts", receipts, "asks for receipts, and waits for them");
    CLI11_PARSE(app, count, words);
    try {
        blast one{.fd = connected_to(port), .out = {}, .in = {}};
        writing(one.out, command::bind_transceiver, 0, 1)
            .c_string("blast")
            .c_string("")
            .c_string("")
            .octet(0x34)
            .octet(0)
            .octet(0)
            .c_string("");
        const auto begin = std::chrono::steady_clock::now();
        while (one.answered < messages || (receipts && one.receipts < messages)) {
            for (; one.sent < messages && one.sent - one.answered < window; ++one.sent)
                put_submit(one.out, static_cast<std::uint32_t>(one.sent + 2), 254'700'000'000 + one.sent, receipts);
            send_all(one.fd, one.out);
            one.read_some();
        }
        const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
        rusage used{};
        getrusage(RUSAGE_SELF, &used);
        const double cpu = static_cast<double>(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
                           static_cast<double>(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
        std::printf("{\"messages\":%llu,\"seconds\":%.6f,\"cpu_us\":%.4f}\n", static_cast<unsigned long long>(messages),
                    seconds, cpu * 1e6 / static_cast<double>(messages));
    } catch (const std::exception& fault) {
        std::fprintf(stderr, "mlango_blast: %s\n", fault.what());
        return 1;
    }
}
