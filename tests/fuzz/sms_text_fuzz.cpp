// Short messages: any octets in, and what always holds of what we write ourselves.
#include <algorithm>
#include <cstdlib>

#include "base/bytes.hpp"
#include "gsm/gsm7.hpp"
#include "gsm/sms_text.hpp"
#include "gsm/text.hpp"
#include "gsm/ussd_text.hpp"

namespace {

using namespace mlango;
using namespace mlango::gsm;

void require(bool holds) {
    if (!holds) std::abort();
}

class chooser {
public:
    explicit chooser(std::string_view& from) : from_(from) {}
    std::uint8_t octet() {
        if (from_.empty()) return 0;
        const auto taken = static_cast<std::uint8_t>(from_.front());
        from_.remove_prefix(1);
        return taken;
    }

private:
    std::string_view& from_;
};

language_set some_languages(unsigned first, unsigned second) {
    if (first == 0) return {};
    if (first == 0xFF) return language_set::all();
    return {static_cast<national_language>(first % national_languages),
            static_cast<national_language>(second % national_languages)};
}

// Any octets: an outcome, and UTF-8.
void read_anything(std::string_view data) {
    chooser choose(data);
    const std::uint8_t coding = choose.octet(), how = choose.octet();
    const decoding_rules rules{static_cast<default_alphabet>(how & 3), (how & 4) != 0};
    std::optional<sar_parameters> sar;
    if ((how & 8) != 0) sar = {choose.octet(), choose.octet(), choose.octet()};
    const auto read = decode_sms(coding, (how & 16) != 0, data, rules, sar);
    if (!read) return;
    if (const auto* text = std::get_if<std::string>(&*read)) {
        require(is_utf8(*text) && !text->contains('\0'));
        require(is_utf8(clipped(*text, 100)) && clipped(*text, 100).size() <= 100);
        return;
    }
    const auto& part = std::get<sms_part>(*read);
    require(part.total >= 2 && part.number >= 1 && part.number <= part.total && !part.payload.empty());
    require(join_payloads(std::span(&part.payload, 1)).has_value());
    require(join_payloads(std::vector<std::string>{"", part.payload, "", ""}).has_value());
}

// Octets cut anywhere, and joined again, are read as the whole is.
void join_anything(std::string_view data) {
    chooser choose(data);
    const auto coding = static_cast<sms_coding>(choose.octet() % 3);
    const shift_tables tables{static_cast<national_language>(choose.octet() % national_languages),
                              static_cast<national_language>(choose.octet() % national_languages)};
    const std::size_t step = 1U + choose.octet() % 100U;
    std::vector<std::string> parts;
    for (std::size_t at = 0; at < data.size(); at += step)
        parts.push_back(make_payload(coding, tables, data.substr(at, step)));
    if (parts.empty()) return;
    const auto text = join_payloads(parts);
    require(text && is_utf8(*text));
    if (coding == sms_coding::ucs2 && data.size() % 2 == 1) return;  // each odd part loses its last octet
    require(*text == join_payloads(std::vector{make_payload(coding, tables, data)}));
    parts[parts.size() / 2].clear();
    if (parts.size() > 1) require(join_payloads(parts)->contains("…"));
    (void)join_payloads(std::vector{std::string(data)});
}

void check_segments(const encoded_sms& made, std::string_view text, const encoding_rules& rules) {
    require(!made.segments.empty() && made.parts >= 1 &&
            made.parts <= std::clamp<std::size_t>(rules.most_segments, 1, 255));
    std::size_t at = 0;
    for (const sms_segment& segment : made.segments) {
        require(segment.begin == at && segment.end >= at && segment.end <= text.size());
        at = segment.end;
        const std::string_view own = text.substr(segment.begin, segment.end - segment.begin);
        require(is_utf8(own));
        require(made.segments.size() == 1 || !own.empty());
        std::size_t units = measure(own).units;
        if (made.coding == sms_coding::gsm7) {
            const auto septets = to_septets(own, made.tables);
            require(septets.has_value());
            units = septets->size();
            if (rules.as_default == default_alphabet::gsm7 && !rules.packed) require(segment.octets == *septets);
        } else if (measure(own).needs == alphabet::gsm7) {
            units = characters_of(own);
        }
        if (made.joined == joining::payload) continue;
        const std::size_t of_smsc = made.joined == joining::sar ? 7 : 0;
        require(units <= units_in_one(made.coding, segment.udh.size() + of_smsc));
        require(segment.short_message().size() <= 254);
        if (rules.packed && rules.as_default == default_alphabet::gsm7) require(segment.short_message().size() <= 140);
    }
    require(at == text.size());
}

std::expected<std::string, sms_fault> read_back(const encoded_sms& made, const decoding_rules& rules) {
    std::vector<std::string> payloads;
    for (const sms_segment& segment : made.segments) {
        std::optional<sar_parameters> sar;
        if (made.joined == joining::sar) {
            sar = {made.reference, static_cast<std::uint8_t>(made.segments.size()),
                   static_cast<std::uint8_t>(payloads.size() + 1)};
        }
        auto read = decode_sms(made.data_coding(), !segment.udh.empty(), segment.short_message(), rules, sar);
        require(read.has_value());
        if (auto* whole = std::get_if<std::string>(&*read)) {
            require(made.segments.size() == 1);
            return *whole;
        }
        const auto& part = std::get<sms_part>(*read);
        require(part.reference == made.reference && part.total == made.segments.size());
        payloads.push_back(part.payload);
        require(part.number == payloads.size());
    }
    return join_payloads(payloads);
}

// Whatever text: refused, or within every limit and the same when it is read again.
void there_and_back(std::string_view data) {
    chooser choose(data);
    encoding_rules rules;
    const std::uint8_t how = choose.octet();
    rules.join = static_cast<joining>(how % 5);
    rules.packed = (how & 0x20) != 0;
    rules.ucs2 = (how & 0x40) == 0;
    rules.as_default = (how & 0x80) == 0 ? default_alphabet::gsm7 : static_cast<default_alphabet>(choose.octet() & 3);
    rules.reference = static_cast<std::uint16_t>(choose.octet() << 8 | choose.octet());
    rules.most_segments = choose.octet();
    rules.locking = some_languages(choose.octet(), choose.octet());
    rules.single_shift = some_languages(choose.octet(), choose.octet());
    const auto made = encode_sms(data, rules);
    if (!made) {
        require(made.error() != sms_fault::needs_ucs2 || !rules.ucs2);
        require(made.error() != sms_fault::not_text || !is_utf8(data) || data.contains('\0'));
        return;
    }
    check_segments(*made, data, rules);
    // A mark at the beginning is the order of octets; packed, a last "@" or line end may be padding.
    if (data.starts_with("\uFEFF") || data.starts_with("\uFFFE")) return;
    if (rules.packed && (data.contains('@') || data.contains('\r'))) return;
    require(read_back(*made, {rules.as_default, rules.packed}) == data);
}

void ussd(std::string_view data) {
    const auto made = encode_ussd(data);
    const auto back = decode_ussd(made.coding, made.octets);
    require(back && is_utf8(*back));
    if (is_utf8(data) && !data.contains('\0') && !data.contains('@') && !data.contains('\r') &&
        !data.starts_with("\uFEFF") && !data.starts_with("\uFFFE"))
        require(*back == data);
    if (!data.empty()) (void)decode_ussd(static_cast<std::uint8_t>(data.front()), data.substr(1));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view all(reinterpret_cast<const char*>(data), size);
    if (all.empty()) return 0;
    const std::string_view rest = all.substr(1);
    switch (all.front() & 3) {
        case 0:
            read_anything(rest);
            break;
        case 1:
            join_anything(rest);
            break;
        case 2:
            there_and_back(rest);
            break;
        default:
            ussd(rest);
    }
    return 0;
}
