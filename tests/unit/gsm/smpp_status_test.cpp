// command_status: a row a code.
#include "gsm/smpp/status.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string_view>

namespace mlango::gsm::smpp {
namespace {

TEST(smpp_status, every_code_has_its_name_and_its_meaning) {
    struct row {
        std::uint32_t code;
        std::string_view name;
        std::string_view means;
    };
    const row rows[] = {
        {0x00, "ESME_ROK", "accepted"},
        {0x01, "ESME_RINVMSGLEN", "permanent"},
        {0x02, "ESME_RINVCMDLEN", "permanent"},
        {0x03, "ESME_RINVCMDID", "temporary"},
        {0x04, "ESME_RINVBNDSTS", "temporary"},
        {0x05, "ESME_RALYBND", "temporary"},
        {0x06, "ESME_RINVPRTFLG", "temporary"},
        {0x07, "ESME_RINVREGDLVFLG", "temporary"},
        {0x08, "ESME_RSYSERR", "temporary"},
        {0x0a, "ESME_RINVSRCADR", "temporary"},
        {0x0b, "ESME_RINVDSTADR", "permanent"},
        {0x0c, "ESME_RINVMSGID", "permanent"},
        {0x0d, "ESME_RBINDFAIL", "temporary"},
        {0x0e, "ESME_RINVPASWD", "temporary"},
        {0x0f, "ESME_RINVSYSID", "temporary"},
        {0x11, "ESME_RCANCELFAIL", "temporary"},
        {0x13, "ESME_RREPLACEFAIL", "temporary"},
        {0x14, "ESME_RMSGQFUL", "throttling"},
        {0x15, "ESME_RINVSERTYP", "temporary"},
        {0x33, "ESME_RINVNUMDESTS", "permanent"},
        {0x34, "ESME_RINVDLNAME", "permanent"},
        {0x40, "ESME_RINVDESTFLAG", "permanent"},
        {0x42, "ESME_RINVSUBREP", "temporary"},
        {0x43, "ESME_RINVESMCLASS", "temporary"},
        {0x44, "ESME_RCNTSUBDL", "temporary"},
        {0x45, "ESME_RSUBMITFAIL", "temporary"},
        {0x48, "ESME_RINVSRCTON", "temporary"},
        {0x49, "ESME_RINVSRCNPI", "temporary"},
        {0x50, "ESME_RINVDSTTON", "temporary"},
        {0x51, "ESME_RINVDSTNPI", "temporary"},
        {0x53, "ESME_RINVSYSTYP", "temporary"},
        {0x54, "ESME_RINVREPFLAG", "temporary"},
        {0x55, "ESME_RINVNUMMSGS", "permanent"},
        {0x58, "ESME_RTHROTTLED", "throttling"},
        {0x61, "ESME_RINVSCHED", "permanent"},
        {0x62, "ESME_RINVEXPIRY", "permanent"},
        {0x63, "ESME_RINVDFTMSGID", "permanent"},
        {0x64, "ESME_RX_T_APPN", "temporary"},
        {0x65, "ESME_RX_P_APPN", "permanent"},
        {0x66, "ESME_RX_R_APPN", "permanent"},
        {0x67, "ESME_RQUERYFAIL", "temporary"},
        {0xc0, "ESME_RINVTLVSTREAM", "temporary"},
        {0xc1, "ESME_RTLVNOTALLWD", "temporary"},
        {0xc2, "ESME_RINVTLVLEN", "temporary"},
        {0xc3, "ESME_RMISSINGTLV", "temporary"},
        {0xc4, "ESME_RINVTLVVAL", "temporary"},
        {0xfe, "ESME_RDELIVERYFAILURE", "temporary"},
        {0xff, "ESME_RUNKNOWNERR", "unknown"},
        {0x100, "ESME_RSERTYPUNAUTH", "temporary"},
        {0x101, "ESME_RPROHIBITED", "temporary"},
        {0x102, "ESME_RSERTYPUNAVAIL", "temporary"},
        {0x103, "ESME_RSERTYPDENIED", "temporary"},
        {0x104, "ESME_RINVDCS", "permanent"},
        {0x105, "ESME_RINVSRCADDRSUBUNIT", "temporary"},
        {0x106, "ESME_RINVDSTADDRSUBUNIT", "temporary"},
        {0x107, "ESME_RINVBCASTFREQINT", "permanent"},
        {0x108, "ESME_RINVBCASTALIAS_NAME", "permanent"},
        {0x109, "ESME_RINVBCASTAREAFMT", "permanent"},
        {0x10a, "ESME_RINVNUMBCAST_AREAS", "permanent"},
        {0x10b, "ESME_RINVBCASTCNTTYPE", "permanent"},
        {0x10c, "ESME_RINVBCASTMSGCLASS", "permanent"},
        {0x10d, "ESME_RBCASTFAIL", "temporary"},
        {0x10e, "ESME_RBCASTQUERYFAIL", "temporary"},
        {0x10f, "ESME_RBCASTCANCELFAIL", "temporary"},
        {0x110, "ESME_RINVBCAST_REP", "permanent"},
        {0x111, "ESME_RINVBCASTSRVGRP", "permanent"},
        {0x112, "ESME_RINVBCASTCHANIND", "permanent"},
    };
    EXPECT_EQ(status_table().size(), std::size(rows));
    for (const row& expected : rows) {
        const auto code = static_cast<status>(expected.code);
        EXPECT_EQ(name_of(code), expected.name);
        EXPECT_EQ(name_of(outcome_of(code)), expected.means) << expected.name;
    }
    for (const std::uint32_t code : {0x09u, 0x10u, 0x57u, 0x113u, 0x400u, 0x4ffu, 0xffffffffu}) {  // reserved, vendors'
        EXPECT_EQ(name_of(static_cast<status>(code)), "") << code;
        EXPECT_EQ(outcome_of(static_cast<status>(code)), outcome::unknown) << code;
    }
}

}  // namespace
}  // namespace mlango::gsm::smpp
