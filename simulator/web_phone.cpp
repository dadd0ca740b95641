#include "simulator/web_phone.hpp"

#include <fmt/format.h>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>

#include "base/bytes.hpp"
#include "base/log.hpp"
#include "simulator/embedded_files.hpp"
#include "simulator/phone_api.hpp"

namespace mlango::simulator {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t messages_shown = 20;
constexpr auto heartbeat = 15s;         // tells proxies and us that the page is still there
constexpr auto longest_stream = 30min;  // the page connects again by itself
constexpr auto sms_patience = 10s;
constexpr int report_attempts = 3;
constexpr std::size_t text_limit = 8'000;  // bytes of an SMS; ours have at most ten segments

constexpr std::string_view page_policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

http_response json_answer(std::string body) {
    http_response response;
    response.content_type = "application/json";
    response.body = std::move(body);
    response.headers.push_back({"Cache-Control", "no-store"});
    return response;
}

// A page of another site can not send this type without being asked first (Fetch §3.2), so it can not dial for its
// visitor.
bool is_json(const http_request& request) {
    return request.header("content-type").starts_with("application/json");
}

http_response not_json() {
    return problem(415, "Unsupported Media Type", "Send application/json.");
}

http_response cached(const http_request& request, std::string_view etag, std::string_view control,
                     std::string_view content_type, std::string_view content) {
    http_response response;
    response.headers = {{"ETag", std::string(etag)},
                        {"Cache-Control", std::string(control)},
                        {"X-Content-Type-Options", "nosniff"},
                        {"Referrer-Policy", "no-referrer"}};
    response.content_type = content_type;
    if (request.header("if-none-match") == etag) {
        response.status = 304;
        return response;
    }
    response.body = content;
    return response;
}

const embedded_file* file_named(std::string_view name) {
    for (const embedded_file& file : page_files()) {
        if (file.name == name) return &file;
    }
    return nullptr;
}

}  // namespace

web_phone::web_phone(executor where, web_phone_settings settings, phone_inbox& inbox, http_client& client,
                     const clock& time, random_source& random)
    : where_(where),
      settings_(std::move(settings)),
      inbox_(inbox),
      client_(client),
      time_(time),
      random_(random),
      page_(with_version(file_named("phone.html")->content, page_version())),
      page_etag_(fmt::format("\"{}\"", page_version())),
      reports_(where) {
    std::vector<const phone_line*> all;
    for (const gsm::gateway_settings& gateway : settings_.gateways) {
        lines_.push_back(std::make_unique<phone_line>(gateway, settings_.service_code, settings_.network));
        all.push_back(lines_.back().get());
    }
    setup_ = setup_json(all, registry::demo_people());
}

web_phone::~web_phone() = default;

void web_phone::answer_at(std::string base_url) {
    settings_.base_url = std::move(base_url);
}

std::vector<http_route> web_phone::routes() {
    std::vector<http_route> all;
    all.push_back({"GET", "/phone", [this](http_request& request) -> task<http_response> {
                       http_response response =
                           cached(request, page_etag_, "no-cache", "text/html; charset=utf-8", page_);
                       response.headers.push_back({"Content-Security-Policy", std::string(page_policy)});
                       co_return response;
                   }});
    // The version in the address changes with the files, so they never need to be asked for again.
    all.push_back({"GET", "/phone/assets/{version}/{file}", [this](http_request& request) -> task<http_response> {
                       const embedded_file* file = file_named(path_segment(request.path(), 3));
                       if (path_segment(request.path(), 2) != page_version() || file == nullptr) {
                           co_return problem(404, "Not Found", "There is no such file; load /phone again.");
                       }
                       co_return cached(request, page_etag_, "public, max-age=31536000, immutable", file->content_type,
                                        file->content);
                   }});
    all.push_back(
        {"GET", "/phone/api/setup", [this](http_request&) -> task<http_response> { co_return json_answer(setup_); }});
    all.push_back({"POST", "/phone/api/hop", [this](http_request& request) { return hop(request); }});
    all.push_back({"POST", "/phone/api/sms", [this](http_request& request) { return send_sms(request); }});
    all.push_back({"GET", "/phone/api/inbox",
                   [this](http_request& request) -> task<http_response> { co_return follow_inbox(request); }});
    for (const std::string_view name : gsm::sms_dialect_names()) {
        const std::shared_ptr<const gsm::sms_dialect> provider = gsm::make_sms_dialect(name);
        all.push_back({"POST", fmt::format("/simulator/{}{}", name, provider->submission_path()),
                       [this, provider](http_request& request) { return take_sms(request, provider); }});
    }
    return all;
}

