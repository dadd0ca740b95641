#include "bench/load/engine.hpp"

#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <deque>
#include <optional>
#include <random>
#include <system_error>

namespace mlango::bench {
namespace {

using moment = std::chrono::steady_clock::time_point;
using std::chrono::nanoseconds;

constexpr std::chrono::milliseconds pause_after_failure{10};

moment now() {
    return std::chrono::steady_clock::now();
}

struct phone {
    std::size_t row = 0;  // her row in the facts
    std::size_t next_step = 0;
    std::uint32_t sessions = 0;
    std::string session;
    std::string transcript;
    moment due{};    // when the hop in flight ought to have been sent
    moment ready{};  // when she will type again
};

struct connection {
    int socket = -1;
    bool writing = false;  // waits to become writable
    phone* in_use_by = nullptr;
    moment sent{};
    std::string out;
    std::size_t written = 0;
    response_reader in;
};

class player {
public:
    player(const load_settings& settings, const std::vector<step>& script, const facts& known);
    ~player();
    player(const player&) = delete;
    player& operator=(const player&) = delete;

    load_result play();

private:
    void begin_window(moment at);
    void end_window(moment at);
    void schedule(moment at);
    void dispatch(moment at);
    void wait(moment until);
    void begin_session(phone& who);
    void send_hop(phone& who, connection& over, moment due, moment at);
    bool open(connection& over);
    void close(connection& over);
    void write(connection& over);
    void read(connection& over);
    void answered(connection& over, moment at);
    void failed(connection& over, std::string_view why, moment at);
    void finish_hop(phone& who, connection& over, moment at, bool go_on);
    void sweep(moment at);
    [[nodiscard]] bool counts(moment due, moment at) const;
    [[nodiscard]] bool done(moment at) const;
    void keep_sample(const phone& who, std::string_view what, std::string_view screen);

