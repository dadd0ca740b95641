#include "gsm/gsup/subscribers.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/write.hpp>

#include "base/within.hpp"
#include "gsm/gsup/control.hpp"
#include "gsm/gsup/ipa.hpp"

namespace mlango::gsm::gsup {
namespace {

using tcp = asio::ip::tcp;
using plain_socket = asio::basic_stream_socket<tcp, executor>;

constexpr std::size_t kept_limit = 10'000;
constexpr std::uint32_t question_id = 1;

counter& outcomes(metrics& numbers, const std::string& gateway, std::string_view outcome) {
    return numbers.count("gsup_lookups_total", "Questions to an HLR who a subscriber is",
                         {{"gateway", gateway}, {"outcome", outcome}});
}

struct answered {
    bool is_error = false;
    std::string value;
};

// nullopt: no connection, or no answer of the form.
task<std::optional<answered>> exchange(tcp::endpoint where, std::string question) {
    plain_socket socket(co_await asio::this_coro::executor);
    boost::system::error_code error;
    co_await socket.async_connect(where, asio::redirect_error(use_task, error));
    if (error) co_return std::nullopt;
    co_await asio::async_write(socket, asio::buffer(question), asio::redirect_error(use_task, error));
    std::string read;
    std::array<char, 2'048> chunk{};
    while (!error) {
        const auto n = co_await socket.async_read_some(asio::buffer(chunk), asio::redirect_error(use_task, error));
        read.append(chunk.data(), n);
        std::string_view left = read;
        for (;;) {
            const auto frame = take_frame(left);
            if (!frame) co_return std::nullopt;
            if (!*frame) break;
            const auto payload = payload_of(**frame, extension::control);
            if (!payload) continue;
            if (const auto reply = read_reply(*payload); reply && reply->id == question_id)
                co_return answered{.is_error = reply->is_error, .value = std::string(reply->value)};
        }
        read.erase(0, read.size() - left.size());
    }
    co_return std::nullopt;
}

}  // namespace

subscribers::subscribers(const hlr_settings& settings, metrics& numbers, const clock& time)
    : settings_(settings),
      time_(time),
      seconds_(
          numbers.time("gsup_lookup_seconds", "Time from such a question to its answer", {{"gateway", settings.name}})),
      found_(outcomes(numbers, settings.name, "found")),
      unknown_(outcomes(numbers, settings.name, "unknown")),
      no_number_(outcomes(numbers, settings.name, "no_number")),
      unavailable_(outcomes(numbers, settings.name, "unavailable")) {}

task<std::expected<msisdn, lookup_failure>> subscribers::number_of(std::string imsi, deadline until) {
    if (const auto at = kept_.find(imsi); at != kept_.end() && time_.steady() < at->second.until)
        co_return at->second.number;
    const auto digits = co_await ask(subscriber_by_imsi(imsi), "msisdn", until);
    if (!digits) co_return std::unexpected(digits.error());
    const auto number = msisdn::from_e164(settings_.number_prefix + *digits);
    if (!number) {
        no_number_.add();
        co_return std::unexpected(lookup_failure::no_number);
    }
    found_.add();
    keep(imsi, *number);
    co_return *number;
}

task<std::expected<std::string, lookup_failure>> subscribers::imsi_of(msisdn number, deadline until) {
    std::string digits = number.digits();
    if (!digits.starts_with(settings_.number_prefix)) co_return std::unexpected(lookup_failure::unknown);
    digits.erase(0, settings_.number_prefix.size());
    auto imsi = co_await ask(subscriber_by_number(digits), "imsi", until);
    if (imsi) found_.add();
    co_return imsi;
}

// One line of what the HLR says of a subscriber.
task<std::expected<std::string, lookup_failure>> subscribers::ask(std::string variable, std::string line,
                                                                  deadline until) {
    const std::string& address = settings_.control_address.empty() ? settings_.address : settings_.control_address;
    const tcp::endpoint where(asio::ip::make_address(address), settings_.control_port);
    const auto begun = time_.steady();
    const auto answer = co_await within(until, exchange(where, write_get(question_id, variable)));
    if (!answer || !*answer) {
        unavailable_.add();
        co_return std::unexpected(lookup_failure::unavailable);
    }
    seconds_.observe(time_.steady() - begun);
    if ((*answer)->is_error) {
        unknown_.add();
        co_return std::unexpected(lookup_failure::unknown);
    }
    std::string value(info_line((*answer)->value, line));
    if (value.empty()) {
        no_number_.add();
        co_return std::unexpected(lookup_failure::no_number);
    }
    co_return value;
}

void subscribers::keep(const std::string& imsi, msisdn number) {
    if (settings_.numbers_kept <= std::chrono::seconds(0)) return;
    const auto now = time_.steady();
    while (!order_.empty()) {
        const auto oldest = kept_.find(order_.front());
        if (oldest != kept_.end() && now < oldest->second.until && kept_.size() < kept_limit) break;
        if (oldest != kept_.end()) kept_.erase(oldest);
        order_.pop_front();
    }
    if (kept_.insert_or_assign(imsi, kept{number, now + settings_.numbers_kept}).second) order_.push_back(imsi);
}

}  // namespace mlango::gsm::gsup