task<void> web_phone::close(deadline patience) {
    inbox_.close();
    co_await reports_.close(patience);
}

task<http_response> web_phone::hop(http_request& request) {
    if (!is_json(request)) co_return not_json();
    auto order = read_hop_order(request.body);
    if (!order) co_return problem(400, "Bad Request", order.error());
    const phone_line* line = line_named(order->gateway);
    if (line == nullptr) co_return problem(404, "Not Found", "There is no such gateway.");
    if (!line->has_ussd()) co_return problem(409, "Conflict", "This gateway carries SMS only.");
    if (!line->tells(order->event)) {
        co_return problem(409, "Conflict", "This kind of gateway does not tell the end of a session.");
    }

    wire_exchange exchange;
    exchange.request =
        line->request_for(std::move(order->session), order->from, std::move(order->inputs), order->event);
    const deadline start = time_.steady();
    auto answer =
        co_await client_.send(outgoing_to(settings_.base_url, exchange.request), start + line->profile().deadline);
    exchange.took = std::chrono::duration_cast<std::chrono::microseconds>(time_.steady() - start);
    exchange.request.target = line->without_secret(std::move(exchange.request.target));
    const phone_answer understood = line->understand(answer, order->event);
    if (answer) exchange.response = std::move(*answer);
    co_return json_answer(hop_json(understood, exchange));
}

task<http_response> web_phone::send_sms(http_request& request) {
    if (!is_json(request)) co_return not_json();
    auto order = read_sms_order(request.body);
    if (!order) co_return problem(400, "Bad Request", order.error());
    const phone_line* line = line_named(order->gateway);
    if (line == nullptr) co_return problem(404, "Not Found", "There is no such gateway.");

    if (line->sms() == nullptr) co_return problem(409, "Conflict", "This gateway carries no SMS.");
    auto answer =
        co_await client_.send(outgoing_to(settings_.base_url, line->message_request({.gateway = line->name(),
                                                                                     .provider_id = fresh_id("SIM-"),
                                                                                     .from = order->from,
                                                                                     .to = settings_.short_code,
                                                                                     .text = std::move(order->text)})),
                              time_.steady() + sms_patience);
    if (!answer) co_return problem(502, "Bad Gateway", "The server did not take the message.");
    if (answer->status >= 300) {
        co_return problem(502, "Bad Gateway",
                          fmt::format("The server refused the message with status {}.", answer->status));
    }
    co_return json_answer(R"({"taken":true})");
}

// The account names the gateway whose reports it wants; of several with one account, the sender decides.
const gsm::gateway_settings* web_phone::owner_of(const gsm::played_submission& submission,
                                                 const gsm::sms_dialect& provider) const {
    const gsm::gateway_settings* owner = nullptr;
    for (const gsm::gateway_settings& gateway : settings_.gateways) {
        if (gateway.sms_url.empty() || gsm::sms_dialect_of(gateway) != provider.name() ||
            (provider.needs_username() && gateway.sms_username != submission.username) ||
            !equal_in_constant_time(gateway.sms_api_key, submission.api_key)) {
            continue;
        }
        const bool asks = !submission.receipts.empty() && !gateway.sms_callback.empty() &&
                          submission.receipts.starts_with(gateway.sms_callback + gsm::sms_door(gateway, "receipt"));
        if (asks) return &gateway;
        if (owner == nullptr || gateway.sms_sender == submission.from) owner = &gateway;
    }
    return owner;
}

