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
    {"enter", enter_home},
    {"ask_link", ask_link},
    {"continue_session", continue_session},
    {"start_again", start_again},
    {"check_pin", check_pin},
    {"check_new_pin", check_new_pin},
    {"set_pin", set_pin},
    {"entitlement_list", entitlement_list},
    {"entitlement_detail", entitlement_detail},
    {"entitlement_items", entitlement_items},
    {"confirm_receipt", confirm_receipt},
    {"report_problem", report_problem},
    {"recorded", recorded},
    {"phones", phones},
    {"phone", phone},
    {"may_change_numbers", may_change_numbers},
    {"replaced_number", replaced_number},
    {"ask_phone_add", ask_phone_add},
    {"ask_phone_replace", ask_phone_replace},
    {"ask_phone_remove", ask_phone_remove},
    {"address", address},
    {"ask_address", ask_address},
    {"household", household},
    {"my_requests", my_requests},
    {"ask_call", ask_call},
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
