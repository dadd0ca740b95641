// `mlango person …`: what staff do for one person at a desk, and who needs them. Codes are printed for who typed the
// command and are nowhere else.
#include <fmt/format.h>

#include <cstdio>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "commands/command_parts.hpp"
#include "registry/pin_codes.hpp"

namespace mlango::commands {

namespace {

// 482 913 706
std::string spaced(const std::string& code) {
    return code.substr(0, 3) + " " + code.substr(3, 3) + " " + code.substr(6);
}

template <class Issue>
int issue(const command_options& options, Issue what) {
    const auto settings = configuration(options);
    if (!settings) return 1;
    try {
        system_random random;
        blinder blind(settings->keys.blind);
        const registry::code_issuer by{
            .conninfo = settings->postgres.conninfo, .blind = blind, .random = random, .now = system_clock().now()};
        if (what(by)) return 0;
        fmt::print(stderr, "nobody is registered with that number\n");
        return 1;
    } catch (const std::exception& fault) {
        return failed(fault);
    }
}

}  // namespace

int run_person_pin_code(const command_options& options) {
    return issue(options, [&](const registry::code_issuer& by) {
        const auto code = registry::issue_staff_code(by, options.number);
        if (code)
            fmt::print("{}\ngood for {} hours, once, five tries\n", spaced(*code), registry::staff_code_lasts.count());
        return code.has_value();
    });
}

int run_person_recovery_codes(const command_options& options) {
    return issue(options, [&](const registry::code_issuer& by) {
        const auto codes = registry::issue_paper_codes(by, options.number);
        if (codes)
            for (const auto& code : *codes) fmt::print("{}\n", spaced(code));
        return codes.has_value();
    });
}

int run_person_locked(const command_options& options) {
    const auto conninfo = database(options);
    if (!conninfo) return 1;
    try {
        const auto found = registry::locked_people(*conninfo, system_clock().now(), 10'000);
        fmt::print("number\tname\tplace\tlocked\n");
        for (const auto& one : found)
            fmt::print("{}\t{}\t{}\t{}\n", one.number, one.name, one.place,
                       one.for_good ? "until helped" : "for hours");
        return 0;
    } catch (const std::exception& fault) {
        return failed(fault);
    }
}

}  // namespace mlango::commands
