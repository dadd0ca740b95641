// Each row of what deployments do with USSD in SMPP, as a dialogue that is replayed through real PDUs: what comes is
// written by the codec, read, heard; what is answered is written, read back and compared.
#include <gtest/gtest.h>

#include <functional>
#include <set>

#include "gsm/smpp/ussd_profile.hpp"
#include "gsm/smpp/ussd_wording.hpp"

namespace mlango::gsm::smpp {
namespace {

constexpr auto* number = "254711000001";
constexpr auto* code = "384";

struct parameter {
    std::uint16_t tag;
    std::string value;
};

std::string two(std::uint16_t value) {
    return {static_cast<char>(value >> 8), static_cast<char>(value & 0xFF)};
}
parameter op(std::uint8_t value) {
    return {0x0501, std::string(1, static_cast<char>(value))};
}
parameter its(std::uint16_t value) {
    return {0x1383, two(value)};
}
parameter umr(std::uint16_t value) {
    return {0x0204, two(value)};
}

// A PDU of the message centre's.
struct theirs {
    std::vector<parameter> parameters = {};
    std::string text = {};
    std::string service_type = "USSD";
    std::string to = code;
    std::uint8_t coding = 0;
    bool data = false;
    bool payload = false;
};
// And what it must be heard as; nullopt: no USSD.
struct heard_as {
    ussd_step step;
    std::string text = {};
    std::string session = {};
};
// Our answer, and how it must look.
struct ours {
    ussd_saying what;
    std::string text;
    std::vector<parameter> parameters;
    std::string service_type = "USSD";
    bool data = false;
    bool payload = false;
};
struct turn {
    theirs in;
    heard_as heard;
    std::optional<ours> out = std::nullopt;
};
struct script {
    std::string profile;
    std::vector<turn> turns;
};

std::vector<script> scripts() {
    using s = ussd_step;
    using w = ussd_saying;
    const std::string menu = "1 One\n2 Two";
    const std::string bye = "Bye";
    const std::string bearer(1, '\x04'), reply_type(1, '\x05');
    std::vector<script> all;
    all.push_back(
        {"spec",
         {{{{op(1), its(0x2a00)}, "*384#"}, {s::begin, "*384#", "2a00"}, ours{w::screen, menu, {op(2), its(0x2a00)}}},
          {{{op(18), its(0x2a00)}, "2"}, {s::answer, "2", "2a00"}, ours{w::last, bye, {op(17), its(0x2a01)}}},
          {{{op(0x81), its(0x2a00)}}, {s::end, "", "2a00"}},
          {{{op(18), its(0x2a01)}, "2"}, {s::end, "", "2a00"}},  // bit 0 on any op
          {{{op(19), its(0x0100)}}, {s::acknowledged, "", "0100"}}}});
    all.push_back(
        {"tata",
         {{{{op(1), its(0x0100)}, "*384#"}, {s::begin, "*384#", "0100"}, ours{w::screen, menu, {op(2), its(0x0100)}}},
          {{{op(2), its(0x0100)}, "1"}, {s::answer, "1", "0100"}, ours{w::screen, menu, {op(2), its(0x0100)}}},
          {{{op(0x12), its(0x0100)}, "2"}, {s::answer, "2", "0100"}, ours{w::last, bye, {op(2), its(0x0101)}}},
          {{{op(0x11), its(0x0100)}}, {s::end, "", "0100"}}}});
    all.push_back(
        {"sixdee",
         {{{{op(1), its(0x0b00)}, "*384*7#"},
           {s::begin, "*384*7#", "0b00"},
           ours{w::screen, menu, {op(2), its(0x0b00)}}},
          {{{op(1), its(0x0c00)}, "", "USSD", "*384#"}, {s::begin, "*384#", "0c00"}},
          {{{op(0x12), its(0x0b00)}, "1"}, {s::answer, "1", "0b00"}, ours{w::last, bye, {op(17), its(0x0b01)}}},
          {{{op(0x81), its(0x0b00)}}, {s::end, "", "0b00"}}}});
    for (const std::uint8_t close : {std::uint8_t{17}, std::uint8_t{0x17}})
        all.push_back(
            {close == 17 ? "mica" : "mica_17",
             {{{{op(1), umr(0x0007)}, "*384#"}, {s::begin, "*384#", "0007"}, ours{w::screen, menu, {op(2), umr(7)}}},
              {{{op(18), umr(0x0007)}, "2"}, {s::answer, "2", "0007"}, ours{w::last, bye, {op(close), umr(7)}}},
              {{{op(17), umr(0x0007)}}, {s::end, "", "0007"}},
              {{{op(129), umr(0x0007)}}, {s::end, "", "0007"}}}});
    all.push_back({"huawei",
                   {{{{op(1)}, "*384#"}, {s::begin, "*384#", "number"}, ours{w::screen, menu, {op(2)}}},
                    {{{op(18)}, "2"}, {s::answer, "2", "number"}, ours{w::last, bye, {op(17)}}}}});
    all.push_back(
        {"changing_ids",
         {{{{op(1), its(0x0100)}, "*384#"}, {s::begin, "*384#", "0100"}, ours{w::screen, menu, {op(2), its(0x0100)}}},
          {{{op(18), its(0x0200)}, "2"}, {s::answer, "2", "0200"}, ours{w::last, bye, {op(17), its(0x0201)}}}}});
    all.push_back(
        {"letters",
         {{{{}, "*384#", "BR"}, {s::begin, "*384#", "number"}, ours{w::screen, menu, {op(2), {0x0007, bearer}}, "CR"}},
          {{{op(2)}, "1", "CA"}, {s::answer, "1", "number"}, ours{w::screen, menu, {op(2), {0x0007, bearer}}, "CR"}},
          {{{}, "2", "CR"}, {s::answer, "2", "number"}, ours{w::last, bye, {{0x0007, bearer}}, "EF"}},
          {{{}, "", "AF"}, {s::end, "", "number"}},
          {{{}, "", "EF"}, {s::end, "", "number"}},
          {{{}, "", "CN"}, {s::acknowledged, "", "number"}}}});
    all.push_back({"cloudhopper",
                   {{{{op(1), its(0x0100)}, "*384#", "USSD", code, 0, true, true},
                     {s::begin, "*384#", "0100"},
                     ours{w::screen, menu, {op(2), its(0x0100), {0x0424, menu}}, "USSD", true, true}},
                    {{{op(18), its(0x0100)}, "2"},
                     {s::answer, "2", "0100"},
                     ours{w::last, bye, {op(0x11), its(0x0101), {0x0424, bye}}, "USSD", true, true}}}});
    const std::string long_text(254, 'x');
    all.push_back({"uzbekistan",
                   {{{{op(1), its(0x0100)}, "*384#"},
                     {s::begin, "*384#", "0100"},
                     ours{w::screen, long_text.substr(0, 253), {op(2), its(0x0100), {0x1380, reply_type}}}},
                    {{{op(18), its(0x0100)}, "2"},
                     {s::answer, "2", "0100"},
                     ours{w::last,
                          long_text,
                          {op(17), its(0x0101), {0x1380, reply_type}, {0x0424, long_text}},
                          "USSD",
                          false,
                          true}}}});
    all.push_back(
        {"nowsms",
         {{{{its(0x0100)}, "*384#"}, {s::begin, "*384#", "0100"}, ours{w::screen, menu, {op(2), its(0x0100)}}},
          {{{op(18), its(0x0100)}, "2"}, {s::answer, "2", "0100"}, ours{w::last, bye, {op(17), its(0x0101)}}}}});
    return all;
}

std::uint16_t number_of_line(const ussd_line& line) {
    std::uint16_t value = 0;
    for (const char octet : line.session)
        value = static_cast<std::uint16_t>(value << 8 | static_cast<unsigned char>(octet));
    return value;
}

// A deliver_sm or data_sm as octets.
std::string in_octets(const theirs& from) {
    std::string tlvs;
    for (const parameter& one : from.parameters) append_tlv(tlvs, one.tag, one.value);
    if (from.payload) append_tlv(tlvs, tlv::message_payload, from.text);
    message content;
    content.service_type = from.service_type;
    content.source = {1, 1, number};
    content.destination = {0, 1, from.to};
    content.data_coding = from.coding;
    if (!from.payload) content.short_message = from.text;
    content.tlvs = tlv_view(tlvs);
    std::string octets;
    EXPECT_TRUE(append_message(octets, from.data ? command::data_sm : command::deliver_sm, 1, content).has_value());
    return octets;
}

message read(std::string_view octets, bool data) {
    const auto frame = take_frame(octets);
    EXPECT_TRUE(frame && *frame);
    const auto body = data ? read_data_message((*frame)->body) : read_message((*frame)->body);
    EXPECT_TRUE(body.has_value());
    return *body;
}

TEST(smpp_ussd, every_known_deployments_dialogue_is_understood_and_answered) {
    std::set<std::string> played;
    for (const script& one : scripts()) {
        const ussd_profile* profile = find_ussd_profile(one.profile);
        ASSERT_NE(profile, nullptr) << one.profile;
        played.insert(one.profile);
        for (const turn& now : one.turns) {
            const std::string octets = in_octets(now.in);
            auto heard = read_ussd(*profile, read(octets, now.in.data));
            ASSERT_TRUE(heard.has_value()) << one.profile << " " << now.in.text;
            EXPECT_EQ(heard->step, now.heard.step) << one.profile << " " << now.in.text;
            EXPECT_EQ(heard->session, now.heard.session) << one.profile;
            EXPECT_EQ(heard->text, now.heard.text) << one.profile;
            EXPECT_EQ(heard->from.digits(), number) << one.profile;
            if (!now.out) continue;
            const auto pdu = write_ussd(*profile, now.out->what, heard->line, now.out->text);
            ASSERT_TRUE(pdu.has_value()) << one.profile;
            EXPECT_EQ(pdu->id, now.out->data ? command::data_sm : command::submit_sm) << one.profile;
            std::string written;
            ASSERT_TRUE(append_message(written, pdu->id, 2, pdu->content()).has_value()) << one.profile;
            const message sent = read(written, now.out->data);
            EXPECT_EQ(sent.service_type, now.out->service_type) << one.profile;
            EXPECT_EQ(sent.source.digits, now.in.to) << one.profile;
            EXPECT_EQ(sent.destination.digits, number) << one.profile;
            EXPECT_EQ(sent.octets(), now.out->text) << one.profile;
            EXPECT_EQ(sent.short_message.empty(), now.out->payload) << one.profile;
            std::string wanted;
            for (const parameter& p : now.out->parameters) append_tlv(wanted, p.tag, p.value);
            EXPECT_EQ(sent.tlvs.octets(), wanted) << one.profile << " " << now.out->text;
        }
    }
    for (const ussd_profile& profile : known_ussd_profiles())
        EXPECT_TRUE(played.contains(profile.name)) << profile.name;
}

TEST(smpp_ussd, known_profiles_have_no_faults_and_each_name_once) {
    std::set<std::string> names;
    for (const ussd_profile& profile : known_ussd_profiles()) {
        EXPECT_EQ(faults_of(profile), std::vector<std::string>{}) << profile.name;
        EXPECT_TRUE(names.insert(profile.name).second) << profile.name;
    }
    EXPECT_EQ(find_ussd_profile("comverse"), nullptr);
}

TEST(smpp_ussd, each_fault_of_a_profile_is_named) {
    const std::pair<std::string_view, std::function<void(ussd_profile&)>> rows[] = {
        {"no rule says what a dial is", [](auto& p) { p.rules.erase(p.rules.begin()); }},
        {"no rule says what an answer is", [](auto& p) { p.rules.erase(p.rules.begin() + 1); }},
        {"every SMS would fit", [](auto& p) { p.rules.push_back({}); }},
        {"an op and none", [](auto& p) { p.rules.push_back({.op = 3, .no_op = true}); }},
        {"at most 5 characters", [](auto& p) { p.service_type = "USSDUSSD"; }},
        {"neither op nor service_type", [](auto& p) { p.service_type = "", p.last.op.reset(); }},
        {"nothing tells a last screen", [](auto& p) { p.last = p.screen, p.end_bit = false; }},
        {"end_bit is of its_session_info", [](auto& p) { p.session = ussd_profile::session_source::number; }},
        {"session_mask", [](auto& p) { p.session_mask = 0; }},
        {"session_tag", [](auto& p) { p.session_tag = 0x1400; }},
        {"payload_from", [](auto& p) { p.payload_from = 0; }},
        {"an extra parameter", [](auto& p) { p.extra.push_back({0x1400, std::string(65, 'x')}); }},
    };
    for (const auto& [fault, spoil] : rows) {
        ussd_profile profile = *find_ussd_profile("spec");
        spoil(profile);
        std::string all;
        for (const auto& one : faults_of(profile)) all += one + "\n";
        EXPECT_NE(all.find(fault), std::string::npos) << fault << ": " << all;
    }
}

TEST(smpp_ussd, an_sms_is_no_ussd) {
    const theirs sms{{}, "STOP", ""};
    for (const ussd_profile& profile : known_ussd_profiles()) {
        const std::string octets = in_octets(sms);
        EXPECT_FALSE(is_ussd(profile, read(octets, false))) << profile.name;
        EXPECT_EQ(read_ussd(profile, read(octets, false)).error(), ussd_unread::not_ussd) << profile.name;
    }
}

TEST(smpp_ussd, what_can_not_be_answered_is_said) {
    const ussd_profile& spec = *find_ussd_profile("spec");
    const std::string without = in_octets({{op(1)}, "*384#"});
    EXPECT_EQ(read_ussd(spec, read(without, false)).error(), ussd_unread::no_session);
    const std::string wide = in_octets({{op(1), {0x1383, "abc"}}, "*384#"});
    EXPECT_EQ(read_ussd(spec, read(wide, false)).error(), ussd_unread::no_session);
    const std::string octets = in_octets({{op(1), its(2)}, "*384#"});
    message anonymous = read(octets, false);
    anonymous.source.digits = "info";
    EXPECT_EQ(read_ussd(spec, anonymous).error(), ussd_unread::no_number);
    const std::string binary = in_octets({{op(1), its(2)}, "*384#", "USSD", code, 4});
    EXPECT_EQ(read_ussd(spec, read(binary, false)).error(), ussd_unread::text_unknown);
}

TEST(smpp_ussd, national_numbers_need_their_country) {
    const std::string octets = in_octets({{op(1), its(2)}, "*384#"});
    message from = read(octets, false);
    from.source = {2, 1, "0711000001"};
    const ussd_profile& spec = *find_ussd_profile("spec");
    EXPECT_EQ(read_ussd(spec, from).error(), ussd_unread::no_number);
    EXPECT_EQ(read_ussd(spec, from, "254")->from.digits(), number);
}

TEST(smpp_ussd, texts_go_in_the_profiles_codings_and_come_in_any) {
    ussd_profile profile = *find_ussd_profile("spec");
    profile.gsm7_coding = 0x0F;
    profile.ucs2_coding = 0x48;
    profile.packed = true;
    ussd_line line = line_to(profile, *msisdn::from_e164(number), code, 3);
    auto pdu = write_ussd(profile, ussd_saying::screen, line, "*384#");
    EXPECT_EQ(pdu->data_coding, 0x0F);
    EXPECT_EQ(pdu->octets, "\xaa\x19\x8e\x36\x02");
    pdu = write_ussd(profile, ussd_saying::screen, line, "አዎ");
    EXPECT_EQ(pdu->data_coding, 0x48);
    EXPECT_EQ(pdu->octets, std::string("\x12\xa0\x12\xce"));
    const auto text_in = [&](std::uint8_t coding, std::string octets) {
        const std::string whole = in_octets({{op(18), its(2)}, std::move(octets), "USSD", code, coding});
        const auto heard = read_ussd(profile, read(whole, false));
        return heard ? heard->text : "unread";
    };
    EXPECT_EQ(text_in(0x0F, "\xaa\x19\x8e\x36\x02"), "*384#");
    EXPECT_EQ(text_in(0x48, "\x12\xa0"), "አ");
    EXPECT_EQ(text_in(8, "\x12\xa0"), "አ");
    EXPECT_EQ(text_in(1, "12"), "12");
    EXPECT_EQ(text_in(3, "\xe9"), "é");
    profile.packed = false;
    EXPECT_EQ(text_in(0x0F, "12"), "12");
    EXPECT_FALSE(write_ussd(profile, ussd_saying::screen, line, std::string(2'000, 'x')).has_value());
}

TEST(smpp_ussd, a_vendors_parameter_names_the_session_and_goes_back) {
    ussd_profile profile = *find_ussd_profile("spec");
    profile.session = ussd_profile::session_source::tlv;
    profile.session_tag = 0x1401;
    profile.end_bit = false;
    EXPECT_EQ(faults_of(profile), std::vector<std::string>{});
    const std::string octets = in_octets({{op(1), {0x1401, std::string("\x00\x00\x12\x34\x56", 5)}}, "*384#"});
    auto heard = read_ussd(profile, read(octets, false));
    ASSERT_TRUE(heard.has_value());
    EXPECT_EQ(heard->session, "0000123456");
    const auto pdu = write_ussd(profile, ussd_saying::last, heard->line, "Bye");
    EXPECT_EQ(tlv_view(pdu->tlvs).find(0x1401), std::string("\x00\x00\x12\x34\x56", 5));
}

TEST(smpp_ussd, where_it_counts_each_pdu_of_ours_has_the_next_number) {
    ussd_profile profile = *find_ussd_profile("spec");
    profile.session_mask = 0xFF00;
    profile.counts = true;
    const std::string octets = in_octets({{op(1), its(0x2a00)}, "*384#"});
    auto heard = read_ussd(profile, read(octets, false));
    std::vector<std::uint16_t> seen;
    for (const auto what : {ussd_saying::screen, ussd_saying::screen, ussd_saying::last})
        seen.push_back(
            tlv_view(write_ussd(profile, what, heard->line, "x")->tlvs).get(tlv::its_session_info).value_or(0));
    EXPECT_EQ(seen, (std::vector<std::uint16_t>{0x2a02, 0x2a04, 0x2a07}));
}

TEST(smpp_ussd, a_dialogue_of_ours_is_known_by_its_line) {
    for (const ussd_profile& profile : known_ussd_profiles()) {
        ussd_line line = line_to(profile, *msisdn::from_e164(number), code, 9);
        const auto pdu = write_ussd(profile, ussd_saying::question, line, "Share your name? 1 Yes 2 No");
        ASSERT_TRUE(pdu.has_value());
        const auto session = profile.session == ussd_profile::session_source::number ? parameter{0x1400, ""}
                             : profile.session == ussd_profile::session_source::user_message_reference
                                 ? umr(number_of_line(line))
                                 : its(number_of_line(line));
        const auto answered = profile.name == "letters" ? theirs{{session}, "1", "CA"} : theirs{{op(18), session}, "1"};
        const std::string octets = in_octets(answered);
        const auto heard = read_ussd(profile, read(octets, false));
        ASSERT_TRUE(heard.has_value()) << profile.name;
        EXPECT_EQ(heard->step, ussd_step::answer) << profile.name;
        EXPECT_EQ(heard->session, session_of(profile, line)) << profile.name;
    }
}

TEST(smpp_ussd, pdus_cut_anywhere_are_refused_or_heard_without_what_was_cut) {
    const ussd_profile& spec = *find_ussd_profile("spec");
    const std::string whole = in_octets({{op(1), its(0x2a00)}, "*384#"});
    const std::string_view body = std::string_view(whole).substr(header_size);
    for (std::size_t cut = 0; cut < body.size(); ++cut) {
        const auto from = read_message(body.substr(0, cut));
        if (!from) continue;
        EXPECT_FALSE(read_ussd(spec, *from).has_value()) << cut;
    }
}

}  // namespace
}  // namespace mlango::gsm::smpp
