#include "gsm/smpp/ussd_wording.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.hpp"
#include "gsm/gsm7.hpp"
#include "gsm/sms_text.hpp"
#include "gsm/ussd_text.hpp"

namespace mlango::gsm::smpp {
namespace {

constexpr std::uint16_t end_bit = 1;
constexpr std::size_t longest_payload = 1'024;  // octets: far more than any screen
constexpr std::size_t longest_id = 32;          // octets of a vendor's session parameter

using source = ussd_profile::session_source;

const ussd_rule* rule_for(const ussd_profile& profile, const message& from) {
    const auto op = from.tlvs.get(tlv::ussd_service_op);
    const auto found = std::ranges::find_if(profile.rules, [&](const ussd_rule& rule) {
        if (rule.op && rule.op != op) return false;
        if (rule.no_op && op) return false;
        return from.service_type.starts_with(rule.service_type);
    });
    return found == profile.rules.end() ? nullptr : &*found;
}

std::optional<msisdn> number_of(const address& from, std::string_view country) {
    constexpr std::uint8_t national = 2;
    if (from.ton != national) return msisdn::from_e164(from.digits);
    if (country.empty()) return std::nullopt;
    std::string_view digits = from.digits;
    while (digits.starts_with('0')) digits.remove_prefix(1);
    return msisdn::from_e164(std::string(country) + std::string(digits));
}

std::uint16_t tag_of(const ussd_profile& profile) {
    switch (profile.session) {
        case source::its_session_info:
            return tlv::its_session_info.tag;
        case source::user_message_reference:
            return tlv::user_message_reference.tag;
        case source::tlv:
            return profile.session_tag;
        case source::number:
            break;
    }
    return 0;
}

std::uint16_t number_in(std::string_view octets) {
    std::uint16_t value = 0;
    for (const char octet : octets) value = static_cast<std::uint16_t>(value << 8 | static_cast<unsigned char>(octet));
    return value;
}

std::string octets_of(std::uint16_t number) {
    return {static_cast<char>(number >> 8), static_cast<char>(number & 0xFF)};
}

// UTF-8 of what came. A coding of ours is read as we write it, any other as the specification has it.
std::optional<std::string> text_of(const ussd_profile& profile, const message& from) {
    const std::string_view octets = from.octets();
    if (from.data_coding == profile.gsm7_coding || from.data_coding == 0x0F) {
        if (profile.packed) return from_septets(unpack_ussd(octets));
        return from_septets(octets);
    }
    if (from.data_coding == profile.ucs2_coding) return decode_ussd(0x48, octets);
    const auto read = decode_sms(from.data_coding, false, octets);
    if (read) {
        if (const auto* whole = std::get_if<std::string>(&*read)) return *whole;
    }
    // Below, SMPP's own table holds: 4 is binary there, and German in USSD's.
    constexpr std::uint8_t first_beyond_smpp = 0x10;
    return from.data_coding < first_beyond_smpp ? std::nullopt : decode_ussd(from.data_coding, octets);
}

const ussd_mark& mark_of(const ussd_profile& profile, ussd_saying what) {
    switch (what) {
        case ussd_saying::screen:
            return profile.screen;
        case ussd_saying::last:
            return profile.last;
        case ussd_saying::question:
            return profile.question;
        case ussd_saying::notice:
            break;
    }
    return profile.notice;
}

ussd_address copy(const address& from) {
    return {.ton = from.ton, .npi = from.npi, .digits = std::string(from.digits)};
}

address view(const ussd_address& of) {
    return {.ton = of.ton, .npi = of.npi, .digits = of.digits};
}

}  // namespace

bool is_ussd(const ussd_profile& profile, const message& from) {
    return rule_for(profile, from) != nullptr;
}

std::string session_of(const ussd_profile& profile, const ussd_line& line) {
    switch (profile.session) {
        case source::its_session_info:
            return fmt::format("{:04x}", number_in(line.session) & profile.session_mask);
        case source::user_message_reference:
            return fmt::format("{:04x}", number_in(line.session));
        case source::tlv:
            return to_hex(as_byte_view(line.session));
        case source::number:
            break;
    }
    return "number";
}

std::expected<ussd_heard, ussd_unread> read_ussd(const ussd_profile& profile, const message& from,
                                                 std::string_view country) {
    const ussd_rule* rule = rule_for(profile, from);
    if (rule == nullptr) return std::unexpected(ussd_unread::not_ussd);
    const auto number = number_of(from.source, country);
    if (!number) return std::unexpected(ussd_unread::no_number);
    ussd_heard heard{.step = rule->means,
                     .session = {},
                     .from = *number,
                     .service_code = {},
                     .text = {},
                     .line = {.phone = copy(from.source), .service = copy(from.destination), .session = {}}};
    if (const std::uint16_t tag = tag_of(profile); tag != 0) {
        const auto id = from.tlvs.find(tag);
        const bool fits =
            id && !id->empty() && (profile.session == source::tlv ? id->size() <= longest_id : id->size() <= 2);
        if (!fits) return std::unexpected(ussd_unread::no_session);
        heard.line.session = profile.session == source::tlv ? std::string(*id) : octets_of(number_in(*id));
    }
    heard.session = session_of(profile, heard.line);
    if (profile.end_bit && (number_in(heard.line.session) & end_bit) != 0 && heard.step != ussd_step::acknowledged)
        heard.step = ussd_step::end;
    if (heard.step == ussd_step::end) return heard;
    auto text = text_of(profile, from);
    if (!text) return std::unexpected(ussd_unread::text_unknown);
    heard.text = std::move(*text);
    heard.service_code = std::string(from.destination.digits);
    if (heard.step != ussd_step::begin) return heard;
    const bool in_address = profile.dialled == ussd_profile::dialled_in::destination ||
                            (profile.dialled == ussd_profile::dialled_in::either && heard.text.empty());
    if (in_address) heard.text = heard.service_code;
    if (!heard.text.empty()) heard.service_code = heard.text;
    return heard;
}

std::optional<ussd_pdu> write_ussd(const ussd_profile& profile, ussd_saying what, ussd_line& line,
                                   std::string_view text) {
    const ussd_mark& mark = mark_of(profile, what);
    ussd_pdu made{.source = line.service,
                  .destination = line.phone,
                  .service_type = profile.service_type,
                  .octets = {},
                  .tlvs = {}};
    if (!mark.service_type.empty()) made.service_type = mark.service_type;
    if (const auto septets = to_septets(text)) {
        made.data_coding = profile.gsm7_coding;
        made.octets = profile.packed ? pack_ussd(*septets) : *septets;
    } else {
        made.data_coding = profile.ucs2_coding;
        made.octets = encode_ussd(text).octets;
    }
    if (made.octets.size() > longest_payload) return std::nullopt;
    using carried = ussd_profile::carried;
    made.id = profile.by == carried::data ? command::data_sm : command::submit_sm;
    made.in_payload = profile.by != carried::submit || made.octets.size() >= profile.payload_from;
    if (mark.op) append_tlv(made.tlvs, tlv::ussd_service_op, *mark.op);
    if (profile.echoes_session && !line.session.empty()) {
        std::string session = line.session;
        if (profile.session == source::its_session_info) {
            std::uint16_t value = number_in(session) & static_cast<std::uint16_t>(~end_bit);
            if (profile.counts)
                value = static_cast<std::uint16_t>((value & 0xFF00) | ((++line.dialogue_count << 1) & 0xFE));
            if (what == ussd_saying::last && profile.end_bit) value |= end_bit;
            session = octets_of(value);
        }
        append_tlv(made.tlvs, tag_of(profile), session);
    }
    for (const extra_tlv& one : profile.extra) append_tlv(made.tlvs, one.tag, one.value);
    if (made.in_payload) append_tlv(made.tlvs, tlv::message_payload, made.octets);
    return made;
}

message ussd_pdu::content() const {
    message content;
    content.service_type = service_type;
    content.source = view(source);
    content.destination = view(destination);
    content.data_coding = data_coding;
    if (!in_payload) content.short_message = octets;
    content.tlvs = tlv_view(tlvs);
    return content;
}

ussd_line line_to(const ussd_profile& profile, const msisdn& phone, std::string_view service, std::uint16_t number) {
    ussd_line line{.phone = {.ton = 1, .npi = 1, .digits = phone.digits()},
                   .service = {.ton = 0, .npi = 1, .digits = std::string(service)},
                   .session = {}};
    // The high octet is the session's, the low one its count and end.
    if (profile.session == source::its_session_info)
        line.session = octets_of(static_cast<std::uint16_t>(number << 8));
    else if (profile.session != source::number)
        line.session = octets_of(number);
    return line;
}

}  // namespace mlango::gsm::smpp
