#include "sessions/redis_client.hpp"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <deque>
#include <limits>
#include <stdexcept>

#include "base/log.hpp"
#include "base/within.hpp"
#include "sessions/redis_address.hpp"
#include "sessions/redis_transport.hpp"
#include "sessions/redis_waiter.hpp"

namespace mlango::sessions {
namespace {

constexpr std::uint64_t sampled_one_of = 16;
constexpr std::size_t kept_buffer = 1 << 20;
constexpr std::chrono::milliseconds between_read_only_reconnects{1'000};

struct connection {
    connection(executor where, const redis_address& address, asio::ssl::context* tls)
        : transport(std::move(where), address, tls) {}

    redis_transport transport;
    resp_reader replies;
    std::string out;                 // commands of this turn
    std::string sending;             // what an unfinished write still reads from
    std::deque<waiter_ptr> waiting;  // in the order of the commands
    std::size_t greetings = 0;       // replies to our own AUTH, SELECT and PING still to come
    std::uint32_t began_at = 0;      // tick
    bool flush_posted = false;
    bool writing = false;
    bool served = false;  // greeted; commands may use it
    bool closed = false;
    bool read_only = false;
    std::string reason;  // why it was closed, for the log
    std::array<char, 1 << 14> in{};
};
using connection_ptr = std::shared_ptr<connection>;

std::uint32_t ticks_in(std::chrono::milliseconds time, std::chrono::milliseconds tick) {
    return static_cast<std::uint32_t>(std::max<std::int64_t>(1, (time + tick - std::chrono::milliseconds(1)) / tick));
}

}  // namespace

// Timers: one tick serves every time-out, so a command costs no timer and no reading of the clock. A time-out is
// therefore late by up to two ticks.
struct redis_client::state : std::enable_shared_from_this<redis_client::state> {
    state(asio::io_context& context, redis_settings given, const clock& time_source, random_source& randomness,
          metrics& numbers)
        : where(context.get_executor()),
          settings(std::move(given)),
          time(time_source),
          random(randomness),
          seconds(numbers.time("redis_command_seconds", "Time from a command to its reply (one of 16 is measured).")),
          connected(numbers.level("redis_connected", "Connections to Redis that are up.")),
          unavailable(failures(numbers, "unavailable")),
          busy(failures(numbers, "busy")),
          timed_out(failures(numbers, "timed_out")),
          refused(failures(numbers, "refused")),
          protocol(failures(numbers, "protocol")),
          ticker(where),
          pause(where) {
        if (const auto faults = faults_of(settings); !faults.empty()) throw std::invalid_argument(faults.front());
        address = *parse_redis_url(settings.url);
        tick_length =
            std::clamp(settings.command_timeout / 16, std::chrono::milliseconds(5), std::chrono::milliseconds(100));
        command_ticks = ticks_in(settings.command_timeout, tick_length);
        connect_ticks = ticks_in(settings.connect_timeout, tick_length);
        read_only_ticks = ticks_in(between_read_only_reconnects, tick_length);
        if (address.transport == redis_address::kind::tls) prepare_tls();
    }

    static counter& failures(metrics& numbers, std::string_view kind) {
        return numbers.count("redis_failures_total", "Redis commands that failed, by kind.", {{"kind", kind}});
    }

    void prepare_tls() {
        tls.emplace(asio::ssl::context::tls_client);
        tls->set_options(asio::ssl::context::no_tlsv1 | asio::ssl::context::no_tlsv1_1);
        tls->set_verify_mode(asio::ssl::verify_peer);
        boost::system::error_code error;
        if (settings.authorities_file.empty()) {
            tls->set_default_verify_paths(error);
        } else {
            tls->load_verify_file(settings.authorities_file, error);
        }
        if (!error && !settings.certificate_file.empty()) {
            tls->use_certificate_chain_file(settings.certificate_file, error);
            if (!error) tls->use_private_key_file(settings.key_file, asio::ssl::context::pem, error);
        }
        if (error) throw std::invalid_argument("redis: a TLS certificate, key or authorities file can not be used");
    }

    // ---- commands

    waiter_ptr enqueue(std::initializer_list<std::string_view> words) {
        waiter_ptr place(new waiter);
        if (!live || !live->served) {
            unavailable.add();
            place->result.emplace(std::unexpected(redis_failure::unavailable));
            return place;
        }
        if (live->waiting.size() >= settings.waiting_limit) {
            busy.add();
            place->result.emplace(std::unexpected(redis_failure::busy));
            return place;
        }
        append_command(live->out, words);
        place->asked_at = tick;
        if (issued++ % sampled_one_of == 0) place->sampled_from = time.steady();
        live->waiting.push_back(place);
        flush_soon(live);
        return place;
    }