task<http_response> web_phone::take_sms(http_request& request, std::shared_ptr<const gsm::sms_dialect> provider) {
    auto submission = provider->read_submission(request);
    if (!submission) co_return std::move(submission.error());
    const gsm::gateway_settings* owner = owner_of(*submission, *provider);
    if (owner == nullptr) co_return provider->write_unknown_account();
    if (submission->text.size() > text_limit) co_return problem(413, "Content Too Large", "The text is too long.");

    const phone_line& line = *line_named(owner->name);
    std::vector<gsm::played_recipient> recipients;
    for (const std::string& to : submission->to) {
        const auto number = gsm::msisdn::from_e164(to);
        if (!number) {
            recipients.push_back({to, std::nullopt});
            continue;
        }
        // The sender's own id serves one receiver only.
        const bool own = !submission->id.empty() && submission->to.size() == 1;
        std::string id = own ? submission->id : fresh_id(provider->name() == "twilio" ? "SM" : "ATXid_");
        inbox_.store(
            {.id = id, .from = submission->from, .to = number->e164(), .text = submission->text, .at = time_.now()});
        auto receipt = line.receipt_request({.gateway = owner->name,
                                             .provider_id = id,
                                             .to = number,
                                             .state = gsm::receipt_state::delivered,
                                             .reason = {}},
                                            submission->receipts);
        if (receipt) reports_.spawn("sms_report", report(std::move(*receipt)));
        recipients.push_back({number->e164(), std::move(id)});
    }
    co_return provider->write_submitted(*submission, recipients);
}

task<void> web_phone::report(http_request request) {
    coarse_timer timer(where_);
    for (int attempt = 1; attempt <= report_attempts; ++attempt) {
        timer.expires_after(settings_.report_delay * attempt);
        co_await timer.async_wait(use_task);
        const auto answer =
            co_await client_.send(outgoing_to(settings_.base_url, request), time_.steady() + sms_patience);
        if (answer && answer->status < 300) co_return;
    }
    log_warning("simulator_report_not_taken");
}

http_response web_phone::follow_inbox(const http_request& request) {
    const auto text = query_field(request.query(), "number");
    const auto number = text ? gsm::msisdn::from_e164(*text) : std::nullopt;
    if (!number) return problem(400, "Bad Request", "number must be in international form, like %2B254711000001.");
    http_response response;
    response.content_type = "text/event-stream";
    response.headers = {{"Cache-Control", "no-store"}, {"X-Accel-Buffering", "no"}};
    response.stream = [this, number](http_stream& out) { return stream_inbox(out, number->e164()); };
    return response;
}

task<void> web_phone::stream_inbox(http_stream& out, std::string number) {
    auto timer = std::make_shared<coarse_timer>(where_);
    auto woken = std::make_shared<bool>(false);
    // Runs under the inbox's lock on any thread: it only posts to ours.
    const auto listening = inbox_.listen(number, [where = where_, timer, woken] {
        asio::post(where, [timer, woken] {
            *woken = true;
            timer->cancel();
        });
    });
    if (!listening) co_return;

    if (!co_await out.write("retry: 2000\n\n")) co_return;
    const deadline end = time_.steady() + longest_stream;
    std::uint64_t seen = 0;
    while (!inbox_.closed() && time_.steady() < end) {
        *woken = false;
        for (const phone_message& message : inbox_.latest(number, seen, messages_shown)) {
            seen = message.sequence;
            if (!co_await out.write(sms_event(message))) co_return;
        }
        // What came while we wrote has set `woken`.
        if (*woken) continue;
        timer->expires_after(heartbeat);
        boost::system::error_code ended;
        co_await timer->async_wait(asio::redirect_error(use_task, ended));
        if (!*woken && !co_await out.write(": still here\n\n")) co_return;
    }
}

const phone_line* web_phone::line_named(std::string_view name) const {
    for (const auto& line : lines_) {
        if (line->name() == name) return line.get();
    }
    return nullptr;
}

std::string web_phone::fresh_id(std::string_view prefix) {
    std::array<std::byte, 16> raw{};
    random_.fill(raw);
    return fmt::format("{}{}", prefix, to_hex(raw));
}

}  // namespace mlango::simulator
