// The SMS dialects from both sides: the first byte chooses the dialect, the rest is an answer to a submission or a
// query, a body, a query, a header, a submission, and a text.
#include <cstdlib>

#include "base/bytes.hpp"
#include "gsm/gateway.hpp"

namespace {

using namespace mlango;
using namespace mlango::gsm;

void require(bool holds) {
    if (!holds) std::abort();
}

const std::vector<std::unique_ptr<sms_dialect>>& dialects() {
    static const auto all = [] {
        std::vector<std::unique_ptr<sms_dialect>> made;
        for (const std::string_view name : sms_dialect_names()) made.push_back(make_sms_dialect(name));
        return made;
    }();
    return all;
}

void check(const sms_receipt& receipt) {
    require(receipt.reason.size() <= 64 && is_utf8(receipt.reason));
    require(!receipt.provider_id.empty() && receipt.provider_id.size() <= 128 && is_utf8(receipt.provider_id));
    require(!name_of(receipt.state).empty());
}

void check_fault(const dialect_fault& fault) {
    require(!fault.message.empty() && is_utf8(fault.message) && fault.status >= 400);
}

void check_doors(const sms_dialect& dialect, const http_request& request) {
    if (const auto batch = dialect.read_messages(request, "fuzz")) {
        require(batch->values.size() + batch->unreadable <= 500);
        for (const sms_in& message : batch->values) {
            require(!message.provider_id.empty() && message.provider_id.size() <= 128);
            require(message.text.size() <= 1'600 && is_utf8(message.text) && !message.text.contains('\0'));
            require(!message.to.empty() && message.to.size() <= 32 && is_utf8(message.to));
            const auto again = dialect.read_messages(dialect.message_request(message, "/sms/fuzz/in?key=k"), "fuzz");
            require(again && again->values.size() == 1);
            const sms_in& back = again->values.front();
            require(back.text == message.text && back.from == message.from && back.to == message.to &&
                    back.provider_id == message.provider_id);
        }
    } else {
        check_fault(batch.error());
    }
    if (const auto batch = dialect.read_receipts(request, "fuzz")) {
        for (const sms_receipt& receipt : batch->values) check(receipt);
    } else {
        check_fault(batch.error());
    }
    require(!dialect.signs() || !dialect.is_signed(request, "https://m.example" + request.target,
                                                   std::vector<std::string>{"a token nobody knows"}));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const sms_dialect& dialect = *dialects()[data[0] % dialects().size()];
    const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
    const sms_account account{.gateway = "fuzz",
                              .url = "https://p.example/sms/2/text/advanced",
                              .username = "u",
                              .api_key = "k",
                              .sender = "384",
                              .receipts = "https://m.example/sms/fuzz/receipt?key=k",
                              .route = {}};
    sms_out message{.to = *msisdn::from_e164("+254700000001"), .sender = "", .text = "x", .reference = 77};

    http_response response;
    response.body = text;
    for (const unsigned status : {200u, 201u, 202u, 400u, 403u, 503u}) {
        response.status = status;
        if (const auto result = dialect.submit_result(message, response)) {
            require(!result->provider_ids.empty() && !result->provider_ids.front().empty() &&
                    result->provider_ids.front().size() <= 128);
        } else {
            require(result.error().reason.size() <= 64);
        }
    }
    response.status = 200;
    if (const auto receipt = dialect.query_result(account, message, "", response)) check(*receipt);

    http_request request;
    request.method = "POST";
    request.target = "/sms/fuzz/in?key=k&id=1&ref=77&state=1";
    request.headers = {{"Content-Type", "text/plain; charset=" + text.substr(0, 16)},
                       {"X-Kannel-From", "254700000001"},
                       {"X-Kannel-To", "384"},
                       {"X-Twilio-Signature", text.substr(0, 32)},
                       {"Authorization", "Basic " + text}};
    request.body = text;
    check_doors(dialect, request);
    request.headers[0].value = "text/plain; charset=UTF-16BE";
    check_doors(dialect, request);
    (void)dialect.read_submission(request);
    request.headers[0].value = "application/x-www-form-urlencoded";
    (void)dialect.read_submission(request);
    request.headers[1].value = text;
    request.headers[2].value = text;
    check_doors(dialect, request);
    request.method = "GET";
    request.target = "/sms/fuzz/in?" + text;
    request.body.clear();
    check_doors(dialect, request);

    // What we send arrives as it was written.
    if (is_utf8(text) && !text.contains('\0') && !text.empty() && text.size() <= 1'600) {
        message.text = text;
        const auto sent = dialect.submit_request(account, message);
        http_request arrived;
        arrived.method = sent.method;
        arrived.target = "/";
        arrived.headers = sent.headers;
        arrived.body = sent.body;
        const auto read = dialect.read_submission(arrived);
        require(read && read->text == text && read->to.size() == 1);
    }
    return 0;
}
