// The codec: values and octets both ways, cut and split at each octet, and what must not cost a message.
#include "gsm/smpp/pdu.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <functional>

#include "tests/unit/gsm/hex_octets.hpp"
#include "tests/unit/gsm/smpp_hello.hpp"

namespace mlango::gsm::smpp {
namespace {

using namespace std::string_literals;

// Every field of a body as text, so that two can be compared.
std::string told(const address& a) {
    return fmt::format("{}/{}/{}", a.ton, a.npi, a.digits);
}
std::string told(const tlv_view& list) {
    std::string text = " tlvs[";
    std::string_view rest = list.octets();
    while (const auto one = tlv_view::take(rest)) text += fmt::format("{:04x}={} ", one->tag, hex(one->value));
    return text + (rest.empty() ? "]" : "…]");
}
struct teller {
    std::string operator()(const no_body& b) const { return "none" + told(b.tlvs); }
    std::string operator()(const bind_request& b) const {
        return fmt::format("{} {} {} {:x} {}", b.system_id, b.password, b.system_type, b.interface_version,
                           told(b.range));
    }
    std::string operator()(const bind_response& b) const { return std::string(b.system_id) + told(b.tlvs); }
    std::string operator()(const outbind_request& b) const { return fmt::format("{} {}", b.system_id, b.password); }
    std::string operator()(const message& b) const {
        return fmt::format("{} {} {} esm={:x} {} {} <{}> <{}> {} {} dcs={} {} {}{}", b.service_type, told(b.source),
                           told(b.destination), b.esm_class, b.protocol_id, b.priority, b.schedule, b.validity,
                           b.registered_delivery, b.replace_if_present, b.data_coding, b.default_message_id,
                           hex(b.short_message), told(b.tlvs));
    }
    std::string operator()(const message_response& b) const { return std::string(b.message_id) + told(b.tlvs); }
    std::string operator()(const query_request& b) const {
        return fmt::format("{} {}", b.message_id, told(b.source)) + (b.tlvs.empty() ? "" : told(b.tlvs));
    }
    std::string operator()(const query_response& b) const {
        return fmt::format("{} <{}> {} {}{}", b.message_id, b.final_date, b.state, b.error_code, told(b.tlvs));
    }
    std::string operator()(const cancel_request& b) const {
        return fmt::format("{} {} {} {}", b.service_type, b.message_id, told(b.source), told(b.destination));
    }
    std::string operator()(const replace_request& b) const {
        return fmt::format("{} {} <{}> <{}> {} {} {}{}", b.message_id, told(b.source), b.schedule, b.validity,
                           b.registered_delivery, b.default_message_id, hex(b.short_message), told(b.tlvs));
    }
    std::string operator()(const alert_notice& b) const {
        return fmt::format("{} {}{}", told(b.source), told(b.esme), told(b.tlvs));
    }
    std::string operator()(const unknown_body& b) const { return "unknown " + hex(b.octets); }
};

struct example {
    std::string_view name;
    std::function<void(std::string&)> write;
    std::string_view hex;
    std::string_view says;
};

const std::string session_tlvs = octets("0501 0001 02  1383 0002 0501");

std::vector<example> examples() {
    const auto bind = [](command id) {
        return [id](std::string& into) {
            ASSERT_TRUE(append_bind(into, id, 1, {"mlango", "secret", "VMA", 0x34, {1, 1, "^38400"}}));
        };
    };
    const auto plain = [](command id, status code) {
        return [=](std::string& into) { append_header(into, id, code, 7); };
    };
    const auto response = [](command id, status code, std::string_view message_id, tlv_view list = {}) {
        return [=](std::string& into) { append_message_response(into, id, code, 0x7fffffff, {message_id, list}); };
    };
    constexpr std::string_view bind_says = "mlango secret VMA 34 1/1/^38400 ";
    return {
        {"bind_receiver", bind(command::bind_receiver),
         "0000002c 00000001 00000000 00000001 6d6c616e676f00 73656372657400 564d4100 34 01 01 5e333834303000",
         bind_says.substr(0, 31)},
        {"bind_transmitter", bind(command::bind_transmitter),
         "0000002c 00000002 00000000 00000001 6d6c616e676f00 73656372657400 564d4100 34 01 01 5e333834303000",
         bind_says.substr(0, 31)},
        {"bind_transceiver", bind(command::bind_transceiver),
         "0000002c 00000009 00000000 00000001 6d6c616e676f00 73656372657400 564d4100 34 01 01 5e333834303000",
         bind_says.substr(0, 31)},
        {"bind_transceiver_resp",
         [](std::string& into) {
             std::string list;
             append_tlv(list, tlv::sc_interface_version, std::uint8_t{0x50});
             append_bind_response(into, command::bind_transceiver_resp, status::rok, 1, {"SMSC", tlv_view(list)});
         },
         "0000001a 80000009 00000000 00000001 534d534300 0210 0001 50", "SMSC tlvs[0210=50 ]"},
        {"outbind", [](std::string& into) { ASSERT_TRUE(append_outbind(into, 4, {"SMSC", "pw"})); },
         "00000018 0000000b 00000000 00000004 534d534300 707700", "SMSC pw"},
        {"unbind", plain(command::unbind, status::rok), "00000010 00000006 00000000 00000007", "none tlvs[]"},
        {"unbind_resp", plain(command::unbind_resp, status::rok), "00000010 80000006 00000000 00000007", "none tlvs[]"},
        {"enquire_link", plain(command::enquire_link, status::rok), "00000010 00000015 00000000 00000007",
         "none tlvs[]"},
        {"enquire_link_resp",
         [](std::string& into) {
             std::string list;
             append_tlv(list, tlv::congestion_state, std::uint8_t{85});
             append_header(into, command::enquire_link_resp, status::rok, 7, tlv_view(list));
         },
         "00000015 80000015 00000000 00000007 0428 0001 55", "none tlvs[0428=55 ]"},
        {"generic_nack", plain(command::generic_nack, status::rinvcmdid), "00000010 80000000 00000003 00000007",
         "none tlvs[]"},
        {"submit_sm", [](std::string& into) { ASSERT_TRUE(append_message(into, command::submit_sm, 2, hello)); },
         "00000049 00000004 00000000 00000002 5553534400 0500 4d4c414e474f00 0101 32353437303030303030303100 40 01 02 "
         "00 "
         "3030303030313030303030303030305200 01 01 08 03 02 6869",
         "USSD 5/0/MLANGO 1/1/254700000001 esm=40 1 2 <> <000001000000000R> 1 1 dcs=8 3 6869 tlvs[]"},
        {"deliver_sm",
         [](std::string& into) {
             const message content{.service_type = {},
                                   .source = {1, 1, "254700000001"},
                                   .destination = {0, 1, "384"},
                                   .schedule = {},
                                   .validity = {},
                                   .short_message = "1",
                                   .tlvs = tlv_view(session_tlvs)};
             ASSERT_TRUE(append_message(into, command::deliver_sm, 3, content));
         },
         "0000003c 00000005 00000000 00000003 00 0101 32353437303030303030303100 0001 33383400 00 00 00 00 00 00 00 00 "
         "00 "
         "01 31 0501000102 138300020501",
         " 1/1/254700000001 0/1/384 esm=0 0 0 <> <> 0 0 dcs=0 0 31 tlvs[0501=02 1383=0501 ]"},
        {"data_sm",
         [](std::string& into) {
             std::string list;
             append_tlv(list, tlv::message_payload, "hey");
             const message content{.service_type = "CMT",
                                   .source = {0, 0, "1"},
                                   .destination = {1, 1, "2"},
                                   .esm_class = 4,
                                   .schedule = {},
                                   .validity = {},
                                   .registered_delivery = 1,
                                   .data_coding = 8,
                                   .short_message = {},
                                   .tlvs = tlv_view(list)};
             ASSERT_TRUE(append_message(into, command::data_sm, 9, content));
         },
         "00000026 00000103 00000000 00000009 434d5400 0000 3100 0101 3200 04 01 08 0424 0003 686579",
         "CMT 0/0/1 1/1/2 esm=4 0 0 <> <> 1 0 dcs=8 0  tlvs[0424=686579 ]"},
        {"submit_sm_resp", response(command::submit_sm_resp, status::rok, "0000123A"),
         "00000019 80000004 00000000 7fffffff 303030303132334100", "0000123A tlvs[]"},
        {"deliver_sm_resp", response(command::deliver_sm_resp, status::rx_t_appn, ""),
         "00000011 80000005 00000064 7fffffff 00", " tlvs[]"},
        {"data_sm_resp", response(command::data_sm_resp, status::rok, "x"), "00000012 80000103 00000000 7fffffff 7800",
         "x tlvs[]"},
        {"query_sm", [](std::string& into) { ASSERT_TRUE(append_query(into, 5, {"12", {0, 1, "384"}})); },
         "00000019 00000003 00000000 00000005 313200 0001 33383400", "12 0/1/384"},
        {"query_sm",  // by our reference
         [](std::string& into) {
             std::string tlvs;
             append_tlv(tlvs, tlv::user_message_reference, std::uint16_t{0x1234});
             ASSERT_TRUE(append_query(into, 5, {"", {0, 1, "384"}, tlv_view(tlvs)}));
         },
         "0000001d 00000003 00000000 00000005 00 0001 33383400 0204 0002 1234", " 0/1/384 tlvs[0204=1234 ]"},
        {"query_sm_resp",
         [](std::string& into) { append_query_response(into, status::rok, 5, {"12", "261128061200000+", 2, 7, {}}); },
         "00000026 80000003 00000000 00000005 313200 3236313132383036313230303030302b00 02 07",
         "12 <261128061200000+> 2 7 tlvs[]"},
        {"cancel_sm",
         [](std::string& into) { ASSERT_TRUE(append_cancel(into, 6, {"", "12", {0, 1, "384"}, {1, 1, "25"}})); },
         "0000001f 00000008 00000000 00000006 00 313200 0001 33383400 0101 323500", " 12 0/1/384 1/1/25"},
        {"cancel_sm_resp", plain(command::cancel_sm_resp, status::rcancelfail), "00000010 80000008 00000011 00000007",
         "none tlvs[]"},
        {"replace_sm",
         [](std::string& into) {
             ASSERT_TRUE(append_replace(into, 6, {"12", {0, 1, "384"}, "", "", 1, 0, "new", {}}));
         },
         "00000021 00000007 00000000 00000006 313200 0001 33383400 00 00 01 00 03 6e6577",
         "12 0/1/384 <> <> 1 0 6e6577 tlvs[]"},
        {"replace_sm_resp", plain(command::replace_sm_resp, status::rok), "00000010 80000007 00000000 00000007",
         "none tlvs[]"},
        {"alert_notification",
         [](std::string& into) { ASSERT_TRUE(append_alert(into, 8, {{1, 1, "25"}, {0, 0, "384"}, {}})); },
         "0000001b 00000102 00000000 00000008 0101 323500 0000 33383400", "1/1/25 0/0/384 tlvs[]"},
    };
}

TEST(smpp_pdu, value_to_octets_and_back) {
    for (const auto& [name, write, expected, says] : examples()) {
        std::string written = "before";
        write(written);
        EXPECT_EQ(hex(written.substr(6)), hex(octets(expected))) << name;
        std::string_view rest = std::string_view(written).substr(6);
        const auto taken = take_frame(rest);
        ASSERT_TRUE(taken && *taken) << name;
        EXPECT_TRUE(rest.empty()) << name;
        EXPECT_EQ(name_of((*taken)->id), name);
        const auto read = read_body(**taken);
        ASSERT_TRUE(read) << name;
        EXPECT_EQ(std::visit(teller{}, *read), says) << name;
    }
}

TEST(smpp_pdu, a_stream_split_at_each_octet_gives_the_same_frames) {
    std::string stream;
    std::vector<std::string> whole;
    for (const auto& one : examples()) {
        one.write(stream);
        whole.push_back(std::string(one.says));
    }
    for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
        std::vector<std::string> read;
        std::string kept;
        for (const auto piece : {std::string_view(stream).substr(0, cut), std::string_view(stream).substr(cut)}) {
            kept += piece;
            std::string_view rest = kept;
            for (auto taken = take_frame(rest); taken && *taken; taken = take_frame(rest)) {
                read.push_back(std::visit(teller{}, *read_body(**taken)));
            }
            kept.erase(0, kept.size() - rest.size());
        }
        ASSERT_EQ(read, whole) << cut;
        ASSERT_TRUE(kept.empty()) << cut;
    }
}

// A truncated request is a fault or (where TLVs break off) a shorter list; a response is never a fault.
TEST(smpp_pdu, a_body_truncated_at_each_octet_is_a_value) {
    for (const auto& [name, write, expected, says] : examples()) {
        const std::string all = octets(expected);
        for (std::size_t size = header_size; size < all.size(); ++size) {
            // Copied to its exact size, so that the address sanitizer sees a read behind it.
            const std::vector<char> exact(all.begin() + header_size, all.begin() + static_cast<std::ptrdiff_t>(size));
            std::string_view header = all;
            const frame whole = **take_frame(header);
            const auto read = read_body({whole.id, whole.code, whole.sequence, {exact.data(), exact.size()}});
            if (is_response(whole.id)) {
                EXPECT_TRUE(read) << name << ' ' << size;
            } else if (!read) {
                EXPECT_TRUE(read.error() == status::rinvcmdlen || read.error() == status::rinvmsglen)
                    << name << ' ' << size;
            } else {
                EXPECT_NE(std::visit(teller{}, *read), says) << name << ' ' << size;
            }
        }
    }
}

TEST(smpp_pdu, sm_length_behind_the_end_is_told_apart) {  // lesson 8: OpenSIPS#3846
    std::string written;
    ASSERT_TRUE(append_message(written, command::submit_sm, 2, hello));
    written[written.size() - 3] = static_cast<char>(255);
    std::string_view rest = written;
    const auto read = read_body(**take_frame(rest));
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error(), status::rinvmsglen);
}

