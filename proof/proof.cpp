#include "proof/proof.hpp"

#include <algorithm>
#include <tuple>

#include "proof/check.hpp"

namespace mlango::proof {
namespace {

// "home.yaml: home.options.1: unknown text x", "fr.yaml: home.title: stands twice".
proof_fault fault_of_load(const std::string& told, const templates::edition_sources& from) {
    proof_fault fault{.screen = {}, .language = {}, .profile = {}, .excess = 0, .what = told, .text = {}};
    const std::size_t file_end = told.find(": ");
    if (file_end == std::string::npos) return fault;
    const std::string file = told.substr(0, file_end);
    const std::string rest = told.substr(file_end + 2);
    const std::size_t where_end = rest.find(": ");
    const std::string where = where_end == std::string::npos ? "" : rest.substr(0, where_end);
    const bool is_text = std::ranges::any_of(from.texts, [&](const auto& one) { return one.name == file; }) &&
                         std::ranges::none_of(from.menu, [&](const auto& one) { return one.name == file; });
    if (is_text) {
        fault.language = file.substr(0, file.find('.'));
        fault.screen = where.empty() ? "texts" : "texts." + where;
    } else {
        fault.screen = where.starts_with("values.") ? where : where.substr(0, where.find('.'));
    }
    return fault;
}

}  // namespace

std::vector<proof_fault> prove(const templates::edition& made, const templates::edition_sources&,
                               std::span<const named_profile> profiles) {
    fault_list faults;
    check_shape(made, faults);
    check_sms(made, faults);
    check_texts(made, faults);
    check_discretion(made, faults);
    check_screens(made, profiles, faults);
    std::ranges::sort(faults, {},
                      [](const proof_fault& one) { return std::tie(one.screen, one.language, one.profile, one.what); });
    return faults;
}

std::vector<proof_fault> prove(const templates::edition_sources& from, std::span<const named_profile> profiles) {
    const auto made = templates::edition::load(from);
    if (made) return prove(**made, from, profiles);
    fault_list faults;
    for (const std::string& told : made.error()) faults.push_back(fault_of_load(told, from));
    return faults;
}

}  // namespace mlango::proof
