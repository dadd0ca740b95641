#include "simulator/terminal_phone.hpp"

#include <fmt/format.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <array>
#include <exception>
#include <istream>
#include <memory>
#include <ostream>

#include "base/bytes.hpp"
#include "simulator/phone_line.hpp"
#include "simulator/screen_box.hpp"

namespace mlango::simulator {
namespace {

class terminal {
public:
    terminal(std::istream& in, std::ostream& out, bool draws) : in_(in), out_(out), draws_(draws) {}

    void show(const phone_answer& answer, gsm::screen_size screen, std::string_view title) {
        if (draws_) {
            for (const std::string& line : draw_box(answer.reply.text, screen, title)) {
                out_ << (answer.size.units > answer.limit ? "\033[31m" : "\033[36m") << line << "\033[0m\n";
            }
        } else {
            for (const std::string& line : wrap(answer.reply.text, std::string::npos)) out_ << "< " << line << '\n';
        }
        out_.flush();
    }

    // False at the end of the input.
    bool ask(std::string& typed) {
        if (draws_) out_ << "> " << std::flush;
        if (!std::getline(in_, typed)) {
            if (draws_) out_ << '\n';
            return false;
        }
        if (typed.ends_with('\r')) typed.pop_back();
        return true;
    }

    void echo(std::string_view typed) {
        if (!draws_) out_ << "> " << typed << '\n' << std::flush;
    }
    void remark(std::string_view words) {
        if (draws_) out_ << "\033[2m" << words << "\033[0m\n" << std::flush;
    }

private:
    std::istream& in_;
    std::ostream& out_;
    bool draws_;
};

std::string fresh_session(random_source& random) {
    std::array<std::byte, 16> raw{};
    random.fill(raw);
    return fmt::format("dial-{}", to_hex(raw));
}

}  // namespace

phone_transport make_http_transport() {
    struct connection {
        asio::io_context context{1};
        http_client client{context, http_client_settings{.connections_per_origin = 1}};
    };
    return [held = std::make_shared<connection>()](http_client::outgoing request, std::chrono::milliseconds patience) {
        std::expected<http_response, http_failure> result = std::unexpected(http_failure::not_sent);
        std::exception_ptr failure;
        bool done = false;
        held->context.restart();
        asio::co_spawn(
            held->context,
            [&]() -> task<void> {
                result = co_await held->client.send(std::move(request), std::chrono::steady_clock::now() + patience);
            },
            [&](std::exception_ptr thrown) {
                failure = thrown;
                done = true;
            });
        // The client may keep a timer of its own, so run() need not return when the exchange is over.
        while (!done && held->context.run_one() != 0) {
        }
        if (failure) std::rethrow_exception(failure);
        return result;
    };
}

int run_terminal_phone(const terminal_phone_settings& settings, std::istream& in, std::ostream& out,
                       std::ostream& faults, const phone_transport& transport, const clock& time,
                       random_source& random) {
    const auto from = gsm::msisdn::from_e164(settings.from);
    if (!from) {
        faults << "This is no phone number in international form: send one like +254711000001.\n";
        return 1;
    }
    const phone_line line(settings.gateway, settings.service_code, settings.network);
    const gsm::gateway_profile& profile = line.profile();
    const std::string session = fresh_session(random);
    const std::string title = fmt::format("{} by {}", settings.service_code, line.name());
    terminal screen(in, out, settings.draws);
    std::vector<std::string> inputs;

    const auto exchange = [&](gsm::ussd_event event) {
        return line.understand(
            transport(outgoing_to(settings.base_url, line.request_for(session, *from, inputs, event)),
                      profile.deadline),
            event);
    };
    const auto hang_up = [&](gsm::ussd_event event) {
        if (line.tells(event)) (void)exchange(event);
    };

    const deadline start = time.steady();
    screen.echo(settings.service_code);
    phone_answer answer = exchange(gsm::ussd_event::begin);
    while (true) {
        if (answer.fault) {
            faults << *answer.fault << '\n';
            return 1;
        }
        screen.show(answer, profile.screen, title);
        if (answer.reply.ends) {
            screen.remark("The conversation has ended.");
            return 0;
        }
        const deadline shown = time.steady();
        std::string typed;
        bool kept = screen.ask(typed);
        while (kept && gsm::characters_of(typed) > profile.input_limit) {
            faults << fmt::format("A phone sends at most {} characters here.\n", profile.input_limit);
            kept = screen.ask(typed);
        }
        const deadline now = time.steady();
        if (now - shown > profile.idle_time || now - start > profile.session_time) {
            faults << fmt::format("The network ended the session: {} s without an answer, {} s in all.\n",
                                  profile.idle_time.count(), profile.session_time.count());
            hang_up(gsm::ussd_event::timeout);
            return 1;
        }
        if (!kept || typed.empty() || typed == "q") {
            screen.remark("You hung up.");
            hang_up(gsm::ussd_event::abort);
            return 0;
        }
        screen.echo(typed);
        inputs.push_back(std::move(typed));
        answer = exchange(gsm::ussd_event::answer);
    }
}

}  // namespace mlango::simulator
