#include "gsm/smpp/status.hpp"

#include <algorithm>
#include <array>

namespace mlango::gsm::smpp {
namespace {

// A code is permanent only when the same number or text would be refused by everybody: a wrong sender, service type or
// numbering plan is the configuration of one bind, and another bind may do better.
constexpr auto table = std::to_array<status_entry>({
    {status::rok, "ESME_ROK", outcome::accepted},
    {status::rinvmsglen, "ESME_RINVMSGLEN", outcome::permanent},
    {status::rinvcmdlen, "ESME_RINVCMDLEN", outcome::permanent},
    {status::rinvcmdid, "ESME_RINVCMDID", outcome::temporary},
    {status::rinvbndsts, "ESME_RINVBNDSTS", outcome::temporary},
    {status::ralybnd, "ESME_RALYBND", outcome::temporary},
    {status::rinvprtflg, "ESME_RINVPRTFLG", outcome::temporary},
    {status::rinvregdlvflg, "ESME_RINVREGDLVFLG", outcome::temporary},
    {status::rsyserr, "ESME_RSYSERR", outcome::temporary},
    {status::rinvsrcadr, "ESME_RINVSRCADR", outcome::temporary},
    {status::rinvdstadr, "ESME_RINVDSTADR", outcome::permanent},
    {status::rinvmsgid, "ESME_RINVMSGID", outcome::permanent},
    {status::rbindfail, "ESME_RBINDFAIL", outcome::temporary},
    {status::rinvpaswd, "ESME_RINVPASWD", outcome::temporary},
    {status::rinvsysid, "ESME_RINVSYSID", outcome::temporary},
    {status::rcancelfail, "ESME_RCANCELFAIL", outcome::temporary},
    {status::rreplacefail, "ESME_RREPLACEFAIL", outcome::temporary},
    {status::rmsgqful, "ESME_RMSGQFUL", outcome::throttling},
    {status::rinvsertyp, "ESME_RINVSERTYP", outcome::temporary},
    {status::rinvnumdests, "ESME_RINVNUMDESTS", outcome::permanent},
    {status::rinvdlname, "ESME_RINVDLNAME", outcome::permanent},
    {status::rinvdestflag, "ESME_RINVDESTFLAG", outcome::permanent},
    {status::rinvsubrep, "ESME_RINVSUBREP", outcome::temporary},
    {status::rinvesmclass, "ESME_RINVESMCLASS", outcome::temporary},
    {status::rcntsubdl, "ESME_RCNTSUBDL", outcome::temporary},
    {status::rsubmitfail, "ESME_RSUBMITFAIL", outcome::temporary},
    {status::rinvsrcton, "ESME_RINVSRCTON", outcome::temporary},
    {status::rinvsrcnpi, "ESME_RINVSRCNPI", outcome::temporary},
    {status::rinvdstton, "ESME_RINVDSTTON", outcome::temporary},
    {status::rinvdstnpi, "ESME_RINVDSTNPI", outcome::temporary},
    {status::rinvsystyp, "ESME_RINVSYSTYP", outcome::temporary},
    {status::rinvrepflag, "ESME_RINVREPFLAG", outcome::temporary},
    {status::rinvnummsgs, "ESME_RINVNUMMSGS", outcome::permanent},
    {status::rthrottled, "ESME_RTHROTTLED", outcome::throttling},
    {status::rinvsched, "ESME_RINVSCHED", outcome::permanent},
    {status::rinvexpiry, "ESME_RINVEXPIRY", outcome::permanent},
    {status::rinvdftmsgid, "ESME_RINVDFTMSGID", outcome::permanent},
    {status::rx_t_appn, "ESME_RX_T_APPN", outcome::temporary},
    {status::rx_p_appn, "ESME_RX_P_APPN", outcome::permanent},
    {status::rx_r_appn, "ESME_RX_R_APPN", outcome::permanent},
    {status::rqueryfail, "ESME_RQUERYFAIL", outcome::temporary},
    {status::rinvtlvstream, "ESME_RINVTLVSTREAM", outcome::temporary},
    {status::rtlvnotallwd, "ESME_RTLVNOTALLWD", outcome::temporary},
    {status::rinvtlvlen, "ESME_RINVTLVLEN", outcome::temporary},
    {status::rmissingtlv, "ESME_RMISSINGTLV", outcome::temporary},
    {status::rinvtlvval, "ESME_RINVTLVVAL", outcome::temporary},
    {status::rdeliveryfailure, "ESME_RDELIVERYFAILURE", outcome::temporary},
    {status::runknownerr, "ESME_RUNKNOWNERR", outcome::unknown},
    {status::rsertypunauth, "ESME_RSERTYPUNAUTH", outcome::temporary},
    {status::rprohibited, "ESME_RPROHIBITED", outcome::temporary},
    {status::rsertypunavail, "ESME_RSERTYPUNAVAIL", outcome::temporary},
    {status::rsertypdenied, "ESME_RSERTYPDENIED", outcome::temporary},
    {status::rinvdcs, "ESME_RINVDCS", outcome::permanent},
    {status::rinvsrcaddrsubunit, "ESME_RINVSRCADDRSUBUNIT", outcome::temporary},
    {status::rinvdstaddrsubunit, "ESME_RINVDSTADDRSUBUNIT", outcome::temporary},
    {status::rinvbcastfreqint, "ESME_RINVBCASTFREQINT", outcome::permanent},
    {status::rinvbcastalias_name, "ESME_RINVBCASTALIAS_NAME", outcome::permanent},
    {status::rinvbcastareafmt, "ESME_RINVBCASTAREAFMT", outcome::permanent},
    {status::rinvnumbcast_areas, "ESME_RINVNUMBCAST_AREAS", outcome::permanent},
    {status::rinvbcastcnttype, "ESME_RINVBCASTCNTTYPE", outcome::permanent},
    {status::rinvbcastmsgclass, "ESME_RINVBCASTMSGCLASS", outcome::permanent},
    {status::rbcastfail, "ESME_RBCASTFAIL", outcome::temporary},
    {status::rbcastqueryfail, "ESME_RBCASTQUERYFAIL", outcome::temporary},
    {status::rbcastcancelfail, "ESME_RBCASTCANCELFAIL", outcome::temporary},
    {status::rinvbcast_rep, "ESME_RINVBCAST_REP", outcome::permanent},
    {status::rinvbcastsrvgrp, "ESME_RINVBCASTSRVGRP", outcome::permanent},
    {status::rinvbcastchanind, "ESME_RINVBCASTCHANIND", outcome::permanent},
});
static_assert(std::ranges::is_sorted(table, {}, &status_entry::code));

const status_entry* find(status code) {
    const auto at = std::ranges::lower_bound(table, code, {}, &status_entry::code);
    return at != table.end() && at->code == code ? &*at : nullptr;
}

}  // namespace

outcome outcome_of(status code) {
    if (code == status::rok) return outcome::accepted;
    const status_entry* entry = find(code);
    return entry ? entry->what : outcome::unknown;
}

std::string_view name_of(status code) {
    const status_entry* entry = find(code);
    return entry ? entry->name : std::string_view{};
}

std::string_view name_of(outcome what) {
    switch (what) {
        case outcome::accepted:
            return "accepted";
        case outcome::temporary:
            return "temporary";
        case outcome::permanent:
            return "permanent";
        case outcome::throttling:
            return "throttling";
        case outcome::unknown:
            return "unknown";
    }
    return "unknown";
}

std::span<const status_entry> status_table() {
    return table;
}

}  // namespace mlango::gsm::smpp