    void flush_soon(const connection_ptr& link) {
        if (link->flush_posted || link->writing) return;
        link->flush_posted = true;
        asio::post(where, [self = shared_from_this(), link] {
            link->flush_posted = false;
            self->flush(link);
        });
    }

    void flush(const connection_ptr& link) {
        if (link->closed || link->writing || link->out.empty()) return;
        boost::system::error_code error;
        const auto written = link->transport.write_now(link->out, error);
        if (error) return drop(link, redis_failure::unavailable, "write failed");
        if (written == link->out.size()) {
            release(link->out);
            return;
        }
        link->writing = true;
        std::swap(link->out, link->sending);
        link->transport.write_all(std::string_view(link->sending).substr(written),
                                  [self = shared_from_this(), link](boost::system::error_code failed) {
                                      link->writing = false;
                                      release(link->sending);
                                      if (failed) return self->drop(link, redis_failure::unavailable, "write failed");
                                      self->flush(link);
                                  });
    }

    static void release(std::string& buffer) {
        buffer.clear();
        if (buffer.capacity() > kept_buffer) buffer.shrink_to_fit();
    }

    // ---- replies

    // Hands out the replies in `data`; false when the connection must go (it is dropped already).
    bool take(const connection_ptr& link, std::string_view data) {
        link->replies.feed(data);
        for (redis_reply reply; !link->closed;) {
            switch (link->replies.next(reply)) {
                case resp_reader::outcome::incomplete:
                    if (link->read_only && tick - read_only_at >= read_only_ticks) {
                        // After a fail-over the name may lead to the new primary, but this connection never will.
                        read_only_at = tick;
                        drop(link, redis_failure::unavailable, "read-only");
                        return false;
                    }
                    return true;
                case resp_reader::outcome::broken:
                    protocol.add();
                    drop(link, redis_failure::unavailable, "protocol error");
                    return false;
                case resp_reader::outcome::reply:
                    break;
            }
            if (const auto* refusal = std::get_if<redis_refusal>(&reply)) note(*link, refusal->text);
            if (link->greetings > 0) {
                greeted(link, reply);
            } else if (link->waiting.empty()) {
                protocol.add();
                drop(link, redis_failure::unavailable, "reply without a command");
            } else {
                deliver(link, std::move(reply));
            }
        }
        return false;
    }

    void note(connection& link, std::string_view refusal) {
        if (refusal.starts_with("NOSCRIPT")) return;
        refused.add();
        if (refusal.starts_with("READONLY")) link.read_only = true;
    }

    // Resumes the caller inside this call: cheaper than a post, and it can only queue further commands.
    void deliver(const connection_ptr& link, redis_reply&& reply) {
        const auto place = std::move(link->waiting.front());
        link->waiting.pop_front();
        if (place->sampled_from != std::chrono::steady_clock::time_point{}) {
            seconds.observe(time.steady() - place->sampled_from);
        }
        if (place->caller) {
            auto caller = std::move(*place->caller);
            place->caller.reset();
            caller(command_result(std::move(reply)));
        } else if (place->use_count() > 1) {
            place->result.emplace(std::move(reply));
        }
    }

    // ---- the life of a connection

    void greet(const connection_ptr& link) {
        const auto say = [&](std::initializer_list<std::string_view> words) {
            append_command(link->out, words);
            ++link->greetings;
        };
        if (!settings.password.empty() && settings.username.empty()) say({"AUTH", settings.password});
        if (!settings.username.empty()) say({"AUTH", settings.username, settings.password});
        if (address.database != 0) say({"SELECT", std::to_string(address.database)});
        say({"PING"});  // refused while the data set is being loaded
        flush(link);
    }

    void greeted(const connection_ptr& link, const redis_reply& reply) {
        if (const auto* refusal = std::get_if<redis_refusal>(&reply)) {
            // The first word is Redis' error class; the rest may repeat what we sent.
            drop(link, redis_failure::unavailable,
                 refusal->text.substr(0, std::min<std::size_t>(refusal->text.find(' '), 20)));
            return;
        }
        if (--link->greetings > 0) return;
        link->served = true;
        connected.add(1);
        if (failed_attempts > 0) log_info("redis_connected", {{"failed_attempts", failed_attempts}});
        failed_attempts = 0;
    }

    // Callers are resumed from the loop, not from here: drop() is called from everywhere.
    void drop(const connection_ptr& link, redis_failure why, std::string_view reason) {
        if (link->closed) return;
        link->closed = true;
        link->reason = reason;
        link->transport.close();
        if (link->served) connected.add(-1);
        if (live == link) live.reset();
        auto leaving = std::move(link->waiting);
        link->waiting.clear();
        for (const auto& place : leaving) {
            (why == redis_failure::timed_out ? timed_out : unavailable).add();
            if (place->caller) {
                resume_later(where, std::move(*place->caller), std::unexpected(why));
                place->caller.reset();
            } else {
                place->result.emplace(std::unexpected(why));
            }
        }
    }

