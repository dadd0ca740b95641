// A verifier's operator at his own phone: his PIN, the code that was read to him, what it shows, a receipt. His session
// is nobody's account: `person` stays 0, and once his PIN was right `group` is the verifier's id and `phone` his own.
#include "base/unix_seconds.hpp"
#include "handlers/subjects.hpp"
#include "handlers/wallet_words.hpp"
#include "handlers/wishes.hpp"
#include "wallet/counter.hpp"

namespace mlango::handlers {

namespace {

// nullopt: nobody has signed in here, or may no longer.
task<std::optional<wallet::redeemer>> at_the_counter(hop_context& hop) {
    const bool signed_in = hop.rooms.wallet && (hop.session.flags & flag_partner) != 0 && hop.session.group != 0;
    if (!signed_in) co_return std::nullopt;
    wallet::redeemer by;
    by.verifier = {hop.session.group};
    by.who = {hop.session.phone};
    by.channel = "ussd";
    const wall_time since{std::chrono::seconds(hop.session.authenticated_at)};
    const auto face = co_await hop.rooms.wallet->counter.face(by, hop.language(), since);
    if (!face) co_return std::nullopt;
    co_return by;
}

}  // namespace

task<bool> is_partner_phone(hop_context& hop) {
    if (!hop.rooms.wallet) co_return false;
    co_return (co_await hop.rooms.wallet->counter.operator_behind(
                   hop.from, std::string(hop.rooms.operation.language_for(hop.from))))
        .has_value();
}

// do: whoever the phone belongs to, the PIN says whether there is an operator.
task<answer> begin_partner(hop_context& hop) {
    forget_person(hop.session);
    hop.session.flags |= flag_partner;
    co_return outcome("done");
}

// In place of check_pin; the counting before the hashing is the counter's. Everything that is not right looks the same.
task<answer> check_partner_pin(hop_context& hop) {
    if (!hop.rooms.wallet) co_return outcome("wrong");
    const auto by = co_await hop.rooms.wallet->counter.operator_by_phone(hop.from, hop.asked.input, hop.hop);
    if (!by) {
        if (by.error().what == wallet::sign_in_refusal::kind::busy) throw house_busy();
        co_return outcome("wrong");
    }
    hop.session.group = by->verifier.value;
    hop.session.phone = by->who.value;
    hop.session.authenticated_at = unix_seconds(hop.rooms.time.now());
    co_return outcome(returned);
}

// do: who has forgotten the PIN.
task<answer> forgot_pin(hop_context& hop) {
    co_return outcome((hop.session.flags & flag_partner) != 0 ? "partner" : "person");
}

namespace {

answer refused(const wallet::redeem_refusal& why, std::string_view not_found) {
    using kind = wallet::redeem_refusal::kind;
    if (why.what == kind::suspended) return outcome("suspended");
    if (why.what == kind::not_found) return outcome(not_found);
    answer given = outcome("wait");
    given.values.set("wait_seconds", std::to_string(why.wait.count()));
    return given;
}

}  // namespace

// do: the code lives in this hop and nowhere else.
task<answer> redeem_code(hop_context& hop) {
    const auto by = co_await at_the_counter(hop);
    if (!by) co_return outcome("suspended");
    const auto redeemed = co_await hop.rooms.wallet->counter.redeem(*by, hop.asked.input);
    if (redeemed) {
        answer given = outcome("done");
        given.values.set("receipt", redeemed->receipt);
        co_return given;
    }
    co_return refused(redeemed.error(), "not_valid");
}

// do: of a receipt that was typed.
task<answer> find_receipt(hop_context& hop) {
    const auto by = co_await at_the_counter(hop);
    if (!by) co_return outcome("gone");
    std::string number(hop.field("receipt"));
    const auto found = co_await hop.rooms.wallet->counter.receipt(*by, number);
    if (!found) co_return refused(found.error(), "gone");
    answer given = outcome("done");
    given.values.set("receipt", std::move(number));
    co_return given;
}

// load: the facts are fetched for each page, and never stored in the session.
task<answer> redeemed_facts(hop_context& hop) {
    const auto by = co_await at_the_counter(hop);
    if (!by) co_return outcome("gone");
    const auto found = co_await hop.rooms.wallet->counter.receipt(*by, std::string(hop.field("receipt")));
    if (!found) co_return outcome("gone");
    answer given;
    given.values.set("receipt", in_groups(found->receipt));
    given.rows = fact_rows(hop, found->facts);
    co_return given;
}

task<answer> partner_wait(hop_context& hop) {
    answer given;
    given.values.set("minutes", (hop_context::number_in(hop.field("wait_seconds")) + 59) / 60);
    co_return given;
}

}  // namespace mlango::handlers
