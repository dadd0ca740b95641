// A PIN for somebody who has none or lost hers: a code, her guardians' word, or what is known of her. Every way answers
// the same to whoever does not know.
#include <charconv>

#include "handlers/subjects.hpp"
#include "handlers/wallet_words.hpp"

namespace mlango::handlers {

namespace {

answer outcome(std::string_view name) {
    return {.outcome = name, .values = {}, .rows = {}};
}

registry::pin_caller caller_of(const hop_context& hop) {
    return {.person = hop.person(), .phone = {hop.session.phone}, .e164 = hop.from};
}

// Letters as capitals, digits; nothing else: a card number as people type it.
std::string plain_card(std::string_view typed) {
    std::string plain;
    for (const char c : typed) {
        if (c >= '0' && c <= '9') plain += c;
        if (c >= 'A' && c <= 'Z') plain += c;
        if (c >= 'a' && c <= 'z') plain += static_cast<char>(c - 'a' + 'A');
    }
    return plain;
}

// A group's number reads 803-22-00011 or 803-22C00011; the C is a hyphen.
bool is_her_card(std::string_view typed, const registry::person_record& known) {
    const std::string plain = plain_card(typed);
    std::string group = plain_card(known.registration_number), loose = plain;
    for (std::string* each : {&group, &loose})
        if (each->size() > 6 && (*each)[5] == 'C') each->erase(5, 1);
    return loose == group || plain == plain_card(known.individual_number);
}

// Where her operator can be asked, the SIM must be known to be hers: an answer that does not come counts as another
// SIM.
task<bool> sim_is_known(hop_context& hop) {
    if (!hop.rooms.wallet || hop.rooms.wallet->numbers == nullptr) co_return true;
    const auto standing = co_await standing_of(hop);
    co_return wallet::may_recover(wallet::recovery_level::r2, standing.sim);
}

}  // namespace

// do: a code from staff or from her paper.
task<answer> type_code(hop_context& hop) {
    if (hop.session.person == 0) co_return outcome("wrong");
    const auto code = co_await hop.rooms.registry.recovery.code_typed(caller_of(hop), hop.asked.input, hop.hop);
    if (!code) co_return outcome("wrong");
    give_right(hop, 'c', *code);
    co_return outcome("good");
}

// do: what her card and she know. A first PIN only, from a number that was verified and whose SIM did not change; who
// may not, and who is wrong, read the same.
task<answer> check_facts(hop_context& hop) {
    const auto found = co_await hop.rooms.registry.people.behind(hop.from);
    const auto known = co_await hop.rooms.registry.people.record_of(hop.person(), hop.language());
    const bool may_try = co_await hop.rooms.registry.recovery.count_facts(hop.from, hop.hop);
    bool trusted = false;
    for (const auto& one : found.people)
        if (one.person == hop.person()) trusted = one.trust >= 2 && !one.has_pin;
    if ((hop.session.flags & flag_sim_changed) != 0) trusted = false;
    const bool right = known && is_her_card(hop.field("card"), *known) &&
                       hop.field("year") == std::string_view(known->birth_date).substr(0, 4) &&
                       hop_context::number_in(hop.field("size")) == known->household_size;
    if (!may_try || !trusted || !right) co_return outcome("wrong");
    give_right(hop, 'f', 0);
    co_return outcome("good");
}

// do: says the same whether anybody was named, was asked just now or before; only once two have spoken and the day is
// over it leads on. Not from a phone that may be in other hands.
task<answer> ask_guardians(hop_context& hop) {
    if (hop.session.person == 0 || (hop.session.flags & flag_sim_changed) != 0) co_return outcome("asked");
    if (!co_await sim_is_known(hop)) co_return outcome("asked");
    const auto ready = co_await hop.rooms.registry.recovery.ask_guardians(caller_of(hop), hop.hop);
    if (!ready) co_return outcome("asked");
    give_right(hop, 'g', *ready);
    co_return outcome("choose");
}

// do: without a PIN, because stopping harms nobody and she may have lost it.
task<answer> stop_recovery(hop_context& hop) {
    if (hop.session.person != 0) co_await hop.rooms.registry.recovery.stop(hop.person());
    co_return outcome("done");
}

}  // namespace mlango::handlers
