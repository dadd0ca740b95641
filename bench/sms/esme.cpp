// mlango_esme: the server's own SMPP account (gsm/smpp/client) with messages from memory and a sink that counts, so
// that what it costs can be measured without a database. Prints its figures as JSON.
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <boost/asio/detached.hpp>
#include <cstdio>

#include "base/clock.hpp"
#include "base/metrics.hpp"
#include "base/random.hpp"
#include "base/task_group.hpp"
#include "gsm/smpp/client.hpp"

namespace {

using namespace mlango;
using namespace std::chrono_literals;

struct counting_sink final : gsm::sms_sink {
    std::uint64_t receipts = 0, messages = 0, fragments = 0;
    task<void> on_message(gsm::sms_in) override {
        ++messages;
        co_return;
    }
    task<void> on_fragment(gsm::sms_fragment) override {
        ++fragments;
        co_return;
    }
    task<void> on_receipt(gsm::sms_receipt) override {
        ++receipts;
        co_return;
    }
};

struct run_of {
    std::uint64_t messages = 1'000'000;
    std::string text = "Your assistance is ready. Bring your card to the desk on Monday.";
    std::uint64_t next = 0, accepted = 0, busy = 0, refused = 0, unknown = 0, parts = 0;
    std::vector<float> milliseconds;
};

task<void> submit_some(gsm::smpp::client& esme, run_of& run) {
    while (run.next < run.messages) {
        const std::uint64_t number = run.next++;
        const auto to = gsm::msisdn::from_e164(std::to_string(254'700'000'000 + number));
        const gsm::sms_out message{.to = *to, .sender = {}, .text = run.text, .reference = number + 1};
        for (;;) {
            const auto begin = std::chrono::steady_clock::now();
            const auto done = co_await esme.submit(message, begin + 30s);
            if (done) {
                ++run.accepted;
                run.parts += done->provider_ids.size();
                run.milliseconds.push_back(
                    std::chrono::duration<float, std::milli>(std::chrono::steady_clock::now() - begin).count());
                break;
            }
            if (done.error() == gsm::submit_refusal::busy) {
                ++run.busy;
                coarse_timer pause(co_await asio::this_coro::executor, 1ms);
                co_await pause.async_wait(use_task);
                continue;
            }
            ++(done.error() == gsm::submit_refusal::unknown ? run.unknown : run.refused);
            break;
        }
    }
}

double cpu_seconds() {
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    return static_cast<double>(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
           static_cast<double>(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

float at(std::vector<float>& sorted, double share) {
    return sorted.empty() ? 0 : sorted[static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1))];
}

task<void> measure(gsm::smpp::client& esme, counting_sink& sink, run_of& run, bool receipts, std::size_t senders) {
    auto here = co_await asio::this_coro::executor;
    coarse_timer pause(here);
    const auto wait = [&](std::chrono::milliseconds time) {
        pause.expires_after(time);
        return pause.async_wait(use_task);
    };
    while (!esme.ready()) co_await wait(5ms);
    const double cpu = cpu_seconds();
    const auto begin = std::chrono::steady_clock::now();
    task_group group(here);
    for (std::size_t i = 0; i < senders; ++i) group.spawn("submits", submit_some(esme, run));
    while (group.size() > 0 || (receipts && sink.receipts < run.parts)) co_await wait(1ms);
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    const double used = cpu_seconds() - cpu;
    std::ranges::sort(run.milliseconds);
    const auto count = [](std::uint64_t n) { return static_cast<unsigned long long>(n); };
    std::printf(
        "{\"messages\":%llu,\"parts\":%llu,\"accepted\":%llu,\"busy\":%llu,\"refused\":%llu,\"unknown\":%llu,"
        "\"receipts\":%llu,"
        "\"inbound\":%llu,\"seconds\":%.6f,\"cpu_us\":%.4f,\"p50_ms\":%.4f,\"p99_ms\":%.4f,\"p999_ms\":%.4f,\"max_ms\":"
        "%.4f}\n",
        count(run.messages), count(run.parts), count(run.accepted), count(run.busy), count(run.refused),
        count(run.unknown), count(sink.receipts), count(sink.messages + sink.fragments), seconds,
        used * 1e6 / static_cast<double>(run.messages), static_cast<double>(at(run.milliseconds, 0.5)),
        static_cast<double>(at(run.milliseconds, 0.99)), static_cast<double>(at(run.milliseconds, 0.999)),
        static_cast<double>(at(run.milliseconds, 1)));
    std::fflush(stdout);
    co_await group.close(std::chrono::steady_clock::now());
}

}  // namespace

int main(int count, char** words) {
    gsm::smpp::account_settings account;
    account.name = "bench";
    account.host = "127.0.0.1";
    account.system_id = "mlango";
    account.source = "MLANGO";
    account.receipts = false;
    account.starting_rate = 1e6;
    run_of run;
    std::size_t senders = 0;
    std::int64_t response_timeout = account.response_timeout.count();
    CLI::App app{"The server's own SMPP account with messages from memory."};
    app.add_option("--host", account.host);
    app.add_option("--port", account.port)->required();
    app.add_option("--messages", run.messages);
    app.add_option("--window", account.window);
    app.add_option("--binds", account.binds);
    app.add_option("--senders", senders, "messages under way; 0: as many as the windows hold");
    app.add_option("--text", run.text);
    app.add_option("--starting-rate", account.starting_rate, "submissions a second before anything is known");
    app.add_option("--response-timeout", response_timeout, "ms");
    app.add_flag("--receipts", account.receipts, "asks for receipts, and waits for them");
    app.add_flag("--tls", account.tls);
    app.add_option("--ca-file", account.ca_file);
    CLI11_PARSE(app, count, words);
    account.response_timeout = std::chrono::milliseconds(response_timeout);
    account.first_backoff = 20ms;
    account.longest_backoff = 200ms;
    if (const auto faults = gsm::smpp::faults_of(account); !faults.empty()) {
        for (const auto& fault : faults) std::fprintf(stderr, "%s\n", fault.c_str());
        return 2;
    }
    try {
        asio::io_context context(1);
        const system_clock time;
        system_random random;
        metrics numbers;
        counting_sink sink;
        run.milliseconds.reserve(run.messages);
        gsm::smpp::client esme(context, account, sink, time, random, numbers);
        if (senders == 0) senders = esme.window();
        asio::co_spawn(context, esme.run(), asio::detached);
        asio::co_spawn(
            context,
            [&]() -> task<void> {
                co_await measure(esme, sink, run, account.receipts, senders);
                co_await esme.close(time.steady() + 5s);
                context.stop();
            },
            [](const std::exception_ptr& failure) {
                if (failure) std::rethrow_exception(failure);
            });
        context.run();
    } catch (const std::exception& fault) {
        std::fprintf(stderr, "mlango_esme: %s\n", fault.what());
        return 1;
    }
    return run.refused + run.unknown == 0 ? 0 : 3;
}