    void start_ticking() {
        ticker.expires_after(tick_length);
        ticker.async_wait([self = shared_from_this()](boost::system::error_code error) {
            if (error || self->stopped) return;
            ++self->tick;
            self->check_times();
            self->start_ticking();
        });
    }

    void check_times() {
        const auto link = live;
        if (!link) return;
        if (!link->served) {
            if (tick - link->began_at > connect_ticks) drop(link, redis_failure::timed_out, "connect timed out");
        } else if (!link->waiting.empty() && tick - link->waiting.front()->asked_at > command_ticks) {
            drop(link, redis_failure::timed_out, "command timed out");
        }
    }

    // Connects once and reads until the connection ends.
    static task<void> use_once(std::shared_ptr<state> self, connection_ptr link) {
        if (const auto error = co_await link->transport.connect(); error || link->closed) {
            self->drop(link, redis_failure::unavailable, error ? error.message() : std::string("closed"));
            co_return;
        }
        self->greet(link);
        while (!link->closed) {
            const auto [error, length] = co_await link->transport.read_some(link->in);
            if (error) {
                self->drop(link, redis_failure::unavailable, error.message());
            } else {
                self->take(link, {link->in.data(), length});
            }
        }
    }

    static task<void> keep_connected(std::shared_ptr<state> self) {
        auto backoff = self->settings.first_backoff;
        self->start_ticking();
        while (!self->stopped) {
            const auto link =
                std::make_shared<connection>(self->where, self->address, self->tls ? &*self->tls : nullptr);
            link->began_at = self->tick;
            self->live = link;
            try {
                co_await use_once(self, link);
            } catch (const std::exception&) {
                self->drop(link, redis_failure::unavailable, "failed");
            }
            const auto cancelled = co_await asio::this_coro::cancellation_state;
            if (cancelled.cancelled() != asio::cancellation_type::none) self->stop();
            if (self->stopped) break;
            if (link->served) backoff = self->settings.first_backoff;
            if (self->failed_attempts++ == 0) log_warning("redis_unavailable", {{"reason", link->reason}});
            co_await self->rest(backoff);
            backoff = std::min(backoff * 2, self->settings.longest_backoff);
        }
    }

    // Between half of `longest` and all of it, so that the threads of all nodes do not come back at once.
    task<void> rest(std::chrono::milliseconds longest) {
        const auto half = std::max<std::int64_t>(1, longest.count() / 2);
        pause.expires_after(std::chrono::milliseconds(half + static_cast<std::int64_t>(random.below(half + 1))));
        co_await pause.async_wait(asio::as_tuple(use_task));
    }

    void stop() {
        if (stopped) return;
        stopped = true;
        ticker.cancel();
        pause.cancel();
        if (const auto link = live) drop(link, redis_failure::unavailable, "stopped");
    }

    executor where;
    redis_settings settings;
    redis_address address;
    const clock& time;
    random_source& random;
    latency& seconds;
    gauge& connected;
    counter& unavailable;
    counter& busy;
    counter& timed_out;
    counter& refused;
    counter& protocol;
    std::optional<asio::ssl::context> tls;
    coarse_timer ticker;
    coarse_timer pause;
    std::chrono::milliseconds tick_length{};
    std::uint32_t command_ticks = 0;
    std::uint32_t connect_ticks = 0;
    std::uint32_t read_only_ticks = 0;
    std::uint32_t tick = 0;
    std::uint32_t read_only_at = std::numeric_limits<std::uint32_t>::max() / 2;  // long ago
    std::uint64_t issued = 0;
    std::uint64_t failed_attempts = 0;
    connection_ptr live;  // the connection in use or in the making
    bool stopped = false;
};

redis_client::redis_client(asio::io_context& context, redis_settings settings, const clock& time, random_source& random,
                           metrics& numbers)
    : state_(std::make_shared<state>(context, std::move(settings), time, random, numbers)) {}

redis_client::~redis_client() {
    stop();
}

task<void> redis_client::run() {
    return state::keep_connected(state_);
}

void redis_client::stop() {
    state_->stop();
}

bool redis_client::connected() const {
    return state_->live && state_->live->served;
}

task<std::expected<redis_reply, redis_failure>> redis_client::command(std::initializer_list<std::string_view> words) {
    return asio::async_initiate<const asio::use_awaitable_t<executor>, void(command_result)>(
        park{state_->where, state_->enqueue(words), &state_->timed_out}, use_task);
}

}  // namespace mlango::sessions