TEST(smpp_pdu, lesson_7_impossible_lengths_are_faults_at_once) {
    const auto fault = [](std::string_view stream, std::size_t limit = default_frame_limit) {
        const std::string kept(stream);
        std::string_view rest = kept;
        const auto taken = take_frame(rest, limit);
        return taken ? std::optional<frame_fault>{} : taken.error();
    };
    EXPECT_EQ(fault("HTTP/1.1 400 Bad Request\r\n"), frame_fault::too_long);
    EXPECT_EQ(fault("HTTP"), frame_fault::too_long);
    EXPECT_EQ(fault(octets("ffffffff")), frame_fault::too_long);
    EXPECT_EQ(fault(octets("00010001")), frame_fault::too_long);
    EXPECT_EQ(fault(octets("00010000")), std::nullopt);
    EXPECT_EQ(fault(octets("00000008")), frame_fault::too_short);
    EXPECT_EQ(fault(octets("0000000f")), frame_fault::too_short);
    EXPECT_EQ(fault(octets("00000000")), frame_fault::too_short);
    EXPECT_EQ(fault(octets("000000")), std::nullopt);
    EXPECT_EQ(fault(octets("00000401"), 1024), frame_fault::too_long);
}

TEST(smpp_pdu, fields_are_read_up_to_255_octets) {
    const auto read = [](std::size_t digits) {
        static std::string kept;
        kept = "\0\x01\x01"s + std::string(digits, '1') +
               "\0\0\0"
               "2\0\0\0\0\0\0\0\0\0\0\0"s;
        return read_message(kept);
    };
    ASSERT_TRUE(read(255));
    EXPECT_EQ(read(255)->source.digits.size(), 255u);
    EXPECT_FALSE(read(256));
}

