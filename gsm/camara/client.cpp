#include "gsm/camara/client.hpp"

#include <algorithm>
#include <array>

#include "base/bytes.hpp"

namespace mlango::gsm::camara {

namespace {

// A token that would end on the way is not used any more.
constexpr std::chrono::seconds token_margin{30};
// Operators whose law lets them look back less far: thirty days, ten days (the API's default), three.
constexpr std::array shorter_hours{720, 240, 72};

std::string_view name_of(reply_kind kind) {
    switch (kind) {
        case reply_kind::told:
            return "told";
        case reply_kind::out_of_range:
            return "out_of_range";
        case reply_kind::not_known:
            return "not_known";
        case reply_kind::not_allowed:
            return "not_allowed";
        case reply_kind::refused:
            return "refused";
        case reply_kind::busy:
            return "busy";
        case reply_kind::broken:
            return "broken";
    }
    return "broken";
}

}  // namespace

camara_client::camara_client(const camara_settings& settings, http_client& http, metrics& numbers, const clock& time,
                             random_source& random)
    : settings_(settings),
      http_(http),
      numbers_(numbers),
      time_(time),
      random_(random),
      seconds_(numbers.time("camara_check_seconds", "Time from a question to an operator to its answer",
                            {{"operator", settings.name}})) {}

bool camara_client::tells_about(msisdn number) const {
    const std::string digits = number.digits();
    return settings_.prefixes.empty() ||
           std::ranges::any_of(settings_.prefixes, [&](const std::string& one) { return digits.starts_with(one); });
}

answer camara_client::told(std::string_view api, std::string_view outcome, answer what) {
    numbers_
        .count("camara_checks_total", "Questions to an operator about a number",
               {{"operator", settings_.name}, {"api", api}, {"outcome", outcome}})
        .add();
    return what;
}

task<bool> camara_client::have_token(deadline until) {
    if (!token_.empty() && time_.steady() < token_until_) co_return true;
    token_.clear();
    http_client::outgoing request;
    request.method = "POST";
    request.url = settings_.token_url;
    request.headers = {{"Authorization", basic_credentials(settings_.client_id, settings_.client_secret)},
                       {"Content-Type", "application/x-www-form-urlencoded"},
                       {"Accept", "application/json"}};
    request.body = token_body(settings_.scope);
    const auto response = co_await http_.send(std::move(request), until);
    auto read = response ? read_token(response->status, response->body) : std::nullopt;
    if (!read) co_return false;
    token_ = std::move(read->value);
    token_until_ = time_.steady() + std::max(read->life - token_margin, std::chrono::seconds(1));
    co_return true;
}

task<check_reply> camara_client::ask(std::string path, std::string body, std::string_view member, deadline until) {
    until = std::min(until, time_.steady() + settings_.patience);
    // Twice: a token may have been withdrawn before its time.
    for (int round = 0; round < 2; ++round) {
        if (!co_await have_token(until)) co_return check_reply{reply_kind::not_allowed};
        std::array<std::byte, 16> correlator;
        random_.fill(correlator);
        http_client::outgoing request;
        request.method = "POST";
        request.url = settings_.api_root + path;
        request.headers = {{"Authorization", "Bearer " + token_},
                           {"Content-Type", "application/json"},
                           {"Accept", "application/json"},
                           {"x-correlator", to_hex(correlator)}};
        request.body = body;
        const auto began = time_.steady();
        const auto response = co_await http_.send(std::move(request), until);
        if (!response) co_return check_reply{reply_kind::busy};
        seconds_.observe(time_.steady() - began);
        const auto reply = read_check(response->status, response->body, member);
        if (reply.kind != reply_kind::not_allowed) co_return reply;
        token_.clear();
    }
    co_return check_reply{reply_kind::not_allowed};
}

task<answer> camara_client::sim_swapped(msisdn number, int hours, deadline until) {
    constexpr std::string_view api = "sim_swap";
    if (settings_.sim_swap_path.empty() || !tells_about(number)) co_return told(api, "not_asked", answer::unknown);
    hours = std::clamp(hours, 1, longest_hours);
    auto reply = co_await ask(settings_.sim_swap_path, sim_swap_body(number, hours), swapped_member, until);
    if (reply.kind == reply_kind::told)
        co_return told(api, reply.value ? "yes" : "no", reply.value ? answer::yes : answer::no);
    for (const int fewer : shorter_hours) {
        if (reply.kind != reply_kind::out_of_range) break;
        if (fewer >= hours) continue;
        reply = co_await ask(settings_.sim_swap_path, sim_swap_body(number, fewer), swapped_member, until);
        if (reply.kind == reply_kind::told)
            co_return told(api, reply.value ? "yes" : "too_short", reply.value ? answer::yes : answer::unknown);
    }
    co_return told(api, name_of(reply.kind), answer::unknown);
}

task<answer> camara_client::recycled(msisdn number, std::chrono::year_month_day since, deadline until) {
    constexpr std::string_view api = "number_recycling";
    if (settings_.number_recycling_path.empty() || !since.ok() || !tells_about(number))
        co_return told(api, "not_asked", answer::unknown);
    const auto reply =
        co_await ask(settings_.number_recycling_path, number_recycling_body(number, since), recycled_member, until);
    if (reply.kind == reply_kind::told)
        co_return told(api, reply.value ? "yes" : "no", reply.value ? answer::yes : answer::no);
    co_return told(api, name_of(reply.kind), answer::unknown);
}

task<number_history> camara_client::history(msisdn number, std::chrono::year_month_day since, deadline until) {
    number_history out;
    if (!since.ok()) co_return out;
    const auto passed = std::chrono::floor<std::chrono::hours>(time_.now() - std::chrono::sys_days(since));
    const auto hours = std::clamp<std::int64_t>(passed.count() + 1, 1, longest_hours);
    out.swapped = co_await sim_swapped(number, static_cast<int>(hours), until);
    out.recycled = co_await recycled(number, since, until);
    co_return out;
}

}  // namespace mlango::gsm::camara
