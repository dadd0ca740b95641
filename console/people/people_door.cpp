#include "console/people/people_door.hpp"

#include <algorithm>

#include "base/http/json_body.hpp"
#include "console/people/region.hpp"
#include "console/problem.hpp"
#include "gsm/msisdn.hpp"

namespace mlango::console {

namespace {

namespace json = boost::json;

constexpr std::size_t longest_search = 120;  // bytes
constexpr int found_at_most = 50;
constexpr std::size_t enough = 8;  // people of that name; fewer, and names that look alike are shown, too
constexpr int names_made_first = 200;
constexpr int names_of_a_round = 500;
constexpr int rows_of_a_part = 20;  // that come with the record
constexpr std::int64_t most_in_a_household = 200;

std::string_view kind_of(const registry::search_words& words) {
    if (!words.name.words.empty()) return "name";
    if (!words.telephone.empty()) return "telephone";
    if (!words.household_keys.empty() || !words.individual_numbers.empty()) return "number";
    return "document";
}

json::object page_of(registry::people_record::page&& found) {
    return {{"items", std::move(found.items)},
            {"next", found.next == 0 ? json::value() : json::value(std::to_string(found.next))}};
}

bool is_whole(registry::record_part part) {
    return part == registry::record_part::household || part == registry::record_part::phones;
}

}  // namespace

people_door::people_door(const parts& all)
    : names_(all.pool), people_(all.pool, all.blind, all.time), records_(all.pool, all.record, all.time) {}

std::vector<staff_route> people_door::routes() {
    return {{"POST", "/people/search", "people.search", [this](asked& from) { return search(from); }},
            {"GET", "/people/{id}", "people.view", [this](asked& from) { return show(from); }},
            {"GET", "/people/{id}/{part}", "people.view", [this](asked& from) { return part(from); }}};
}

round people_door::names_round() {
    return {.name = "names", .every = std::chrono::seconds(1), .make = [](const parts& house) -> task<std::int64_t> {
                co_return co_await registry::name_keys(house.pool).keep(names_of_a_round);
            }};
}

task<std::vector<std::string>> people_door::telephones(const std::string& typed, const caller& who) {
    std::vector<std::string> numbers;
    if (typed.empty()) co_return numbers;
    const auto add = [&](std::string_view region) {
        const auto read = gsm::msisdn::from_typed(typed, region);
        if (read && std::ranges::find(numbers, read->e164()) == numbers.end()) numbers.push_back(read->e164());
    };
    for (const auto& [operation, country] : co_await people_.countries(who.operations)) add(region_of(country));
    // International without its plus.
    if (const auto read = gsm::msisdn::from_e164(typed);
        read && std::ranges::find(numbers, read->e164()) == numbers.end())
        numbers.push_back(read->e164());
    co_return numbers;
}

task<json::array> people_door::found(registry::searcher by, const registry::search_words& words, const caller& who) {
    if (words.name.words.empty()) {
        const auto numbers = co_await telephones(words.telephone, who);
        co_return co_await people_.by_numbers(by, words, numbers);
    }
    // Names that changed a moment ago are found, too.
    co_await names_.keep(names_made_first);
    json::array people = co_await people_.by_name(by, words.name);
    if (people.size() >= enough) co_return people;
    for (json::value& one : co_await people_.alike(by, words.name)) {
        const bool known = std::ranges::any_of(
            people, [&](const json::value& each) { return each.as_object().at("id") == one.as_object().at("id"); });
        if (!known && people.size() < static_cast<std::size_t>(by.limit)) people.push_back(std::move(one));
    }
    co_return people;
}

task<http_response> people_door::search(asked& from) {
    const auto typed = read_text(from.body, "q", {.least = 2, .most = longest_search});
    if (!typed) co_return problem(fault::malformed, typed.error());
    const registry::search_words words = registry::read_search(*typed, from.who.operations);
    const auto count = co_await people_.begin(from.who.id, kind_of(words));
    if (!count) co_return problem(fault::training_over);
    if (*count > registry::most_searches_an_hour) co_return wait_problem(3'600);
    json::array people = co_await found({.who = from.who.id, .limit = found_at_most}, words, from.who);
    const bool full = people.size() == static_cast<std::size_t>(found_at_most);
    co_return json_answer(
        json::object{{"items", std::move(people)}, {"next", nullptr}, {"more", full}, {"read_as", kind_of(words)}});
}

task<http_response> people_door::show(asked& from) {
    const registry::looker by{.who = from.who.id, .person = {from.key(1)}};
    if (co_await records_.open(by, "record") == registry::opened_by::nothing) co_return problem(fault::not_found);
    auto record = co_await records_.record(by);
    if (!record) co_return problem(fault::not_found);
    for (std::size_t i = 0; i < static_cast<std::size_t>(registry::record_part::count); ++i) {
        const auto which = static_cast<registry::record_part>(i);
        const int most = is_whole(which) ? static_cast<int>(most_in_a_household) : rows_of_a_part;
        (*record)[view(name_of(which))] = page_of(co_await records_.part(by, which, 0, most));
    }
    co_return json_answer(*record);
}

task<http_response> people_door::part(asked& from) {
    const auto which = registry::record_part_of(from.segment(2));
    if (!which) co_return problem(fault::not_found);
    const registry::looker by{.who = from.who.id, .person = {from.key(1)}};
    const std::int64_t after = from.query_number("after", 0, std::int64_t{1} << 53, 0);
    const int limit = static_cast<int>(from.query_number("limit", 1, most_in_a_household, 50));
    if (co_await records_.open(by, name_of(*which)) == registry::opened_by::nothing)
        co_return problem(fault::not_found);
    co_return json_answer(page_of(co_await records_.part(by, *which, after, limit)));
}

}  // namespace mlango::console