    const load_settings& settings_;
    const std::vector<step>& script_;
    const facts& known_;
    bool open_loop_ = settings_.rate > 0;
    int epoll_ = -1;
    std::vector<phone> phones_;
    std::vector<connection> connections_;
    std::deque<connection*> free_;
    std::deque<phone*> idle_;  // by the time they will type again
    std::deque<moment> due_;   // open loop: hops that are due
    moment next_due_{};
    moment begin_{}, end_{}, last_sweep_{};
    bool measuring_ = false, over_ = false;
    std::size_t in_flight_ = 0, live_ = 0, retired_ = 0;
    std::uint64_t serial_ = 0;
    std::uint32_t run_ = std::random_device{}();
    std::mt19937_64 random_;
    std::vector<usage> before_;
    usage own_before_;
    load_result result_;
};

usage own_usage() {
    rusage spent{};
    getrusage(RUSAGE_SELF, &spent);
    const auto in_us = [](const timeval& time) {
        return std::chrono::seconds{time.tv_sec} + std::chrono::microseconds{time.tv_usec};
    };
    usage made;
    made.user = in_us(spent.ru_utime);
    made.system = in_us(spent.ru_stime);
    return made;
}

player::player(const load_settings& settings, const std::vector<step>& script, const facts& known)
    : settings_(settings),
      script_(script),
      known_(known),
      epoll_(epoll_create1(EPOLL_CLOEXEC)),
      random_(settings.seed) {
    if (epoll_ < 0) throw std::system_error(errno, std::generic_category(), "epoll_create1");
    phones_.resize(settings.phones);
    connections_.resize(settings.connections);
    for (std::size_t at = 0; at < phones_.size(); ++at) {
        phones_[at].row = at;
        idle_.push_back(&phones_[at]);
    }
    for (connection& each : connections_) free_.push_back(&each);
    for (const step& each : script) result_.steps.push_back({.label = each.label, .latency = {}});
}

player::~player() {
    for (connection& each : connections_)
        if (each.socket >= 0) ::close(each.socket);
    ::close(epoll_);
}

bool player::counts(moment due, moment at) const {
    if (!measuring_) return false;
    if (settings_.sessions_each > 0) return true;
    // Open loop: every hop that was due in the window counts, however late its answer.
    return open_loop_ ? due >= begin_ && due < end_ : at < end_;
}

bool player::done(moment at) const {
    if (settings_.sessions_each > 0) return retired_ == phones_.size();
    if (!measuring_ || at < end_) return false;
    return (in_flight_ == 0 && due_.empty()) || at >= end_ + settings_.timeout;
}

void player::begin_window(moment at) {
    measuring_ = true;
    begin_ = at;
    end_ = settings_.sessions_each > 0 ? moment::max() : at + settings_.window;
    for (const watched& each : settings_.watch) before_.push_back(usage_of(each, false));
    own_before_ = own_usage();
}

void player::end_window(moment at) {
    over_ = true;
    result_.window = at - begin_;
    result_.own = difference(own_before_, own_usage());
    for (std::size_t each = 0; each < settings_.watch.size(); ++each)
        result_.watched.push_back(
            {settings_.watch[each].name, difference(before_[each], usage_of(settings_.watch[each], true))});
}

// Open loop: notes every hop that has become due by `at`.
void player::schedule(moment at) {
    std::exponential_distribution<double> gap{settings_.rate};
    while (next_due_ <= at && (!measuring_ || next_due_ < end_)) {
        due_.push_back(next_due_);
        const double seconds = settings_.poisson ? gap(random_) : 1 / settings_.rate;
        next_due_ += nanoseconds{static_cast<std::int64_t>(seconds * 1e9)};
    }
}

void player::dispatch(moment at) {
    while (!free_.empty() && !idle_.empty() && idle_.front()->ready <= at) {
        moment due = at;
        if (open_loop_) {
            if (due_.empty()) return;
            due = due_.front();
            due_.pop_front();
        } else {
            if (measuring_ && at >= end_) return;
            if (idle_.front()->ready != moment{}) due = idle_.front()->ready;
        }
        phone& who = *idle_.front();
        idle_.pop_front();
        connection& over = *free_.front();
        free_.pop_front();
        send_hop(who, over, due, at);
    }
}

void player::begin_session(phone& who) {
    who.session = fmt::format("ATUid_{:08x}{:016x}", run_, ++serial_);
    who.transcript.clear();
    ++live_;
    result_.most_live = std::max<std::uint64_t>(result_.most_live, live_);
}

void player::send_hop(phone& who, connection& over, moment due, moment at) {
    const step& next = script_[who.next_step];
    if (next.dial) begin_session(who);
    const caller known{&known_, who.row, who.session};
    if (!next.dial) {
        if (who.next_step > 1) who.transcript += '*';
        next.input.append(known, who.transcript);
    }
    who.due = due;
    over.in_use_by = &who;
    over.sent = at;
    over.in.reset();
    over.out.clear();
    over.written = 0;
    ++in_flight_;
    append_request(
        settings_.to,
        {who.session, msisdn_of(known_.number(who.row)), settings_.service_code, settings_.network, who.transcript},
        over.out);
    if (over.socket < 0 && !open(over)) return failed(over, "refused", at);
    write(over);
}

bool player::open(connection& over) {
    over.socket = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (over.socket < 0) throw std::system_error(errno, std::generic_category(), "socket");
    const int on = 1;
    setsockopt(over.socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(settings_.to.port);
    address.sin_addr.s_addr = htonl(settings_.to.address);
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.ptr = &over;
    epoll_ctl(epoll_, EPOLL_CTL_ADD, over.socket, &event);
    over.writing = false;
    return connect(over.socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 ||
           errno == EINPROGRESS;
}

void player::close(connection& over) {
    if (over.socket < 0) return;
    ::close(over.socket);
    over.socket = -1;
    if (measuring_) ++result_.reconnects;
}

void player::write(connection& over) {
    const ssize_t sent =
        ::send(over.socket, over.out.data() + over.written, over.out.size() - over.written, MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN && errno != ENOTCONN) return failed(over, "write", now());
    if (sent > 0) over.written += static_cast<std::size_t>(sent);
    const bool more = over.written < over.out.size();
    if (more == over.writing) return;
    over.writing = more;
    epoll_event event{};
    event.events = EPOLLIN | (more ? static_cast<std::uint32_t>(EPOLLOUT) : 0U);
    event.data.ptr = &over;
    epoll_ctl(epoll_, EPOLL_CTL_MOD, over.socket, &event);
}

void player::read(connection& over) {
    char buffer[8192];
    const ssize_t got = ::recv(over.socket, buffer, sizeof buffer, 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    const moment at = now();
    if (got <= 0) {
        if (over.in_use_by == nullptr) return close(over);
        return failed(over, "closed", at);
    }
    if (over.in_use_by == nullptr) return close(over);
    switch (over.in.feed({buffer, static_cast<std::size_t>(got)})) {
        case response_reader::state::incomplete:
            return;
        case response_reader::state::malformed:
            return failed(over, "malformed response", at);
        case response_reader::state::complete:
            return answered(over, at);
    }
}

void player::answered(connection& over, moment at) {
    phone& who = *over.in_use_by;
    if (over.in.status() != 200) return failed(over, fmt::format("status {}", over.in.status()), at);
    const auto shown = read_screen(over.in.body());
    if (!shown) return failed(over, "neither CON nor END", at);
    const verdict found = script_[who.next_step].check({&known_, who.row, who.session}, shown->text, shown->ended);
    if (counts(who.due, at)) {
        step_result& step = result_.steps[who.next_step];
        if (found == verdict::right) {
            ++result_.right;
            ++step.right;
            result_.latency.record(at - who.due);
            step.latency.record(at - who.due);
        } else {
            ++result_.wrong;
            ++step.wrong;
        }
    }
    if (found != verdict::right) keep_sample(who, "wrong", over.in.body());
    if (over.in.closes()) close(over);
    finish_hop(who, over, at, found == verdict::right);
}

void player::failed(connection& over, std::string_view why, moment at) {
    phone& who = *over.in_use_by;
    if (counts(who.due, at)) {
        ++result_.failed;
        ++result_.steps[who.next_step].failed;
    }
    keep_sample(who, why, {});
    close(over);
    finish_hop(who, over, at, false);
    who.ready = at + pause_after_failure;
}

void player::keep_sample(const phone& who, std::string_view what, std::string_view screen) {
    if (result_.samples.size() >= settings_.samples) return;
    result_.samples.push_back(
        fmt::format("{} at step {} of {}: {}", what, who.next_step + 1, msisdn_of(known_.number(who.row)), screen));
}

void player::finish_hop(phone& who, connection& over, moment at, bool go_on) {
    over.in_use_by = nullptr;
    free_.push_back(&over);
    --in_flight_;
    ++who.next_step;
    who.ready = settings_.think.count() > 0 && !open_loop_ ? at + settings_.think : at;
    if (!go_on || who.next_step == script_.size()) {
        --live_;
        ++who.sessions;
        if (go_on && measuring_) ++result_.sessions;
        who.next_step = 0;
        // Each phone has the rows of its residue class to itself: no number is in two live sessions.
        who.row += phones_.size();
        if (who.row >= known_.size()) who.row %= phones_.size();
        if (settings_.sessions_each > 0 && who.sessions >= settings_.sessions_each) {
            ++retired_;
            return;
        }
    }
    idle_.push_back(&who);
}

void player::sweep(moment at) {
    if (at - last_sweep_ < std::chrono::milliseconds{100}) return;
    last_sweep_ = at;
    for (connection& each : connections_)
        if (each.in_use_by != nullptr && at - each.sent >= settings_.timeout) failed(each, "no answer", at);
}

void player::wait(moment until) {
    epoll_event events[256];
    const nanoseconds left = std::max(nanoseconds{0}, nanoseconds{until - now()});
    const timespec time{left.count() / 1'000'000'000, left.count() % 1'000'000'000};
    const int ready = epoll_pwait2(epoll_, events, 256, &time, nullptr);
    if (ready < 0 && errno != EINTR) throw std::system_error(errno, std::generic_category(), "epoll_pwait2");
    for (int each = 0; each < ready; ++each) {
        connection& over = *static_cast<connection*>(events[each].data.ptr);
        if (over.socket < 0) continue;
        if ((events[each].events & EPOLLOUT) != 0 && over.in_use_by != nullptr) write(over);
        if (over.socket >= 0 && (events[each].events & ~static_cast<std::uint32_t>(EPOLLOUT)) != 0) read(over);
    }
}

load_result player::play() {
    const moment start = now();
    next_due_ = last_sweep_ = start;
    const moment warm = start + settings_.warm_up;
    if (settings_.sessions_each > 0) begin_window(start);
    for (;;) {
        moment at = now();
        if (!measuring_ && at >= warm) {
            begin_window(at);
            at = now();
        }
        if (measuring_ && !over_ && at >= end_) end_window(at);
        if (done(at)) break;
        if (open_loop_) schedule(at);
        dispatch(at);
        sweep(at);
        moment until = at + std::chrono::milliseconds{100};
        if (!measuring_) until = std::min(until, warm);
        if (measuring_ && !over_) until = std::min(until, end_);
        if (open_loop_ && (!measuring_ || next_due_ < end_)) until = std::min(until, next_due_);
        if (!open_loop_ && !idle_.empty() && !free_.empty() && !over_) until = std::min(until, idle_.front()->ready);
        wait(until);
    }
    if (!over_) end_window(now());
    // Open loop: what was due and never sent has failed as well.
    for (const moment due : due_)
        if (counts(due, due)) ++result_.failed;
    for (connection& each : connections_)
        if (each.in_use_by != nullptr && counts(each.in_use_by->due, now())) ++result_.failed;
    return std::move(result_);
}

}  // namespace

load_result play(const load_settings& settings, const std::vector<step>& script, const facts& known) {
    rlimit files{};
    if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur < settings.connections + 64) {
        files.rlim_cur = settings.connections + 64;
        files.rlim_max = std::max(files.rlim_max, files.rlim_cur);
        setrlimit(RLIMIT_NOFILE, &files);
    }
    return player{settings, script, known}.play();
}

}  // namespace mlango::bench
