// The handler functions by subject. Each is described where it is written; the menu says when it is called.
#pragma once

#include "handlers/handler.hpp"

namespace mlango::handlers {

// dialling.cpp
// The session is this person's from now on; nothing is open yet.
void remember(sessions::session& session, const registry::caller& person);
// The same for whoever writes by SMS, at each message: a day is long enough for a SIM to change. Locked or not trusted,
// she may read what everybody may, and nothing tells her why. Nobody is chosen on a shared number: a nickname in an SMS
// would stay there for all who share it.
void look_again(sessions::session& session, const registry::callers& found, wall_time now);
// The language that a number was given, its only person's, or that of all who share it; else empty.
[[nodiscard]] std::string_view language_of(const registry::callers& found);
// Nobody is chosen any more.
void forget_person(sessions::session& session);
// The outcome that leads to where whoever dialled begins: home, several, stranger or partner.
[[nodiscard]] std::string_view first_screen(const sessions::session& session);
task<answer> identify(hop_context& hop);
task<answer> languages(hop_context& hop);
task<answer> choose_language(hop_context& hop);
task<answer> persons(hop_context& hop);
task<answer> choose_person(hop_context& hop);
task<answer> other_person(hop_context& hop);
task<answer> enter_home(hop_context& hop);
task<answer> ask_link(hop_context& hop);

// resume.cpp
task<answer> continue_session(hop_context& hop);
task<answer> start_again(hop_context& hop);

// pin.cpp
// She may set a PIN in this session, within some minutes: by her PIN ('p'; 's' for a second one), a code ('c'), her
// guardians ('g') or facts ('f').
void give_right(hop_context& hop, char kind, std::int64_t record);
task<answer> check_pin(hop_context& hop);
task<answer> begin_change(hop_context& hop);
task<answer> begin_second(hop_context& hop);
task<answer> give_pin(hop_context& hop);
task<answer> check_given_pin(hop_context& hop);
task<answer> check_new_pin(hop_context& hop);
task<answer> set_pin(hop_context& hop);

// recovery.cpp
task<answer> type_code(hop_context& hop);
task<answer> check_facts(hop_context& hop);
task<answer> ask_guardians(hop_context& hop);
task<answer> stop_recovery(hop_context& hop);

// guardians.cpp
task<answer> my_guardians(hop_context& hop);
task<answer> guardian(hop_context& hop);
task<answer> may_name_guardian(hop_context& hop);
task<answer> name_guardian(hop_context& hop);
task<answer> remove_guardian(hop_context& hop);
task<answer> wards(hop_context& hop);
task<answer> ward(hop_context& hop);
task<answer> vouch(hop_context& hop);

// wallet.cpp
task<answer> wallet_home(hop_context& hop);
task<answer> cards(hop_context& hop);
task<answer> card(hop_context& hop);
task<answer> offer_smartphone(hop_context& hop);
task<answer> smartphone_code(hop_context& hop);
task<answer> lock_wallet(hop_context& hop);
task<answer> unlock_wallet(hop_context& hop);
task<answer> lock_anyhow(hop_context& hop);
task<answer> stop_anyhow(hop_context& hop);
task<answer> acting(hop_context& hop);
task<answer> acting_one(hop_context& hop);
task<answer> end_acting(hop_context& hop);

// wallet_share.cpp
task<answer> begin_share(hop_context& hop);
task<answer> share_people(hop_context& hop);
task<answer> choose_share_person(hop_context& hop);
task<answer> share_cards(hop_context& hop);
task<answer> choose_share_card(hop_context& hop);
task<answer> share_presets(hop_context& hop);
task<answer> choose_preset(hop_context& hop);
task<answer> check_share(hop_context& hop);
task<answer> make_share(hop_context& hop);
task<answer> share_code_given(hop_context& hop);
task<answer> asked(hop_context& hop);
task<answer> asked_one(hop_context& hop);
task<answer> agree_asked(hop_context& hop);
task<answer> refuse_asked(hop_context& hop);

// wallet_control.cpp
task<answer> looks(hop_context& hop);
task<answer> look(hop_context& hop);
task<answer> shares(hop_context& hop);
task<answer> one_share(hop_context& hop);
task<answer> stop_share(hop_context& hop);
task<answer> stop_verifier(hop_context& hop);
task<answer> stop_all_shares(hop_context& hop);
task<answer> stop_given(hop_context& hop);

// verifier.cpp
// Whether this number is an operator's.
task<bool> is_partner_phone(hop_context& hop);
task<answer> begin_partner(hop_context& hop);
task<answer> check_partner_pin(hop_context& hop);
task<answer> forgot_pin(hop_context& hop);
task<answer> redeem_code(hop_context& hop);
task<answer> find_receipt(hop_context& hop);
task<answer> redeemed_facts(hop_context& hop);
task<answer> partner_wait(hop_context& hop);

// assistance.cpp
task<answer> entitlement_list(hop_context& hop);
task<answer> entitlement_past(hop_context& hop);
task<answer> entitlement_detail(hop_context& hop);
task<answer> entitlement_items(hop_context& hop);
task<answer> confirm_receipt(hop_context& hop);
task<answer> report_problem(hop_context& hop);
task<answer> send_reminder(hop_context& hop);

// collector.cpp
task<answer> collector(hop_context& hop);
task<answer> may_name_collector(hop_context& hop);
task<answer> adults(hop_context& hop);
task<answer> choose_collector(hop_context& hop);
task<answer> choose_card(hop_context& hop);
task<answer> name_collector(hop_context& hop);
task<answer> take_collector_back(hop_context& hop);

// appointments.cpp
task<answer> appointments(hop_context& hop);
task<answer> appointment(hop_context& hop);
task<answer> confirm_appointment(hop_context& hop);
task<answer> refuse_appointment(hop_context& hop);
task<answer> ask_another_day(hop_context& hop);
task<answer> ask_appointment(hop_context& hop);

// details.cpp
task<answer> recorded(hop_context& hop);
task<answer> phones(hop_context& hop);
task<answer> phone(hop_context& hop);
task<answer> set_answers(hop_context& hop);
task<answer> keep_nickname(hop_context& hop);
task<answer> drop_nickname(hop_context& hop);
task<answer> may_change_numbers(hop_context& hop);
task<answer> replaced_number(hop_context& hop);
task<answer> ask_phone_add(hop_context& hop);
task<answer> ask_phone_replace(hop_context& hop);
task<answer> ask_phone_remove(hop_context& hop);
task<answer> address(hop_context& hop);
task<answer> ask_address(hop_context& hop);
task<answer> household(hop_context& hop);

// my_requests.cpp
task<answer> my_requests(hop_context& hop);
task<answer> my_request(hop_context& hop);
task<answer> cancel_request(hop_context& hop);

// reports.cpp
task<answer> report_members(hop_context& hop);
task<answer> take_member(hop_context& hop);
task<answer> take_sex(hop_context& hop);
task<answer> take_day(hop_context& hop);
task<answer> read_day(hop_context& hop);
task<answer> report_check(hop_context& hop);
task<answer> ask_report(hop_context& hop);

// settings.cpp
task<answer> settings(hop_context& hop);
task<answer> sms_settings(hop_context& hop);
task<answer> set_sms(hop_context& hop);
task<answer> set_letters(hop_context& hop);

// my_data.cpp
task<answer> data_held(hop_context& hop);
task<answer> ask_data(hop_context& hop);

// help.cpp
// What "done" shows of a ticket just opened: its reference, and the day by which it is answered.
[[nodiscard]] answer reference_of(const registry::opened_ticket& opened);
task<answer> ask_call(hop_context& hop);
task<answer> reference_given(hop_context& hop);
task<answer> complain(hop_context& hop);
task<answer> complain_in_words(hop_context& hop);
task<answer> complain_unnamed(hop_context& hop);
task<answer> complain_unnamed_in_words(hop_context& hop);

// by_sms.cpp
// Of the ticket that the words of a message become: one, whoever opens it.
[[nodiscard]] blind_key words_key(blinder& blind, registry::inbox_id message);
task<answer> how_to_dial(hop_context& hop);
task<answer> send_words(hop_context& hop);
task<answer> forget_words(hop_context& hop);
task<answer> find_reference(hop_context& hop);
task<answer> reference_found(hop_context& hop);
task<answer> take_report(hop_context& hop);
task<answer> confirm_next(hop_context& hop);
task<answer> refuse_next(hop_context& hop);

// tickets.cpp
task<answer> my_tickets(hop_context& hop);
task<answer> all_tickets(hop_context& hop);
task<answer> ticket(hop_context& hop);
task<answer> add_ticket_words(hop_context& hop);
task<answer> close_ticket(hop_context& hop);
task<answer> rate_ticket(hop_context& hop);
task<answer> look_up_ticket(hop_context& hop);
task<answer> found_ticket(hop_context& hop);

}  // namespace mlango::handlers
