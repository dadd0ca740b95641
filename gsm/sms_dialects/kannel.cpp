// Kannel's smsbox (gateway 1.4): we POST the bare text to sendsms with X-Kannel headers; her messages come from an
// sms-service's post-url in the same form or from a get-url; receipts come as GETs of the dlr-url that each submission
// names. Kannel gives no id: our reference in the dlr-url is the id, so there is no other way to a receipt.
//
// Nobody's number and no text stands in an address: sendsms' GET interface is not used, and the dlr-url asks for the
// state only. %A would be the SMSC's whole receipt, which begins with the text of the message.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/bytes.hpp"
#include "base/http/text.hpp"
#include "gsm/sms_dialects/sms_fields.hpp"
#include "gsm/utf8.hpp"

namespace mlango::gsm {
namespace {

constexpr std::int64_t longest_validity = 7 * 24 * 60;  // minutes; SMSCs keep no message longer

struct answer_row {
    unsigned status;
    std::string_view beginning;
    submit_refusal means;
    std::string_view word;
};

// sendsms answers in words. What its configuration forbids is the operator's to mend, and may go then.
constexpr std::array<answer_row, 8> answers{{
    {503, "Temporal failure", submit_refusal::busy, "temporal-failure"},
    {403, "Authorization failed", submit_refusal::temporary, "authorization-failed"},
    {403, "Not routable", submit_refusal::permanent, "not-routable"},
    {400, "Number(s) has/have been denied", submit_refusal::permanent, "denied"},
    {400, "Sender missing", submit_refusal::temporary, "sender-missing"},
    {400, "Unsupported content-type", submit_refusal::temporary, "content-type"},
    {400, "Invalid content-type", submit_refusal::temporary, "content-type"},
    {400, "", submit_refusal::permanent, "rejected"},
}};

struct receipt_row {
    std::string_view type;  // %d
    receipt_state state;
};

// Of one message 8 may come after 1: they are fetched side by side. 2 also stands for a message that expired.
constexpr std::array<receipt_row, 5> receipts{{
    {"1", receipt_state::delivered},
    {"2", receipt_state::failed},
    {"4", receipt_state::buffered},
    {"8", receipt_state::accepted},
    {"16", receipt_state::rejected},
}};

// What charset says of a body: its text in UTF-8, or nullopt.
std::optional<std::string> utf8_of(std::string_view body, std::string_view charset) {
    if (charset.empty() || equal_ignoring_case(charset, "utf-8") || equal_ignoring_case(charset, "us-ascii")) {
        if (!is_utf8(body)) return std::nullopt;
        return std::string(body);
    }
    std::string text;
    if (equal_ignoring_case(charset, "iso-8859-1")) {
        for (const char c : body) append_utf8(text, static_cast<unsigned char>(c));
        return text;
    }
    if (!equal_ignoring_case(charset, "utf-16be") || body.size() % 2 != 0) return std::nullopt;
    const auto unit = [&](std::size_t at) {
        return static_cast<char32_t>(static_cast<unsigned char>(body[at]) << 8 |
                                     static_cast<unsigned char>(body[at + 1]));
    };
    for (std::size_t at = 0; at < body.size(); at += 2) {
        char32_t point = unit(at);
        if (point >= 0xD800 && point < 0xE000) {
            const char32_t low = point < 0xDC00 && at + 4 <= body.size() ? unit(at + 2) : 0;
            const bool pair = low >= 0xDC00 && low < 0xE000;
            if (pair) point = 0x10000 + ((point - 0xD800) << 10) + (low - 0xDC00);
            if (pair) at += 2;
        }
        append_utf8(text, point);
    }
    return text;
}

std::string_view charset_of(std::string_view content_type) {
    const std::size_t at = content_type.find("charset=");
    if (at == std::string_view::npos) return {};
    std::string_view charset = content_type.substr(at + 8);
    if (charset.starts_with('"')) {
        charset.remove_prefix(1);
        return charset.substr(0, charset.find('"'));
    }
    return charset.substr(0, charset.find_first_of("; "));
}

constexpr std::string_view text_what = "a text in UTF-8: mo-recode = true in the smsbox group does it";

// The get-url that docs/gateways/kannel.md names.
std::expected<sms_in, dialect_fault> message_by_get(const http_request& request, std::string_view gateway) {
    std::string id;
    std::string from;
    std::string to;
    std::string text;
    std::string charset;
    std::array<form_field, 5> wanted{
        form_field{"id", &id, message_id_limit, true, "Kannel's id of the message, id=%I"},
        form_field{"from", &from, msisdn_text_limit, true, "the sender's number, from=%p"},
        form_field{"to", &to, short_code_limit, true, "the short code, to=%P"},
        form_field{"text", &text, sms_read_limit, false, text_what},
        form_field{"charset", &charset, 32, false, "the text's character set, charset=%C"}};
    if (auto done = read_form(request.query(), wanted); !done) return std::unexpected(std::move(done.error()));
    if (!charset.empty() && !equal_ignoring_case(charset, "utf-8")) {
        return std::unexpected(dialect_fault{400, fmt::format("charset is not UTF-8. Send {}.", text_what)});
    }
    return message_of(gateway, std::move(id), from, std::move(to), std::move(text), "from");
}

std::expected<sms_in, dialect_fault> message_by_post(const http_request& request, std::string_view gateway) {
    std::string id;
    std::array<form_field, 1> wanted{
        form_field{"id", &id, message_id_limit, true, "Kannel's id of the message, &id=%I in the post-url"}};
    if (auto done = read_form(request.query(), wanted); !done) return std::unexpected(std::move(done.error()));
    const std::string_view from = request.header("x-kannel-from");
    if (from.empty()) {
        return std::unexpected(
            dialect_fault{400, "X-Kannel-From is missing. Set send-sender = true in the sms-service group."});
    }
    if (from.size() > msisdn_text_limit) return std::unexpected(not_a_msisdn("X-Kannel-From"));
    const std::string_view to = request.header("x-kannel-to");
    if (to.empty() || to.size() > short_code_limit || !is_utf8(to)) {
        return std::unexpected(dialect_fault{400, "X-Kannel-To is not a short code of 1 to 32 bytes."});
    }
    auto text = media_type_of(request) == "text/plain" && request.body.size() <= sms_read_limit
                    ? utf8_of(request.body, charset_of(request.header("content-type")))
                    : std::nullopt;
    if (!text || text->contains('\0')) {
        return std::unexpected(dialect_fault{400, fmt::format("The body is no text. Send {}.", text_what)});
    }
    return message_of(gateway, std::move(id), from, std::string(to), std::move(*text), "X-Kannel-From");
}

http_response told(unsigned status, std::string_view words) {
    http_response response;
    response.status = status;
    response.content_type = "text/html";
    response.body = words;
    return response;
}

class kannel_sms final : public sms_dialect {
public:
    [[nodiscard]] std::string_view name() const override { return "kannel"; }
    [[nodiscard]] bool needs_receipts_address() const override { return true; }
    [[nodiscard]] outgoing submit_request(const sms_account& account, const sms_out& message) const override;
    [[nodiscard]] std::expected<sms_accepted, submit_failure> submit_result(const sms_out& message,
                                                                            const answer& got) const override;
    [[nodiscard]] bool reads(std::string_view method) const override { return method == "POST" || method == "GET"; }
    [[nodiscard]] reading<sms_in> read_messages(const http_request& request, std::string_view gateway) const override;
    [[nodiscard]] reading<sms_receipt> read_receipts(const http_request& request,
                                                     std::string_view gateway) const override;
    [[nodiscard]] http_request message_request(const sms_in& message, std::string_view target) const override;
    [[nodiscard]] http_request receipt_request(const sms_receipt& receipt, std::string_view target) const override;
    [[nodiscard]] std::string_view submission_path() const override { return "/cgi-bin/sendsms"; }
    [[nodiscard]] std::expected<played_submission, http_response> read_submission(
        const http_request& request) const override;
    [[nodiscard]] http_response write_submitted(const played_submission& submission,
                                                std::span<const played_recipient> recipients) const override;
    [[nodiscard]] http_response write_unknown_account() const override {
        return told(403, "Authorization failed for sendsms");
    }
};

sms_dialect::outgoing kannel_sms::submit_request(const sms_account& account, const sms_out& message) const {
    outgoing request;
    request.method = "POST";
    request.url = account.url;
    const bool gsm7 = measure(message.text).needs == alphabet::gsm7;
    request.headers = {{"Content-Type", "text/plain; charset=UTF-8"},
                       {"X-Kannel-Username", account.username},
                       {"X-Kannel-Password", account.api_key},
                       {"X-Kannel-To", message.to.e164()},
                       // In coding 0 what GSM-7 lacks would be sent as question marks.
                       {"X-Kannel-Coding", gsm7 ? "0" : "2"}};
    const std::string& sender = sender_of(account, message);
    if (!sender.empty()) request.headers.push_back({"X-Kannel-From", sender});
    if (!account.route.empty()) request.headers.push_back({"X-Kannel-SMSC", account.route});
    if (const auto minutes = minutes_of(message, longest_validity)) {
        request.headers.push_back({"X-Kannel-Validity", std::to_string(*minutes)});
    }
    if (message.urgent) request.headers.push_back({"X-Kannel-Priority", "3"});
    if (message.reference != 0 && !account.receipts.empty()) {
        request.headers.push_back({"X-Kannel-DLR-Mask", "31"});
        request.headers.push_back({"X-Kannel-DLR-Url", receipts_with_reference(account, message) + "&state=%d"});
    }
    request.body = message.text;
    return request;
}

std::expected<sms_accepted, submit_failure> kannel_sms::submit_result(const sms_out& message, const answer& got) const {
    if (!got) return refused(refusal_of(got.error()));
    const std::string_view words = got->body;
    const unsigned status = got->status;
    if (status == 200 || status == 202) {
        // "0: Accepted for delivery", "3: Queued for later delivery"
        if (words.starts_with("0:") || words.starts_with("3:")) {
            return sms_accepted{{std::to_string(message.reference)}};
        }
        return refused(submit_refusal::unknown);
    }
    for (const answer_row& row : answers) {
        if (status == row.status && words.starts_with(row.beginning)) return refused(row.means, row.word);
    }
    const std::string word = fmt::format("HTTP-{}", status);
    if (status >= 400 && status < 500 && status != 408) return refused(submit_refusal::temporary, word);
    return refused(submit_refusal::unknown, word);
}

sms_dialect::reading<sms_in> kannel_sms::read_messages(const http_request& request, std::string_view gateway) const {
    auto message = request.method == "GET" ? message_by_get(request, gateway) : message_by_post(request, gateway);
    if (!message) return std::unexpected(std::move(message.error()));
    return sms_batch<sms_in>{.values = {std::move(*message)}};
}

sms_dialect::reading<sms_receipt> kannel_sms::read_receipts(const http_request& request,
                                                            std::string_view gateway) const {
    std::string reference;
    std::string type;
    std::array<form_field, 2> wanted{form_field{"ref", &reference, 20, true, "our reference, as the dlr-url has it"},
                                     form_field{"state", &type, 8, true, "the type of the report, state=%d"}};
    if (auto done = read_form(request.query(), wanted); !done) return std::unexpected(std::move(done.error()));
    const std::uint64_t number = reference_in(reference);
    if (number == 0)
        return std::unexpected(dialect_fault{400, "ref is no reference of ours. Send the dlr-url as it is."});
    const auto row = std::ranges::find(receipts, type, &receipt_row::type);
    const bool known = row != receipts.end();
    return sms_batch<sms_receipt>{.values = {{.gateway = std::string(gateway),
                                              .provider_id = std::to_string(number),
                                              .to = std::nullopt,
                                              .state = known ? row->state : receipt_state::unknown,
                                              .reason = known ? "" : "dlr-" + type,
                                              .reference = number}}};
}

http_request kannel_sms::message_request(const sms_in& message, std::string_view target) const {
    http_request request;
    request.method = "POST";
    request.target = target;
    std::string id;
    append_to_form(id, "id", message.provider_id);
    request.target += (target.contains('?') ? "&" : "?") + id;
    request.headers = {{"Content-Type", "text/plain; charset=\"UTF-8\""},
                       {"User-Agent", "Kannel/1.4.5"},
                       {"X-Kannel-From", message.from.digits()},
                       {"X-Kannel-To", message.to},
                       {"X-Kannel-Coding", "0"}};
    request.body = message.text;
    return request;
}

http_request kannel_sms::receipt_request(const sms_receipt& receipt, std::string_view target) const {
    // 32 is none of the types that Kannel names; it stands for a state that none of them says.
    const auto row = std::ranges::find(
        receipts, receipt.state == receipt_state::expired ? receipt_state::failed : receipt.state, &receipt_row::state);
    const std::string type(row == receipts.end() ? "32" : row->type);
    http_request request;
    request.method = "GET";
    request.target = target;
    request.headers = {{"User-Agent", "Kannel/1.4.5"}};
    if (const std::size_t at = request.target.find("%d"); at != std::string::npos) {
        request.target.replace(at, 2, type);
    } else {
        request.target += fmt::format("{}ref={}&state={}", target.contains('?') ? '&' : '?', receipt.reference, type);
    }
    return request;
}

std::expected<played_submission, http_response> kannel_sms::read_submission(const http_request& request) const {
    if (media_type_of(request) != "text/plain") return std::unexpected(told(400, "Invalid content-type"));
    played_submission submission;
    submission.username = request.header("x-kannel-username");
    submission.api_key = request.header("x-kannel-password");
    submission.from = request.header("x-kannel-from");
    submission.receipts = request.header("x-kannel-dlr-url");
    if (request.header("x-kannel-to").empty()) return std::unexpected(told(400, "Missing receiver number, rejected"));
    if (submission.from.empty()) return std::unexpected(told(400, "Sender missing and no global set, rejected"));
    submission.to.emplace_back(request.header("x-kannel-to"));
    auto text = request.body.size() <= sms_read_limit
                    ? utf8_of(request.body, charset_of(request.header("content-type")))
                    : std::nullopt;
    if (!text) return std::unexpected(told(400, "Charset or body misformed, rejected"));
    submission.text = std::move(*text);
    return submission;
}

http_response kannel_sms::write_submitted(const played_submission&,
                                          std::span<const played_recipient> recipients) const {
    const bool sent = std::ranges::any_of(recipients, [](const auto& one) { return one.message_id.has_value(); });
    return sent ? told(202, "0: Accepted for delivery") : told(403, "Not routable. Do not try again.");
}

}  // namespace

std::unique_ptr<sms_dialect> make_kannel_sms_dialect() {
    return std::make_unique<kannel_sms>();
}

}  // namespace mlango::gsm
