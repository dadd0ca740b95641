// SMPP octets from a peer: frames, bodies, TLVs, receipts and ids. What was read and can be written reads the same
// again.
#include <cstdlib>
#include <string>

#include "gsm/smpp/message_id.hpp"
#include "gsm/smpp/pdu.hpp"
#include "gsm/smpp/receipt_text.hpp"

namespace {

using namespace mlango::gsm::smpp;

void require(bool holds) {
    if (!holds) std::abort();
}

bool same(const message& a, const message& b) {
    return a.service_type == b.service_type && a.source == b.source && a.destination == b.destination &&
           a.esm_class == b.esm_class && a.protocol_id == b.protocol_id && a.priority == b.priority &&
           a.schedule == b.schedule && a.validity == b.validity && a.registered_delivery == b.registered_delivery &&
           a.replace_if_present == b.replace_if_present && a.data_coding == b.data_coding &&
           a.default_message_id == b.default_message_id && a.short_message == b.short_message &&
           a.tlvs.octets() == b.tlvs.octets();
}

void check_tlvs(const tlv_view& list) {
    std::string_view rest = list.octets();
    std::size_t octets = 0;
    while (const auto one = tlv_view::take(rest)) {
        octets += 4 + one->value.size();
        require(list.find(one->tag).has_value());
    }
    require(octets + rest.size() == list.octets().size());
    require(list.is_whole() == rest.empty());
    (void)list.get(tlv::congestion_state);
    (void)list.get(tlv::sar_msg_ref_num);
    (void)list.get(tlv::network_error_code);
    if (const auto id = list.get(tlv::receipted_message_id)) require(id->find('\0') == std::string_view::npos);
}

void check_message(command id, const message& content) {
    check_tlvs(content.tlvs);
    require(content.octets().size() <= 0xffff);
    if (const auto read = read_receipt(content)) {
        require(read->id.size() <= 64 && read->error.size() <= 16);
        const auto forms = id_forms(read->id);
        require(!forms.empty() && forms.size() <= 3 && forms.front() == canonical_id(read->id));
        require(canonical_id(forms.front()) == forms.front());
    } else {
        require(!is_receipt(content));
    }
    std::string written;
    if (!append_message(written, id, 1, content)) {
        require(written.empty());
        return;
    }
    std::string_view rest = written;
    const auto taken = take_frame(rest, 1 << 20);
    require(taken && *taken && rest.empty());
    const auto again = read_body(**taken);
    require(again && same(std::get<message>(*again), content));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view stream(reinterpret_cast<const char*>(data), size);
    std::string_view rest = stream;
    for (auto taken = take_frame(rest); taken && *taken; taken = take_frame(rest)) {
        const frame& one = **taken;
        const auto read = read_body(one);
        require(read || !is_response(one.id));
        if (!read) {
            require(read.error() == status::rinvcmdlen || read.error() == status::rinvmsglen);
        } else if (const auto* content = std::get_if<message>(&*read)) {
            check_message(one.id, *content);
        } else if (const auto* response = std::get_if<message_response>(&*read)) {
            require(response->message_id.size() <= 255);
            check_tlvs(response->tlvs);
        }
    }
    // Any octets as a receipt's text, and as an id.
    message content;
    content.esm_class = esm::receipt;
    content.short_message = stream;
    const auto read = read_receipt(content);
    require(read && read->id.size() <= 64);
    require(canonical_id(canonical_id(stream)) == canonical_id(stream) && id_forms(stream).size() <= 3);
    return 0;
}
