#include <gtest/gtest.h>

#include "gsm/gsup/component.hpp"
#include "gsm/gsup/control.hpp"
#include "gsm/gsup/ipa.hpp"
#include "gsm/gsup/message.hpp"
#include "gsm/ussd_text.hpp"
#include "tests/unit/gsm/hex_octets.hpp"

namespace mlango::gsm::gsup {
namespace {

// ---- IPA

// What osmo-hlr 1.5.0 asks, and what it accepts.
constexpr std::string_view id_get = "0011fe04 0108 0107 0102 0103 0104 0105 0101 0100";
constexpr std::string_view id_resp =
    "0028fe05 000d00455553452d6d6c616e676f00 000d01455553452d6d6c616e676f00 000708302f302f3000";

TEST(gsup_ipa, the_greeting_is_read_and_answered_octet_by_octet) {
    const std::string asked = octets(id_get);
    std::string_view left = asked;
    const auto frame = take_frame(left);
    ASSERT_TRUE(frame && *frame);
    EXPECT_TRUE(left.empty());
    EXPECT_EQ((*frame)->on, stream::ccm);
    EXPECT_EQ(ccm_of((*frame)->payload), ccm::id_get);
    EXPECT_EQ(requested_identities((*frame)->payload), (std::vector<std::uint8_t>{8, 7, 2, 3, 4, 5, 1, 0}));
    std::string answer;
    append_identity(answer, "EUSE-mlango");
    EXPECT_EQ(hex(answer), hex(octets(id_resp)));
    answer.clear();
    append_ccm(answer, ccm::id_ack);
    EXPECT_EQ(hex(answer), "0001fe06");
}

TEST(gsup_ipa, a_frame_cut_anywhere_is_waited_for) {
    const std::string both = octets(id_get) + octets("0001fe00");
    for (std::size_t cut = 0; cut < both.size(); ++cut) {
        std::string_view left = std::string_view(both).substr(0, cut);
        std::size_t frames = 0;
        for (;;) {
            const auto frame = take_frame(left);
            ASSERT_TRUE(frame) << cut;
            if (!*frame) break;
            ++frames;
        }
        EXPECT_EQ(frames, cut >= 20 ? 1u : 0u) << cut;
        EXPECT_EQ(left.size(), cut - frames * 20);
    }
}

TEST(gsup_ipa, a_length_over_the_limit_is_told_by_its_first_two_octets) {
    std::string_view left("\x10\x00", 2);
    EXPECT_TRUE(take_frame(left, 4'096).has_value());
    left = std::string_view("\x10\x01", 2);
    EXPECT_FALSE(take_frame(left, 4'096).has_value());
}

TEST(gsup_ipa, identities_of_no_form_are_refused) {
    for (const auto* wrong : {"", "05", "04 00", "04 02 08", "04 01 08 03 01"})
        EXPECT_FALSE(requested_identities(octets(wrong)).has_value()) << wrong;
    EXPECT_EQ(requested_identities(octets("04")), std::vector<std::uint8_t>{});
}

TEST(gsup_ipa, a_payload_is_its_extensions_alone) {
    std::string frame;
    append_frame(frame, extension::gsup, "x");
    EXPECT_EQ(hex(frame), "0002ee0578");
    std::string_view left = frame;
    const auto taken = take_frame(left);
    EXPECT_EQ(payload_of(**taken, extension::gsup), "x");
    EXPECT_FALSE(payload_of(**taken, extension::control).has_value());
    EXPECT_FALSE(payload_of({stream::ccm, std::string_view("\x05x")}, extension::gsup).has_value());
    EXPECT_FALSE(payload_of({stream::osmo, {}}, extension::gsup).has_value());
}

// ---- GSUP

// Recorded between a played MSC, osmo-hlr 1.5.0 and an EUSE.
constexpr std::string_view dial =
    "20 0108 00010100000000f1 300420000002 310101 3514 a112020101 02013b 300a 04010f 0405aa198e3602";
constexpr std::string_view typed =
    "22 0108 00010100000000f1 300420000002 310102 3512 a210020102 300b02013c 3006 04010f 040132";

TEST(gsup_message, recorded_ones_are_read_and_written_again) {
    for (const auto recorded : {dial, typed}) {
        const std::string whole = octets(recorded);
        const auto read = read_message(whole);
        ASSERT_TRUE(read.has_value());
        EXPECT_EQ(read->imsi, "001010000000001");
        EXPECT_EQ(read->session, 0x20000002u);
        EXPECT_EQ(hex(write_message(*read)), hex(whole));
        const auto inside = read_component(read->component);
        ASSERT_TRUE(inside.has_value());
        EXPECT_EQ(hex(write_component(*inside)), hex(read->component));
    }
    EXPECT_EQ(read_message(octets(dial))->state, session_state::begin);
    EXPECT_EQ(read_message(octets(typed))->type, message_type::ss_result);
}

TEST(gsup_message, cut_anywhere_it_is_refused_or_lacks_what_was_cut) {
    const std::string whole = octets(dial);
    for (std::size_t cut = 0; cut < whole.size(); ++cut) {
        const auto read = read_message(std::string_view(whole).substr(0, cut));
        if (read) {
            EXPECT_TRUE(read->component.empty()) << cut;
        }
    }
}

TEST(gsup_message, imsis_of_each_length) {
    for (std::size_t length = 5; length <= 15; ++length) {
        const std::string imsi = std::string("001019876543210").substr(0, length);
        const std::string written = write_message({.imsi = imsi});
        const auto read = read_message(written);
        ASSERT_TRUE(read.has_value()) << length;
        EXPECT_EQ(read->imsi, imsi);
    }
}

TEST(gsup_message, what_is_no_message) {
    const std::pair<std::string_view, message_fault> rows[] = {
        {"", message_fault::not_a_message},
        {"20", message_fault::no_imsi},
        {"20 01", message_fault::not_a_message},
        {"20 0103 0001", message_fault::not_a_message},
        {"20 0108 0001010000a000f1", message_fault::no_imsi},
        {"20 0108 000101f0000000f1", message_fault::no_imsi},
        {"20 0102 00f1", message_fault::no_imsi},                                // too short
        {"20 0109 000101000000000000", message_fault::no_imsi},                  // too long
        {"20 0108 00010100000000f1 3003 200000", message_fault::not_a_message},  // session
        {"20 0108 00010100000000f1 310104", message_fault::not_a_message},       // state
        {"20 0108 00010100000000f1 310100", message_fault::not_a_message},
        {"20 0108 00010100000000f1 3100", message_fault::not_a_message},
        {"20 0108 00010100000000f1 0200", message_fault::not_a_message},      // cause
        {"20 0108 00010100000000f1 0a020303", message_fault::not_a_message},  // class
    };
    for (const auto& [wrong, fault] : rows) {
        const auto read = read_message(octets(wrong));
        ASSERT_FALSE(read.has_value()) << wrong;
        EXPECT_EQ(read.error(), fault) << wrong;
    }
}

TEST(gsup_message, unknown_elements_are_passed_over_and_the_rest_kept) {
    const std::string whole = octets("21 6003aabbcc 0108 00010100000000f1 020160 0a0103 28 00");
    const auto read = read_message(whole);
    ASSERT_TRUE(read.has_value());
    EXPECT_EQ(read->cause, 0x60);
    EXPECT_EQ(read->message_class, 3);
    EXPECT_FALSE(read->session.has_value());
}

// ---- components

struct component_row {
    std::string_view name;
    component value;
    std::string_view octets;
};

std::vector<component_row> component_rows() {
    static const std::string dialled = octets("aa198e3602");
    static const std::string amharic = octets("1230 1208");
    return {
        {"dialled", invoke{1, operation::process_unstructured_request, ussd_string{0x0f, dialled}},
         "a112020101 02013b 300a 04010f 0405aa198e3602"},
        {"screen", invoke{2, operation::unstructured_request, ussd_string{0x48, amharic}},
         "a111020102 02013c 3009 040148 040412301208"},
        {"notice", invoke{1, operation::unstructured_notify, ussd_string{0x0f, "2"}},
         "a10e020101 02013d 3006 04010f 040132"},
        {"typed", return_result{2, operation::unstructured_request, ussd_string{0x0f, "2"}},
         "a210020102 300b 02013c 3006 04010f 040132"},
        {"typed nothing", return_result{2, operation::unstructured_request, ussd_string{0x0f, ""}},
         "a20f020102 300a 02013c 3005 04010f 0400"},
        {"confirmed", return_result{1, std::nullopt, std::nullopt}, "a203020101"},
        {"error", return_error{1, ussd_error::system_failure}, "a306020101 020122"},
        {"rejected", reject{5, ussd_problem::of_invoke, ussd_problem::unrecognized_operation}, "a406020105 810101"},
        {"rejected unread", reject{std::nullopt, ussd_problem::general, 2}, "a4050500 800102"},
        {"another operation", invoke{7, static_cast<operation>(0x0e), std::nullopt}, "a106020107 02010e"},
    };
}

bool same(const component& a, const component& b) {
    return a.index() == b.index() && hex(write_component(a)) == hex(write_component(b));
}

TEST(gsup_component, both_ways) {
    for (const component_row& row : component_rows()) {
        const std::string wanted = octets(row.octets);
        EXPECT_EQ(hex(write_component(row.value)), hex(wanted)) << row.name;
        EXPECT_EQ(hex(write_component(row.value, long_length::x690)), hex(wanted)) << row.name;
        const auto read = read_component(wanted);
        ASSERT_TRUE(read.has_value()) << row.name;
        EXPECT_TRUE(same(*read, row.value)) << row.name;
    }
}

TEST(gsup_component, cut_anywhere_it_is_refused) {
    for (const component_row& row : component_rows()) {
        const std::string whole = octets(row.octets);
        for (std::size_t cut = 0; cut < whole.size(); ++cut)
            EXPECT_FALSE(read_component(std::string_view(whole).substr(0, cut)).has_value()) << row.name << cut;
    }
}

TEST(gsup_component, what_is_none) {
    for (const auto* wrong : {
             "",
             "a000",                                 // no such component
             "a103 020201 01",                       // an id of two octets
             "a106 040101 02013b",                   // no id
             "a103 020101",                          // no operation
             "a106 020101 02013b",                   // no text
             "a10d 020101 02013b 3105 04010f 0400",  // not a sequence
             "a10a 020101 02013b 3002 0400",         // no coding
             "a10d 020101 02013b 3005 0402 0f0f 04",
             "a203 040101",
             "a208 020101 3003 04013c",
             "a303 020101",
             "a406 020101 020101",  // no problem
             "a405 0501 00 8001",
         })
        EXPECT_FALSE(read_component(octets(wrong)).has_value()) << wrong;
}

TEST(gsup_component, optional_parts_are_passed_over) {
    const auto linked = read_component(octets("a111 020102 800101 02013c 3006 04010f 040132"));
    ASSERT_TRUE(linked.has_value());
    EXPECT_EQ(std::get<invoke>(*linked).what, operation::unstructured_request);
    const std::string with_alerting = octets("a111 020102 02013c 3009 04010f 040132 040105");
    const auto alerting = read_component(with_alerting);
    ASSERT_TRUE(alerting.has_value());
    EXPECT_EQ(std::get<invoke>(*alerting).text->octets, "2");
}

// What fits before a length passes 127 octets is what the usual profile's screens hold, and no more.
TEST(gsup_component, lengths_pass_127_after_128_septets_and_56_units) {
    const auto longest_length = [](std::string_view text, bool last) {
        const ussd_octets packed = encode_ussd(text);
        const ussd_string shown{packed.coding, packed.octets};
        const component what = last ? component(return_result{1, operation::process_unstructured_request, shown})
                                    : component(invoke{1, operation::unstructured_request, shown});
        return static_cast<unsigned char>(write_component(what)[1]);
    };
    EXPECT_EQ(longest_length(std::string(128, 'x'), true), 127);
    EXPECT_EQ(longest_length(std::string(129, 'x'), true), 128);
    std::string arabic;
    for (int i = 0; i < 56; ++i) arabic += "ع";
    EXPECT_EQ(longest_length(arabic, true), 127);
    EXPECT_GT(longest_length(arabic + "ع", true), 127);
    EXPECT_LE(longest_length(std::string(128, 'x'), false), 127);
}

TEST(gsup_component, long_ones_are_read_in_both_forms) {
    for (const std::size_t characters : {128, 129, 130, 133, 140, 141, 160, 181, 182}) {
        const ussd_octets packed = encode_ussd(std::string(characters, 'U'));
        const component what =
            return_result{9, operation::process_unstructured_request, ussd_string{packed.coding, packed.octets}};
        for (const auto form : {long_length::bare, long_length::x690}) {
            const std::string written = write_component(what, form);
            ASSERT_FALSE(written.empty()) << characters;
            const auto read = read_component(written);
            ASSERT_TRUE(read.has_value()) << characters;
            EXPECT_EQ(hex(std::get<return_result>(*read).text->octets), hex(packed.octets)) << characters;
        }
    }
    const std::string written =
        write_component(return_result{9, operation::process_unstructured_request,
                                      ussd_string{0x0f, encode_ussd(std::string(160, 'x')).octets}},
                        long_length::x690);
    EXPECT_EQ(hex(written).substr(0, 6), "a2819e");
}

TEST(gsup_component, what_no_element_holds_is_not_written) {
    const std::string most(255, 'x');
    for (const auto form : {long_length::bare, long_length::x690}) {
        EXPECT_TRUE(write_component(invoke{1, operation::unstructured_request, ussd_string{0x0f, most}}, form).empty());
        const std::string beyond(70'000, 'x');
        EXPECT_TRUE(
            write_component(invoke{1, operation::unstructured_request, ussd_string{0x0f, beyond}}, form).empty());
    }
}

// ---- control interface

TEST(gsup_control, a_question_and_the_answers_that_osmo_hlr_gives) {
    EXPECT_EQ(hex(write_get(1, "x")), "0008ee00" + hex("GET 1 x"));
    EXPECT_EQ(subscriber_by_imsi("001010000000001"), "subscriber.by-imsi-001010000000001.info");
    EXPECT_EQ(subscriber_by_number("254711000001"), "subscriber.by-msisdn-254711000001.info");
    const auto found = read_reply(
        "GET_REPLY 1 subscriber.by-imsi-001010000000001.info "
        "\nid\t1\nimsi\t001010000000001\nmsisdn\t254711000001\nnam_cs\t1\nlmsi\t00000000");
    ASSERT_TRUE(found.has_value());
    EXPECT_EQ(found->id, 1u);
    EXPECT_FALSE(found->is_error);
    EXPECT_EQ(info_line(found->value, "msisdn"), "254711000001");
    EXPECT_EQ(info_line(found->value, "imsi"), "001010000000001");
    EXPECT_EQ(info_line(found->value, "lmsi"), "00000000");
    EXPECT_EQ(info_line(found->value, "sisdn"), "");
    EXPECT_EQ(info_line("msisdn\t", "msisdn"), "");
    const auto error = read_reply("ERROR 3 No such subscriber.");
    ASSERT_TRUE(error.has_value());
    EXPECT_TRUE(error->is_error);
    EXPECT_EQ(error->value, "No such subscriber.");
}

TEST(gsup_control, other_texts_are_no_answer) {
    for (const auto* other : {"", "TRAP 0 x y", "SET_REPLY 1 x y", "GET_REPLY", "GET_REPLY x y z", "ERROR 4294967296 x",
                              "GET_REPLY -1 x y", "GET_REPLY 1x y z"})
        EXPECT_FALSE(read_reply(other).has_value()) << other;
}

}  // namespace
}  // namespace mlango::gsm::gsup