TEST(smpp_pdu, an_unknown_command_is_kept) {
    const std::string written = octets("00000013 00000112 00000000 00000005 010203");
    std::string_view rest = written;
    const auto taken = take_frame(rest);
    ASSERT_TRUE(taken && *taken);
    EXPECT_EQ(name_of((*taken)->id), "");
    EXPECT_EQ(std::visit(teller{}, *read_body(**taken)), "unknown 010203");
}

TEST(smpp_pdu, what_real_responses_lack) {
    const auto id_of = [](std::string_view body, status code) {
        const std::string kept(body);
        const auto read = read_message_response(kept, code);
        return fmt::format("{}|{}", read.message_id, read.tlvs.get(tlv::congestion_state).value_or(255));
    };
    EXPECT_EQ(id_of("", status::rsyserr), "|255");
    EXPECT_EQ(id_of("", status::rok), "|255");
    EXPECT_EQ(id_of("\0"s, status::rsyserr), "|255");
    EXPECT_EQ(id_of("a\0\0\0"s, status::rok), "a|255");  // it could be read as a TLV
    EXPECT_EQ(id_of("12AB", status::rok), "12AB|255");   // no NUL
    EXPECT_EQ(id_of("12AB\0\x04\x28\0\x01\x5a"s, status::rok), "12AB|90");
    EXPECT_EQ(id_of("\x04\x28\0\x01\x5a"s, status::rthrottled), "|90");  // 5.0: no mandatory parameter in a refusal
    EXPECT_EQ(id_of("\0\x04\x28\0\x01\x5a"s, status::rthrottled), "|90");
    EXPECT_EQ(id_of(std::string(300, 'a'), status::rok).size(), 255u + 4);
}

