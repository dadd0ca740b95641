// The handler functions by subject. Each is described where it is written; the menu says when it is called.
#pragma once

#include "handlers/handler.hpp"

namespace mlango::handlers {

// dialling.cpp
// The session is this person's from now on; nothing is open yet.
void remember(sessions::session& session, const registry::caller& person);
// The outcome that leads to where whoever dialled begins: home, several or stranger.
[[nodiscard]] std::string_view first_screen(const sessions::session& session);
task<answer> identify(hop_context& hop);
task<answer> languages(hop_context& hop);
task<answer> choose_language(hop_context& hop);
task<answer> persons(hop_context& hop);
task<answer> choose_person(hop_context& hop);
task<answer> enter_home(hop_context& hop);
task<answer> ask_link(hop_context& hop);

// resume.cpp
task<answer> continue_session(hop_context& hop);
task<answer> start_again(hop_context& hop);

// pin.cpp
task<answer> check_pin(hop_context& hop);
task<answer> check_new_pin(hop_context& hop);
task<answer> set_pin(hop_context& hop);

// assistance.cpp
task<answer> entitlement_list(hop_context& hop);
task<answer> entitlement_detail(hop_context& hop);
task<answer> entitlement_items(hop_context& hop);
task<answer> confirm_receipt(hop_context& hop);
task<answer> report_problem(hop_context& hop);

// details.cpp
task<answer> recorded(hop_context& hop);
task<answer> phones(hop_context& hop);
task<answer> phone(hop_context& hop);
task<answer> may_change_numbers(hop_context& hop);
task<answer> replaced_number(hop_context& hop);
task<answer> ask_phone_add(hop_context& hop);
task<answer> ask_phone_replace(hop_context& hop);
task<answer> ask_phone_remove(hop_context& hop);
task<answer> address(hop_context& hop);
task<answer> ask_address(hop_context& hop);
task<answer> household(hop_context& hop);
task<answer> my_requests(hop_context& hop);

// help.cpp
task<answer> ask_call(hop_context& hop);

}  // namespace mlango::handlers
