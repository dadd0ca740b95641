// SMS in Africa's Talking form: the answer to a submission, messages and reports that come in.
#include <cstdlib>

#include "base/bytes.hpp"
#include "gsm/sms_africastalking.hpp"

namespace {

void require(bool holds) {
    if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace mlango;
    using namespace mlango::gsm;
    const std::string_view text(reinterpret_cast<const char*>(data), size);

    http_response response;
    response.status = 201;
    response.body = text;
    if (const auto result = submit_result(response)) {
        require(!result->provider_ids.empty() && !result->provider_ids.front().empty() && result->provider_ids.front().size() <= 128);
    }

    if (const auto message = read_message(text, "fuzz")) {
        require(!message->provider_id.empty() && message->provider_id.size() <= 128);
        require(message->text.size() <= 1'600 && is_utf8(message->text));
        const auto again = read_message(message_form(*message), "fuzz");
        require(again && again->text == message->text && again->from == message->from && again->to == message->to &&
                again->provider_id == message->provider_id);
    }
    if (const auto receipt = read_receipt(text, "fuzz")) {
        require(receipt->reason.size() <= 64 && is_utf8(receipt->reason));
        require(!receipt->provider_id.empty() && !name_of(receipt->state).empty());
    }

    if (is_utf8(text) && !text.contains('\0')) {
        gateway_settings settings;
        const auto request = submit_request(settings, {*msisdn::from_e164("+254700000001"), "", std::string(text)});
        const auto form = parse_form(request.body);
        require(form && form->size() == 5 && (*form)[2].second == text);
    }
    return 0;
}