// ---- what is not written

TEST(smpp_pdu, a_field_that_does_not_fit_is_refused_and_nothing_is_written) {
    const auto refusal = [](const message& content, command id = command::submit_sm) {
        std::string into = "kept";
        const auto done = append_message(into, id, 1, content);
        EXPECT_EQ(done ? into.substr(0, 4) : into, "kept");
        return done ? status::rok : done.error();
    };
    const std::string long_text(256, 'x');
    const auto with = [](auto change) {
        message content = hello;
        change(content);
        return content;
    };
    EXPECT_EQ(refusal(hello), status::rok);
    EXPECT_EQ(refusal(with([](message& m) { m.service_type = "sixsix"; })), status::rinvsertyp);
    EXPECT_EQ(refusal(with([](message& m) { m.source.digits = "123456789012345678901"; })), status::rinvsrcadr);
    EXPECT_EQ(refusal(with([](message& m) { m.destination.digits = "123456789012345678901"; })), status::rinvdstadr);
    EXPECT_EQ(refusal(with([](message& m) { m.destination.digits = std::string_view("1\0002", 3); })),
              status::rinvdstadr);
    EXPECT_EQ(refusal(with([](message& m) { m.schedule = "261128"; })), status::rinvsched);
    EXPECT_EQ(refusal(with([](message& m) { m.validity = "000001000000000RR"; })), status::rinvexpiry);
    EXPECT_EQ(refusal(with([&](message& m) { m.short_message = long_text; })), status::rinvmsglen);
    EXPECT_EQ(refusal(with([&](message& m) { m.short_message = std::string_view(long_text).substr(1); })), status::rok);
    EXPECT_EQ(refusal(hello, command::data_sm), status::rinvmsglen);  // its text goes in message_payload
    const std::string huge(65'001, '\0');
    EXPECT_EQ(refusal(with([&](message& m) { m.tlvs = tlv_view(huge); })), status::rinvtlvlen);
    std::string list;
    EXPECT_FALSE(append_tlv(list, tlv::message_payload, std::string(65'536, 'x')));
    EXPECT_TRUE(list.empty());
}

TEST(smpp_pdu, the_text_is_in_short_message_or_in_the_payload) {
    std::string list;
    append_tlv(list, tlv::message_payload, "long");
    message content;
    content.tlvs = tlv_view(list);
    EXPECT_EQ(content.octets(), "long");
    content.short_message = "short";
    EXPECT_EQ(content.octets(), "short");
    EXPECT_EQ(message{}.octets(), "");
}

}  // namespace
}  // namespace mlango::gsm::smpp
