// command_status of SMPP 3.4 §5.1.3 and 5.0 §4.7.6: names, and what an outcome means for a message. Callers: the codec,
// the link, the client beside it. No I/O.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace mlango::gsm::smpp {

// Open: a peer may send any value. The enumerators are the specification's words without "ESME_".
enum class status : std::uint32_t {
    rok = 0x00,
    rinvmsglen = 0x01,
    rinvcmdlen = 0x02,
    rinvcmdid = 0x03,
    rinvbndsts = 0x04,
    ralybnd = 0x05,
    rinvprtflg = 0x06,
    rinvregdlvflg = 0x07,
    rsyserr = 0x08,
    rinvsrcadr = 0x0a,
    rinvdstadr = 0x0b,
    rinvmsgid = 0x0c,
    rbindfail = 0x0d,
    rinvpaswd = 0x0e,
    rinvsysid = 0x0f,
    rcancelfail = 0x11,
    rreplacefail = 0x13,
    rmsgqful = 0x14,
    rinvsertyp = 0x15,
    rinvnumdests = 0x33,
    rinvdlname = 0x34,
    rinvdestflag = 0x40,
    rinvsubrep = 0x42,
    rinvesmclass = 0x43,
    rcntsubdl = 0x44,
    rsubmitfail = 0x45,
    rinvsrcton = 0x48,
    rinvsrcnpi = 0x49,
    rinvdstton = 0x50,
    rinvdstnpi = 0x51,
    rinvsystyp = 0x53,
    rinvrepflag = 0x54,
    rinvnummsgs = 0x55,
    rthrottled = 0x58,
    rinvsched = 0x61,
    rinvexpiry = 0x62,
    rinvdftmsgid = 0x63,
    rx_t_appn = 0x64,
    rx_p_appn = 0x65,
    rx_r_appn = 0x66,
    rqueryfail = 0x67,
    rinvtlvstream = 0xc0,
    rtlvnotallwd = 0xc1,
    rinvtlvlen = 0xc2,
    rmissingtlv = 0xc3,
    rinvtlvval = 0xc4,
    rdeliveryfailure = 0xfe,
    runknownerr = 0xff,
    rsertypunauth = 0x100,
    rprohibited = 0x101,
    rsertypunavail = 0x102,
    rsertypdenied = 0x103,
    rinvdcs = 0x104,
    rinvsrcaddrsubunit = 0x105,
    rinvdstaddrsubunit = 0x106,
    rinvbcastfreqint = 0x107,
    rinvbcastalias_name = 0x108,
    rinvbcastareafmt = 0x109,
    rinvnumbcast_areas = 0x10a,
    rinvbcastcnttype = 0x10b,
    rinvbcastmsgclass = 0x10c,
    rbcastfail = 0x10d,
    rbcastqueryfail = 0x10e,
    rbcastcancelfail = 0x10f,
    rinvbcast_rep = 0x110,
    rinvbcastsrvgrp = 0x111,
    rinvbcastchanind = 0x112,
};

// What a response to a submission says about the message.
enum class outcome {
    accepted,
    temporary,   // the account, the route or the moment: another bind, or the same one later, may take it
    permanent,   // this number or this text: nobody who is asked the same again will take it
    throttling,  // too fast for this bind: not an attempt
    unknown,     // a code of the vendor's, or "unknown error". Refused all the same; treat it as temporary, a few times
};
[[nodiscard]] outcome outcome_of(status code);
[[nodiscard]] std::string_view name_of(outcome what);

// "ESME_RINVDSTADR"; empty for a code that neither version of the specification has.
[[nodiscard]] std::string_view name_of(status code);

struct status_entry {
    status code;
    std::string_view name;
    outcome what;
};
// All codes of 3.4 and 5.0, in ascending order.
[[nodiscard]] std::span<const status_entry> status_table();

}  // namespace mlango::gsm::smpp
