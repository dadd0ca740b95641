#include <algorithm>
#include <array>

#include "handlers/subjects.hpp"

namespace mlango::handlers {

namespace {

constexpr auto table = std::to_array<named_handler>({
    {"identify", identify},
    {"languages", languages},
    {"choose_language", choose_language},
    {"persons", persons},
    {"choose_person", choose_person},
    {"other_person", other_person},
    {"enter", enter_home},
    {"ask_link", ask_link},
    {"continue_session", continue_session},
    {"start_again", start_again},
    {"check_pin", check_pin},
    {"begin_change", begin_change},
    {"begin_second", begin_second},
    {"give_pin", give_pin},
    {"check_given_pin", check_given_pin},
    {"check_new_pin", check_new_pin},
    {"set_pin", set_pin},
    {"type_code", type_code},
    {"check_facts", check_facts},
    {"ask_guardians", ask_guardians},
    {"stop_recovery", stop_recovery},
    {"my_guardians", my_guardians},
    {"guardian", guardian},
    {"may_name_guardian", may_name_guardian},
    {"name_guardian", name_guardian},
    {"remove_guardian", remove_guardian},
    {"wards", wards},
    {"ward", ward},
    {"vouch", vouch},
    {"entitlement_list", entitlement_list},
    {"entitlement_past", entitlement_past},
    {"entitlement_detail", entitlement_detail},
    {"entitlement_items", entitlement_items},
    {"confirm_receipt", confirm_receipt},
    {"report_problem", report_problem},
    {"send_reminder", send_reminder},
    {"collector", collector},
    {"may_name_collector", may_name_collector},
    {"adults", adults},
    {"choose_collector", choose_collector},
    {"choose_card", choose_card},
    {"name_collector", name_collector},
    {"take_collector_back", take_collector_back},
    {"appointments", appointments},
    {"appointment", appointment},
    {"confirm_appointment", confirm_appointment},
    {"refuse_appointment", refuse_appointment},
    {"ask_another_day", ask_another_day},
    {"ask_appointment", ask_appointment},
    {"recorded", recorded},
    {"phones", phones},
    {"phone", phone},
    {"set_answers", set_answers},
    {"keep_nickname", keep_nickname},
    {"drop_nickname", drop_nickname},
    {"may_change_numbers", may_change_numbers},
    {"replaced_number", replaced_number},
    {"ask_phone_add", ask_phone_add},
    {"ask_phone_replace", ask_phone_replace},
    {"ask_phone_remove", ask_phone_remove},
    {"address", address},
    {"ask_address", ask_address},
    {"household", household},
    {"my_requests", my_requests},
    {"my_request", my_request},
    {"cancel_request", cancel_request},
    {"report_members", report_members},
    {"take_member", take_member},
    {"take_sex", take_sex},
    {"take_day", take_day},
    {"read_day", read_day},
    {"report_check", report_check},
    {"ask_report", ask_report},
    {"settings", settings},
    {"sms_settings", sms_settings},
    {"set_sms", set_sms},
    {"set_letters", set_letters},
    {"data_held", data_held},
    {"ask_data", ask_data},
    {"ask_call", ask_call},
    {"reference_given", reference_given},
    {"complain", complain},
    {"complain_in_words", complain_in_words},
    {"complain_unnamed", complain_unnamed},
    {"complain_unnamed_in_words", complain_unnamed_in_words},
    {"my_tickets", my_tickets},
    {"all_tickets", all_tickets},
    {"ticket", ticket},
    {"add_ticket_words", add_ticket_words},
    {"close_ticket", close_ticket},
    {"rate_ticket", rate_ticket},
    {"look_up_ticket", look_up_ticket},
    {"found_ticket", found_ticket},
});

}  // namespace

std::span<const named_handler> handler_table() {
    return table;
}

handler_function find_handler(std::string_view name) {
    const auto found = std::ranges::find(table, name, &named_handler::name);
    return found == table.end() ? nullptr : found->function;
}

}  // namespace mlango::handlers
