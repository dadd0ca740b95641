#include "gsm/smpp/outgoing.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace mlango::gsm::smpp {

namespace {

constexpr std::size_t longest_short_code = 8;
constexpr std::uint8_t ton_international = 1, ton_network = 3, ton_alphanumeric = 5;
constexpr std::uint8_t npi_isdn = 1;
constexpr std::size_t longest_short_message = 254;  // octets, SMPP 3.4 §5.2.21

}  // namespace

address source_address(std::string_view sender, const account_settings& settings) {
    address out;
    const bool plus = sender.starts_with('+');
    out.digits = sender.substr(plus ? 1 : 0);
    if (!std::ranges::all_of(out.digits, [](char c) { return c >= '0' && c <= '9'; })) {
        out.digits = sender;
        out.ton = ton_alphanumeric;
    } else if (plus || out.digits.size() > longest_short_code) {
        out.ton = ton_international;
        out.npi = npi_isdn;
    } else if (!out.digits.empty()) {
        out.ton = ton_network;
    }
    out.ton = settings.source_ton.value_or(out.ton);
    out.npi = settings.source_npi.value_or(out.npi);
    return out;
}

std::string relative_time(std::chrono::seconds time) {
    using namespace std::chrono;
    const auto whole = std::clamp<seconds>(time, seconds(1), hours(720));
    const auto day = duration_cast<days>(whole);
    const hh_mm_ss rest(whole - day);
    return fmt::format("0000{:02}{:02}{:02}{:02}000R", day.count(), rest.hours().count(), rest.minutes().count(),
                       rest.seconds().count());
}

std::uint16_t short_reference(std::uint64_t reference) {
    const auto low = static_cast<std::uint16_t>(reference);
    return low != 0 || reference == 0 ? low : 0x8000;
}

std::expected<outgoing, submit_failure> outgoing::make(const sms_out& message, const account_settings& settings,
                                                       std::uint16_t reference) {
    outgoing made(settings);
    encoding_rules rules = settings.coding;
    rules.reference = reference;
    auto encoded = encode_sms(message.text, rules);
    if (!encoded)
        return std::unexpected(submit_failure(submit_refusal::permanent, std::string(name_of(encoded.error()))));
    made.encoded_ = std::move(*encoded);
    made.to_ = message.to.digits();
    made.source_ = message.sender.empty() ? settings.source : message.sender;
    const auto lasts = message.lasts.value_or(settings.validity);
    if (lasts.count() > 0) made.validity_ = relative_time(lasts);
    made.priority_ = message.urgent ? settings.urgent_priority : 0;
    if (settings.references) made.reference_ = short_reference(message.reference);
    return made;
}

message outgoing::part(std::size_t index) {
    const sms_segment& segment = encoded_.segments[index];
    message out;
    out.service_type = settings_->service_type;
    out.source = source_address(source_, *settings_);
    out.destination = {settings_->destination_ton, settings_->destination_npi, to_};
    out.esm_class = segment.udh.empty() ? 0 : esm::udh;
    out.priority = priority_;
    out.validity = validity_;
    out.registered_delivery = settings_->receipts ? 1 : 0;
    out.data_coding = encoded_.coding == sms_coding::ucs2 ? settings_->ucs2_data_coding : settings_->gsm7_data_coding;
    tlvs_.clear();
    if (reference_ != 0) append_tlv(tlvs_, tlv::user_message_reference, reference_);
    std::string_view octets = segment.octets;
    if (!segment.udh.empty()) octets = octets_ = segment.short_message();
    if (encoded_.joined == joining::sar) {
        append_tlv(tlvs_, tlv::sar_msg_ref_num, encoded_.reference);
        append_tlv(tlvs_, tlv::sar_total_segments, static_cast<std::uint8_t>(parts()));
        append_tlv(tlvs_, tlv::sar_segment_seqnum, static_cast<std::uint8_t>(index + 1));
    }
    if (encoded_.joined == joining::payload || octets.size() > longest_short_message)
        append_tlv(tlvs_, tlv::message_payload, octets);
    else
        out.short_message = octets;
    out.tlvs = tlv_view(tlvs_);
    return out;
}

}  // namespace mlango::gsm::smpp
