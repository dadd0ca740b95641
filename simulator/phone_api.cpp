#include "simulator/phone_api.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <algorithm>
#include <boost/json.hpp>
#include <cmath>

namespace mlango::simulator {
namespace {

namespace json = boost::json;

constexpr std::size_t session_limit = 64;       // characters
constexpr std::size_t inputs_limit = 64;        // key presses of a session
constexpr std::size_t input_bytes_limit = 640;  // 160 characters of any script
constexpr std::size_t inputs_bytes_limit = 2'000;
constexpr std::size_t name_limit = 64;
constexpr std::size_t text_limit = 1'600;  // bytes

json::string_view view(std::string_view text) {
    return {text.data(), text.size()};
}
std::string_view view(const json::string& text) {
    return {text.data(), text.size()};
}

std::expected<json::object, std::string> read_object(std::string_view body) {
    json::error_code error;
    json::parse_options options;
    options.max_depth = 4;
    json::value document = json::parse(view(body), error, {}, options);
    if (error || !document.is_object()) return std::unexpected("Send one JSON object.");
    return std::move(document.get_object());
}

std::expected<std::string, std::string> read_text(const json::object& object, std::string_view name, std::size_t limit,
                                                  bool may_be_empty = false) {
    const json::value* value = object.if_contains(view(name));
    if (value == nullptr || !value->is_string()) return std::unexpected(fmt::format("{} must be a string.", name));
    const std::string_view text = view(value->get_string());
    if ((text.empty() && !may_be_empty) || text.size() > limit) {
        return std::unexpected(fmt::format("{} must have 1 to {} bytes.", name, limit));
    }
    if (text.find('\0') != std::string_view::npos) return std::unexpected(fmt::format("{} holds a NUL.", name));
    return std::string(text);
}

std::expected<gsm::msisdn, std::string> read_number(const json::object& object) {
    auto text = read_text(object, "from", 20);
    if (!text) return std::unexpected(std::move(text.error()));
    const auto number = gsm::msisdn::from_e164(*text);
    if (!number) return std::unexpected("from must be a number in international form, like +254711000001.");
    return *number;
}

std::optional<gsm::ussd_event> event_named(std::string_view name) {
    if (name == "begin") return gsm::ussd_event::begin;
    if (name == "answer") return gsm::ussd_event::answer;
    if (name == "abort") return gsm::ussd_event::abort;
    if (name == "timeout") return gsm::ussd_event::timeout;
    return std::nullopt;
}

std::expected<std::vector<std::string>, std::string> read_inputs(const json::object& object) {
    const json::value* value = object.if_contains("inputs");
    if (value == nullptr || !value->is_array()) return std::unexpected("inputs must be an array of strings.");
    const json::array& items = value->get_array();
    if (items.size() > inputs_limit) {
        return std::unexpected(fmt::format("inputs must have at most {} items.", inputs_limit));
    }
    std::vector<std::string> inputs;
    inputs.reserve(items.size());
    std::size_t bytes = 0;
    for (const json::value& item : items) {
        if (!item.is_string() || item.get_string().size() > input_bytes_limit) {
            return std::unexpected(fmt::format("inputs must hold strings of at most {} bytes.", input_bytes_limit));
        }
        bytes += item.get_string().size() + 1;
        inputs.emplace_back(view(item.get_string()));
    }
    if (bytes > inputs_bytes_limit) {
        return std::unexpected(fmt::format("inputs must have at most {} bytes together.", inputs_bytes_limit));
    }
    return inputs;
}

bool is_session(std::string_view text) {
    return std::ranges::all_of(text, [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
    });
}

std::string_view alphabet_name(gsm::alphabet alphabet) {
    return alphabet == gsm::alphabet::gsm7 ? "gsm7" : "ucs2";
}

json::object headers_json(const std::vector<http_header>& headers) {
    json::object all;
    for (const http_header& header : headers) all[view(header.name)] = view(header.value);
    return all;
}

// How many messages a text is sent as: 160 septets or 70 units in one, 153 or 67 in each of several (3GPP TS 23.040
// §9.2.3.24.1).
std::size_t segments_of(gsm::text_size size) {
    const bool gsm7 = size.needs == gsm::alphabet::gsm7;
    if (size.units <= (gsm7 ? 160U : 70U)) return 1;
    const std::size_t each = gsm7 ? 153 : 67;
    return (size.units + each - 1) / each;
}

}  // namespace

std::expected<hop_order, std::string> read_hop_order(std::string_view body) {
    auto object = read_object(body);
    if (!object) return std::unexpected(std::move(object.error()));
    auto gateway = read_text(*object, "gateway", name_limit);
    if (!gateway) return std::unexpected(std::move(gateway.error()));
    auto session = read_text(*object, "session", session_limit);
    if (!session) return std::unexpected(std::move(session.error()));
    if (!is_session(*session)) return std::unexpected("session must be made of letters, digits and '-'.");
    auto from = read_number(*object);
    if (!from) return std::unexpected(std::move(from.error()));
    auto inputs = read_inputs(*object);
    if (!inputs) return std::unexpected(std::move(inputs.error()));
    auto event_name = read_text(*object, "event", 16);
    const auto event = event_name ? event_named(*event_name) : std::nullopt;
    if (!event) return std::unexpected("event must be begin, answer, abort or timeout.");
    if (*event == gsm::ussd_event::begin && !inputs->empty()) return std::unexpected("A begin has no inputs.");
    if (*event == gsm::ussd_event::answer && inputs->empty()) return std::unexpected("An answer has inputs.");
    return hop_order{std::move(*gateway), std::move(*session), *from, std::move(*inputs), *event};
}

std::expected<sms_order, std::string> read_sms_order(std::string_view body) {
    auto object = read_object(body);
    if (!object) return std::unexpected(std::move(object.error()));
    auto gateway = read_text(*object, "gateway", name_limit);
    if (!gateway) return std::unexpected(std::move(gateway.error()));
    auto from = read_number(*object);
    if (!from) return std::unexpected(std::move(from.error()));
    auto text = read_text(*object, "text", text_limit);
    if (!text) return std::unexpected(std::move(text.error()));
    return sms_order{std::move(*gateway), *from, std::move(*text)};
}

std::string setup_json(std::span<const phone_line* const> lines, std::span<const registry::demo_person> people) {
    json::array gateways;
    for (const phone_line* line : lines) {
        const gsm::gateway_profile& profile = line->profile();
        gateways.push_back({{"name", view(line->name())},
                            {"dialect", view(line->dialect())},
                            {"service_code", view(line->service_code())},
                            {"screen", {{"septets", profile.screen.septets}, {"ucs2", profile.screen.ucs2_units}}},
                            {"input_limit", profile.input_limit},
                            {"deadline_milliseconds", profile.deadline.count()},
                            {"idle_seconds", profile.idle_time.count()},
                            {"session_seconds", profile.session_time.count()},
                            {"has_hash_key", profile.has_hash_key},
                            {"ussd", line->has_ussd()},
                            {"tells_ends", line->has_ussd() && line->tells(gsm::ussd_event::abort)},
                            {"takes_sms", line->sms() != nullptr},
                            {"sends_sms", line->sends_sms()}});
    }
    json::array persons;
    for (const registry::demo_person& person : people) {
        persons.push_back({{"msisdn", view(person.msisdn)},
                           {"pin", view(person.pin)},
                           {"language", view(person.language)},
                           {"situation", view(person.situation)}});
    }
    return json::serialize(json::object{{"gateways", std::move(gateways)}, {"people", std::move(persons)}});
}

std::string hop_json(const phone_answer& answer, const wire_exchange& exchange) {
    json::object request{{"method", view(exchange.request.method)},
                         {"target", view(exchange.request.target)},
                         {"headers", headers_json(exchange.request.headers)},
                         {"body", view(exchange.request.body)}};
    json::object wire{{"request", std::move(request)}};
    if (exchange.response) {
        json::object headers = headers_json(exchange.response->headers);
        if (!headers.contains("Content-Type")) headers["Content-Type"] = view(exchange.response->content_type);
        // JSON holds text only; bytes that are none are told by the fault.
        const std::string_view body = is_utf8(exchange.response->body) ? std::string_view(exchange.response->body)
                                                                       : std::string_view("(not UTF-8)");
        wire["response"] = {
            {"status", exchange.response->status}, {"headers", std::move(headers)}, {"body", view(body)}};
    }
    json::object all{{"text", view(answer.reply.text)},
                     {"ends", answer.reply.ends},
                     {"alphabet", view(alphabet_name(answer.size.needs))},
                     {"units", answer.size.units},
                     {"limit", answer.limit},
                     {"milliseconds", std::round(static_cast<double>(exchange.took.count()) / 10) / 100},
                     {"exchange", std::move(wire)}};
    if (answer.fault) all["fault"] = view(*answer.fault);
    return json::serialize(all);
}

std::string sms_event(const phone_message& message) {
    const gsm::text_size size = gsm::measure(message.text);
    const json::object data{
        {"id", view(message.id)},
        {"from", view(message.from)},
        {"text", view(message.text)},
        {"at", view(fmt::format("{:%Y-%m-%dT%H:%M:%S}Z", std::chrono::floor<std::chrono::seconds>(message.at)))},
        {"alphabet", view(alphabet_name(size.needs))},
        {"units", size.units},
        {"segments", segments_of(size)}};
    return fmt::format("id: {}\nevent: sms\ndata: {}\n\n", message.sequence, json::serialize(data));
}

http_response problem(unsigned status, std::string_view title, std::string_view detail) {
    http_response response;
    response.status = status;
    response.content_type = "application/problem+json";
    response.body = json::serialize(
        json::object{{"type", "about:blank"}, {"title", view(title)}, {"status", status}, {"detail", view(detail)}});
    response.headers.push_back({"Cache-Control", "no-store"});
    return response;
}

}  // namespace mlango::simulator
