// Receipts as SMSCs word them, and ids as they spell them.
#include "gsm/smpp/receipt_text.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "gsm/smpp/message_id.hpp"
#include "gsm/sms.hpp"

namespace mlango::gsm::smpp {
namespace {

using namespace std::string_literals;

message with_text(std::string_view text, std::uint8_t esm_class = esm::receipt) {
    message content;
    content.esm_class = esm_class;
    content.short_message = text;
    return content;
}

struct text_row {
    std::string_view text;
    std::string_view id;
    message_state state;
    std::string_view error;
};

constexpr text_row texts[] = {
    {"id:0123456789 sub:001 dlvrd:001 submit date:2611281200 done date:2611281201 stat:DELIVRD err:000 text:Habari",
     "0123456789", message_state::delivered, "000"},
    {"id:7b2c-11ef sub:1 dlvrd:1 submit date:261128120000 done date:261128120100 stat:DELIVRD err:0 Text:", "7b2c-11ef",
     message_state::delivered, "0"},
    {"ID:AB12 SUB:001 DLVRD:000 SUBMIT DATE:2611281200 DONE DATE:2611281201 STAT:UNDELIV ERR:034 TEXT:x", "AB12",
     message_state::undeliverable, "034"},
    {"stat:EXPIRED err:27 id:99", "99", message_state::expired, "27"},       // another order
    {"id: 42  stat: REJECTD   err: 1", "42", message_state::rejected, "1"},  // blanks behind
    {"id :42\r\nstat :ACCEPTD", "42", message_state::accepted, ""},          // and before
    {"id:42 stat:delivrd", "42", message_state::delivered, ""},              // case of the word
    {"id:42 stat:DELIVERED", "42", message_state::delivered, ""},            // the whole word
    {"id:42,stat:ENROUTE;err:5", "42", message_state::enroute, "5"},
    {"id:42 stat:BUFFRED", "42", message_state::enroute, ""},  // Kannel
    {"id:42 stat:DELETED", "42", message_state::deleted, ""},
    {"id:42 stat:SKIPPED", "42", message_state::skipped, ""},
    {"id:42 stat:SCHEDLD", "42", message_state::scheduled, ""},
    {"id:42 stat:UNKNOWN", "42", message_state::unknown, ""},
    {"id:42 stat:WHATEVER err:7", "42", message_state::unknown, "7"},
    {"id: stat:DELIVRD", "", message_state::delivered, ""},                          // an empty field
    {"id:42 sub:001 dlvrd:001 submit date:2611", "42", message_state::unknown, ""},  // cut
    {"id:42 text:stat:DELIVRD err:9", "42", message_state::unknown, ""},             // what she wrote is no field
    {"text:id:1 stat:DELIVRD", "", message_state::unknown, ""},
    {"paid:7 id:42 status:X stat:DELIVRD", "42", message_state::delivered, ""},  // names within words
    {"", "", message_state::unknown, ""},
    {":::: id:", "", message_state::unknown, ""},
};

TEST(smpp_receipt, texts_of_all_kinds) {
    for (const auto& [text, id, state, error] : texts) {
        const auto read = read_receipt(with_text(text));
        ASSERT_TRUE(read) << text;
        EXPECT_EQ(read->id, id) << text;
        EXPECT_EQ(read->state, state) << text;
        EXPECT_EQ(read->error, error) << text;
    }
}

TEST(smpp_receipt, a_text_cut_at_each_octet_is_read_as_far_as_it_goes) {
    for (const auto& row : texts) {
        if (row.id.empty()) continue;  // cut behind "id: st" a word is an id
        for (std::size_t size = 0; size < row.text.size(); ++size) {
            const std::vector<char> exact(row.text.begin(), row.text.begin() + static_cast<std::ptrdiff_t>(size));
            const auto read = read_receipt(with_text({exact.data(), exact.size()}));
            ASSERT_TRUE(read);
            EXPECT_TRUE(row.id.starts_with(read->id)) << row.text << ' ' << size;
        }
    }
}

TEST(smpp_receipt, what_we_write_we_read) {
    for (int octet = 0; octet <= 9; ++octet) {
        const message_state state = message_state_of(static_cast<std::uint8_t>(octet));
        const std::string text = write_receipt_text("0000123A", state, "034", "2611281200", "2611281201");
        const auto read = read_receipt(with_text(text));
        ASSERT_TRUE(read);
        EXPECT_EQ(read->id, "0000123A");
        EXPECT_EQ(read->state, state) << text;
        EXPECT_EQ(read->error, "034");
    }
}

TEST(smpp_receipt, tlvs_go_before_the_text) {
    std::string list;
    append_tlv(list, tlv::receipted_message_id, "real");
    append_tlv(list, tlv::message_state, std::uint8_t{5});
    append_tlv(list, tlv::network_error_code, network_error{3, 34});
    append_tlv(list, tlv::user_message_reference, std::uint16_t{4711});
    message content = with_text("id:other stat:DELIVRD err:000");
    content.tlvs = tlv_view(list);
    const auto read = read_receipt(content);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->id, "real");
    EXPECT_EQ(read->state, message_state::undeliverable);
    EXPECT_EQ(read->error, "3-34");
    EXPECT_EQ(read->reference, 4711);
    EXPECT_EQ(read->reason(), "UNDELIV err 3-34");
}

TEST(smpp_receipt, tlvs_of_a_wrong_length_leave_the_text) {
    const std::string list = "\0\x1e\0\0\x04\x27\0\0\x04\x23\0\x01\x03"s;
    message content = with_text("id:42 stat:EXPIRED err:7");
    content.tlvs = tlv_view(list);
    const auto read = read_receipt(content);
    EXPECT_EQ(read->id, "42");
    EXPECT_EQ(read->state, message_state::expired);
    EXPECT_EQ(read->error, "7");
}

TEST(smpp_receipt, text_in_the_payload_or_in_ucs2) {
    std::string list;
    append_tlv(list, tlv::message_payload, "id:42 stat:DELIVRD");
    message content = with_text("");
    content.tlvs = tlv_view(list);
    EXPECT_EQ(read_receipt(content)->id, "42");
    std::string wide;
    for (const char c : "id:42 stat:DELIVRD"s) wide += "\0"s + c;
    content = with_text(wide);
    content.data_coding = 8;
    EXPECT_EQ(read_receipt(content)->id, "42");
    EXPECT_EQ(read_receipt(content)->state, message_state::delivered);
}

TEST(smpp_receipt, esm_class_decides_what_is_one) {
    constexpr std::string_view text = "id:42 stat:DELIVRD";
    EXPECT_TRUE(read_receipt(with_text(text, 0x04)));
    EXPECT_TRUE(read_receipt(with_text(text, 0x08)));
    EXPECT_TRUE(read_receipt(with_text(text, 0x44)));  // with a UDH's bit
    EXPECT_TRUE(read_receipt(with_text(text, 0x20))->is_intermediate);
    EXPECT_FALSE(read_receipt(with_text(text, 0x04))->is_intermediate);
    // A person can type these words: they are a message.
    EXPECT_FALSE(read_receipt(with_text(text, 0x00)));
    EXPECT_FALSE(read_receipt(with_text(text, 0x10)));
    EXPECT_FALSE(read_receipt(with_text(text, 0x43)));
    std::string list;
    append_tlv(list, tlv::receipted_message_id, "42");
    message forgotten = with_text(text, 0);
    forgotten.tlvs = tlv_view(list);
    EXPECT_TRUE(read_receipt(forgotten));
}

TEST(smpp_receipt, what_is_kept_is_short_and_printable) {
    const std::string text = "id:" + std::string(5'000, '9') + " stat:DELIVRD";
    EXPECT_EQ(read_receipt(with_text(text))->id.size(), 64u);
    EXPECT_EQ(read_receipt(with_text("id:4\x01\xff"
                                     "2 err:\x7f"))
                  ->id,
              "4??2");
    EXPECT_EQ(read_receipt(with_text("err:" + std::string(99, '1')))->error.size(), 16u);
}

TEST(smpp_receipt, states_for_the_outbox) {
    EXPECT_EQ(receipt_state_of(message_state::delivered), receipt_state::delivered);
    EXPECT_EQ(receipt_state_of(message_state::enroute), receipt_state::buffered);
    EXPECT_EQ(receipt_state_of(message_state::scheduled), receipt_state::buffered);
    EXPECT_EQ(receipt_state_of(message_state::accepted), receipt_state::accepted);
    EXPECT_EQ(receipt_state_of(message_state::expired), receipt_state::expired);
    EXPECT_EQ(receipt_state_of(message_state::rejected), receipt_state::rejected);
    EXPECT_EQ(receipt_state_of(message_state::deleted), receipt_state::failed);
    EXPECT_EQ(receipt_state_of(message_state::undeliverable), receipt_state::failed);
    EXPECT_EQ(receipt_state_of(message_state::skipped), receipt_state::failed);
    EXPECT_EQ(receipt_state_of(message_state::unknown), receipt_state::unknown);
    EXPECT_EQ(message_state_of(200), message_state::unknown);
}

// ---- ids

TEST(smpp_message_id, canonical_forms) {
    struct row {
        std::string_view id, canonical;
    };
    const row rows[] = {
        {"0000123A", "123a"},
        {"123a", "123a"},
        {"0x123A", "123a"},
        {"0X0123a", "123a"},
        {"00042", "42"},
        {"42", "42"},
        {" 42 ", "42"},
        {"000", "0"},
        {"0", "0"},
        {"", ""},
        {"0xZZ", "0xZZ"},
        {"Msg-7", "Msg-7"},
        {"7B2C-11EF-0a", "7b2c-11ef-0a"},
        {"msg_id_not_implemented", "msg_id_not_implemented"},
        {"00A.1", "00A.1"},
        {"00000000000000000000000000FEDCBA9876543210", "fedcba9876543210"},
    };
    for (const auto& [id, canonical] : rows) EXPECT_EQ(canonical_id(id), canonical) << id;
    EXPECT_EQ(canonical_id(std::string(500, 'z')).size(), 200u);
    EXPECT_EQ(canonical_id(std::string(199, 'z') + "  z").size(), 199u);  // cut within blanks
}

// A receipt finds its submission when one of its forms is the canonical form of the id that was kept.
bool joins(std::string_view submitted, std::string_view receipted) {
    const auto forms = id_forms(receipted);
    return std::ranges::find(forms, canonical_id(submitted)) != forms.end();
}

TEST(smpp_message_id, lesson_2_a_receipt_finds_its_submission_in_whatever_base) {
    constexpr std::string_view spellings[] = {"4666", "0000004666", "123a", "123A", "0000123A", "0x123a"};
    for (const auto submitted : spellings) {
        for (const auto receipted : spellings) {
            EXPECT_TRUE(joins(submitted, receipted)) << submitted << ' ' << receipted;
        }
    }
    EXPECT_TRUE(joins("FFFFFFFFFFFFFFFF", "18446744073709551615"));
    EXPECT_TRUE(joins("18446744073709551615", "ffffffffffffffff"));
    EXPECT_TRUE(joins("7b2c-11ef", "7B2C-11EF"));
    EXPECT_TRUE(joins("Msg-7", "Msg-7"));
    EXPECT_FALSE(joins("Msg-7", "msg-7"));  // letters that are no number's may tell ids apart
    EXPECT_FALSE(joins("4667", "123A"));
    EXPECT_FALSE(joins("", "0"));
}

TEST(smpp_message_id, the_id_itself_is_looked_up_first) {
    EXPECT_EQ(id_forms("10"), (std::vector<std::string>{"10", "a", "16"}));
    EXPECT_EQ(id_forms("0010"), (std::vector<std::string>{"10", "a", "16"}));
    EXPECT_EQ(id_forms("1f"), (std::vector<std::string>{"1f", "31"}));
    EXPECT_EQ(id_forms("0x10"), (std::vector<std::string>{"10", "16"}));
    EXPECT_EQ(id_forms("Msg-7"), (std::vector<std::string>{"Msg-7"}));
    EXPECT_EQ(id_forms("123456789012345678901234567890"), (std::vector<std::string>{"123456789012345678901234567890"}));
    EXPECT_EQ(id_forms(""), (std::vector<std::string>{""}));
}

}  // namespace
}  // namespace mlango::gsm::smpp
