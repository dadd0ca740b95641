#include "gsm/smpp/incoming.hpp"

#include <algorithm>

#include "gsm/smpp/receipt_text.hpp"

namespace mlango::gsm::smpp {

namespace {

constexpr std::size_t text_limit = 1'600;     // bytes
constexpr std::size_t short_code_limit = 32;  // bytes
constexpr std::size_t reason_limit = 64;      // bytes
constexpr std::uint8_t ton_alphanumeric = 5;
constexpr std::uint8_t ton_national = 2;

std::optional<msisdn> number_of(const address& from, std::string_view region) {
    if (from.ton == ton_alphanumeric || from.digits.empty() || from.digits.size() > 20) return std::nullopt;
    const bool national = from.ton == ton_national || from.digits.starts_with('0');
    if (national && !region.empty()) {
        const auto typed = msisdn::from_typed(from.digits, region);
        return typed ? std::optional(*typed) : std::nullopt;
    }
    return msisdn::from_e164(from.digits.starts_with("00") ? from.digits.substr(2) : from.digits);
}

// Addresses are ASCII (SMPP 3.4 §5.2.9); what an SMSC writes beyond it no registry would take.
std::string printable(std::string_view digits) {
    std::string out(digits.substr(0, short_code_limit));
    std::ranges::replace_if(out, [](char c) { return c < 0x20 || c > 0x7E; }, '?');
    return out;
}

std::expected<incoming, passed_over> receipt_of(const message& content, const account_settings& settings) {
    auto said = read_receipt(content);
    if (!said || (said->id.empty() && said->reference == 0)) return std::unexpected(passed_over::not_a_message);
    sms_receipt out;
    out.gateway = settings.name;
    out.provider_id = std::move(said->id);
    // A receipt comes from her number to our address; some SMSCs leave the submission's order.
    out.to = number_of(content.source, settings.region);
    if (!out.to) out.to = number_of(content.destination, settings.region);
    out.state = receipt_state_of(said->state);
    // What comes before the last word is not final, whatever it calls itself.
    if (said->is_intermediate && is_final(out.state)) out.state = receipt_state::buffered;
    out.reason = said->reason().substr(0, reason_limit);
    out.reference = said->reference;
    return out;
}

std::optional<sar_parameters> sar_of(const tlv_view& tlvs) {
    const auto reference = tlvs.get(tlv::sar_msg_ref_num);
    const auto total = tlvs.get(tlv::sar_total_segments);
    const auto number = tlvs.get(tlv::sar_segment_seqnum);
    if (!reference || !total || !number) return std::nullopt;
    return sar_parameters{*reference, *total, *number};
}

}  // namespace

std::string_view name_of(passed_over why) {
    switch (why) {
        case passed_over::sender_is_no_number:
            return "sender";
        case passed_over::not_text:
            return "coding";
        case passed_over::not_a_message:
            return "kind";
    }
    return "kind";
}

std::expected<incoming, passed_over> read_incoming(const message& content, const account_settings& settings) {
    if (is_receipt(content)) return receipt_of(content, settings);
    if ((content.esm_class & esm::type_mask) != 0) return std::unexpected(passed_over::not_a_message);
    const auto from = number_of(content.source, settings.region);
    if (!from) return std::unexpected(passed_over::sender_is_no_number);
    const decoding_rules rules{.as_default = settings.coding.as_default, .packed = settings.coding.packed};
    auto decoded = decode_sms(content.data_coding, (content.esm_class & esm::udh) != 0, content.octets(), rules,
                              sar_of(content.tlvs));
    if (!decoded) return std::unexpected(passed_over::not_text);
    std::string to = printable(content.destination.digits);
    if (auto* text = std::get_if<std::string>(&*decoded)) {
        sms_in whole{.gateway = settings.name,
                     .provider_id = {},
                     .from = *from,
                     .to = std::move(to),
                     .text = clipped(std::move(*text), text_limit)};
        return whole;
    }
    auto& part = std::get<sms_part>(*decoded);
    sms_fragment fragment{.gateway = settings.name,
                          .from = *from,
                          .to = std::move(to),
                          .reference = part.reference,
                          .wide_reference = part.wide_reference,
                          .total = part.total,
                          .number = part.number,
                          .payload = std::move(part.payload)};
    return fragment;
}

heard_message identity_of(const message& content) {
    return {.from = content.source.digits,
            .to = content.destination.digits,
            .data_coding = content.data_coding,
            .esm_class = content.esm_class,
            .octets = content.octets(),
            .reference = content.tlvs.get(tlv::user_message_reference).value_or(0)};
}

}  // namespace mlango::gsm::smpp
