// mlango_load: the command line of the load generator, and its report.
#include <fmt/format.h>

#include <charconv>
#include <cstdio>
#include <fstream>
#include <functional>
#include <map>
#include <sstream>

#include "bench/load/engine.hpp"

namespace mlango::bench {
namespace {

constexpr std::string_view help = R"(usage: mlango_load --target URL --script FILE [option…]

Plays scripted USSD callers in the Africa's Talking dialect and checks every screen.

  --target URL          http://127.0.0.1:PORT/path?query; loopback only
  --script FILE         lines: input TAB expected [TAB CON|END]; see bench/README.md
  --facts FILE          tab-separated, with a header; column n is the number's index; other columns are placeholders
  --first N             the first number is +254700000000 + N (default 0); without --facts
  --numbers N           how many numbers (default: as many as phones); without --facts
  --phones N            callers at a time (default 64; with --rate: rate × think, at least 256)
  --connections N       keep-alive connections (default: as many as phones, at most 512)
  --seconds S           measured time (default 3)      --warm-up S   before it (default 1)
  --sessions N          instead: every phone plays N sessions
  --rate R              open loop, hops a second; latency counts from the intended time
  --constant            evenly spaced instead of Poisson
  --think MS            between a screen and the next key (default 0; with --rate 500)
  --timeout S           a hop without an answer has failed (default 10)
  --watch NAME=PID[/THREAD]   CPU of a process tree; threads whose name begins with THREAD are counted apart
  --service-code CODE   (default *384#)     --network CODE   (default 63902)
  --seed N              of the Poisson gaps
  --json                the report as JSON on standard output

Exit: 0 all right, 1 a wrong screen, 3 a failed hop, 2 misused.
)";

struct misuse {
    std::string message;
};

std::string content_of(const std::string& path) {
    std::ifstream file{path};
    if (!file) throw misuse{path + ": can not be read"};
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

double number_of(const std::string& option, const std::string& text, double least) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value < least)
        throw misuse{fmt::format("{}: {} is no number of at least {}", option, text, least)};
    return value;
}

struct command {
    load_settings settings;
    facts known;
    std::vector<step> script;
    bool json = false;
};

command read_command(int argc, char** argv) {
    std::map<std::string, std::string> given;
    command made;
    for (int at = 1; at < argc; ++at) {
        const std::string option = argv[at];
        if (option == "--json")
            made.json = true;
        else if (option == "--constant")
            made.settings.poisson = false;
        else if (at + 1 == argc)
            throw misuse{option + ": unknown, or wants a value"};
        else if (option == "--watch") {
            auto watch = parse_watched(argv[++at]);
            if (!watch) throw misuse{watch.error()};
            made.settings.watch.push_back(std::move(*watch));
        } else
            given[option] = argv[++at];
    }
    const auto take = [&](const std::string& option, std::string otherwise = {}) {
        const auto node = given.extract(option);
        return node.empty() ? std::move(otherwise) : node.mapped();
    };
    const auto number = [&](const std::string& option, double otherwise, double least) {
        const std::string text = take(option);
        return text.empty() ? otherwise : number_of(option, text, least);
    };
    const auto duration = [&](const std::string& option, double otherwise, double a_second) {
        return std::chrono::nanoseconds{static_cast<std::int64_t>(number(option, otherwise, 0) * 1e9 / a_second)};
    };
    load_settings& settings = made.settings;
    auto to = parse_target(take("--target"));
    if (!to) throw misuse{to.error()};
    settings.to = std::move(*to);
    settings.rate = number("--rate", 0, 0);
    const double think_ms = number("--think", settings.rate > 0 ? 500 : 0, 0);
    settings.think = std::chrono::nanoseconds{static_cast<std::int64_t>(think_ms * 1e6)};
    const double phones = settings.rate > 0 ? std::max(256.0, settings.rate * think_ms / 1000) : 64;
    settings.phones = static_cast<std::size_t>(number("--phones", phones, 1));
    settings.connections = static_cast<std::size_t>(
        number("--connections", static_cast<double>(std::min<std::size_t>(settings.phones, 512)), 1));
    settings.window = duration("--seconds", 3, 1);
    settings.warm_up = duration("--warm-up", 1, 1);
    settings.timeout = duration("--timeout", 10, 1);
    settings.sessions_each = static_cast<std::uint32_t>(number("--sessions", 0, 0));
    settings.seed = static_cast<std::uint64_t>(number("--seed", 1, 0));
    settings.service_code = take("--service-code", settings.service_code);
    settings.network = take("--network", settings.network);
    if (const std::string path = take("--facts"); !path.empty()) {
        auto known = facts::parse(content_of(path));
        if (!known) throw misuse{path + ": " + known.error()};
        made.known = std::move(*known);
    } else {
        const double numbers = number("--numbers", static_cast<double>(settings.phones), 1);
        made.known =
            facts::of_range(static_cast<std::int64_t>(number("--first", 0, 0)), static_cast<std::int64_t>(numbers));
    }
    if (made.known.size() < settings.phones)
        throw misuse{fmt::format("{} phones want as many numbers; there are {}", settings.phones, made.known.size())};
    const std::string path = take("--script");
    if (path.empty()) throw misuse{"--script is wanted"};
    auto script = parse_script(content_of(path), made.known);
    if (!script) throw misuse{path + ": " + script.error()};
    made.script = std::move(*script);
    if (!given.empty()) throw misuse{given.begin()->first + ": unknown"};
    return made;
}

double milliseconds(std::chrono::nanoseconds time) {
    return static_cast<double>(time.count()) / 1e6;
}

double each(std::chrono::microseconds time, std::uint64_t hops) {
    return hops == 0 ? 0 : static_cast<double>(time.count()) / static_cast<double>(hops);
}

std::string latency_json(const histogram& of) {
    return fmt::format(R"({{"count":{},"p50":{:.4f},"p90":{:.4f},"p99":{:.4f},"p999":{:.4f},"max":{:.4f}}})",
                       of.count(), milliseconds(of.quantile(0.5)), milliseconds(of.quantile(0.9)),
                       milliseconds(of.quantile(0.99)), milliseconds(of.quantile(0.999)), milliseconds(of.max()));
}

std::string usage_json(std::string_view name, const usage& spent, std::uint64_t hops) {
    return fmt::format(
        R"({{"name":"{}","cpu_us_per_hop":{:.3f},"user_us_per_hop":{:.3f},"system_us_per_hop":{:.3f},)"
        R"("apart_us_per_hop":{:.3f},"cpu_seconds":{:.3f},"apart_seconds":{:.3f},"resident_mib":{:.1f},"anonymous_mib":{:.1f}}})",
        name, each(spent.cpu(), hops), each(spent.user, hops), each(spent.system, hops), each(spent.apart, hops),
        static_cast<double>(spent.cpu().count()) / 1e6, static_cast<double>(spent.apart.count()) / 1e6,
        spent.resident_mib, spent.anonymous_mib);
}

double hops_per_second(const load_result& got) {
    return static_cast<double>(got.right) / (static_cast<double>(got.window.count()) / 1e9);
}

void print_json(const load_result& got, const load_settings& settings) {
    std::string steps;
    for (std::size_t at = 0; at < got.steps.size(); ++at)
        steps += fmt::format(R"({}{{"step":{},"right":{},"wrong":{},"failed":{},"latency_ms":{}}})", at == 0 ? "" : ",",
                             at + 1, got.steps[at].right, got.steps[at].wrong, got.steps[at].failed,
                             latency_json(got.steps[at].latency));
    std::string watched;
    for (const watched_result& each : got.watched)
        watched += (watched.empty() ? "" : ",") + usage_json(each.name, each.spent, got.right);
    fmt::print(
        R"({{"phones":{},"connections":{},"rate":{},"seconds":{:.3f},"right":{},"wrong":{},"failed":{},"sessions":{},)"
        R"("most_live":{},"reconnects":{},"hops_per_second":{:.1f},"latency_ms":{},"steps":[{}],"watched":[{}],"generator":{}}})"
        "\n",
        settings.phones, settings.connections, settings.rate, milliseconds(got.window) / 1e3, got.right, got.wrong,
        got.failed, got.sessions, got.most_live, got.reconnects, hops_per_second(got), latency_json(got.latency), steps,
        watched, usage_json("generator", got.own, got.right));
}

void print_text(const load_result& got) {
    fmt::print("{} right, {} wrong, {} failed; {} sessions, {} live at most; {:.0f} hops/s in {:.1f} s\n", got.right,
               got.wrong, got.failed, got.sessions, got.most_live, hops_per_second(got),
               milliseconds(got.window) / 1e3);
    fmt::print("latency ms: p50 {:.2f}  p90 {:.2f}  p99 {:.2f}  p99.9 {:.2f}  max {:.2f}\n",
               milliseconds(got.latency.quantile(0.5)), milliseconds(got.latency.quantile(0.9)),
               milliseconds(got.latency.quantile(0.99)), milliseconds(got.latency.quantile(0.999)),
               milliseconds(got.latency.max()));
    for (const watched_result& watched : got.watched)
        fmt::print("{:<12} {:8.1f} µs/hop   apart {:8.1f} µs/hop   {:6.1f} MiB\n", watched.name,
                   each(watched.spent.cpu(), got.right), each(watched.spent.apart, got.right),
                   watched.spent.resident_mib);
    fmt::print("{:<12} {:8.1f} µs/hop\n", "generator", each(got.own.cpu(), got.right));
}

int run(int argc, char** argv) {
    if (argc == 2 && std::string_view{argv[1]} == "--help") {
        fmt::print("{}", help);
        return 0;
    }
    const command wanted = read_command(argc, argv);
    const load_result got = play(wanted.settings, wanted.script, wanted.known);
    for (const std::string& sample : got.samples) fmt::print(stderr, "mlango_load: {}\n", sample);
    if (wanted.json)
        print_json(got, wanted.settings);
    else
        print_text(got);
    return got.wrong > 0 ? 1 : got.failed > 0 || got.right == 0 ? 3 : 0;
}

}  // namespace
}  // namespace mlango::bench

int main(int argc, char** argv) {
    try {
        return mlango::bench::run(argc, argv);
    } catch (const mlango::bench::misuse& fault) {
        fmt::print(stderr, "mlango_load: {}\n", fault.message);
    } catch (const std::exception& fault) {
        fmt::print(stderr, "mlango_load: {}\n", fault.what());
    }
    return 2;
}
