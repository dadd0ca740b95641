#include "handlers/wallet_words.hpp"

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>

#include "handlers/number_watch.hpp"
#include "handlers/wishes.hpp"
#include "wallet/credential_kinds.hpp"
#include "wallet/share_code.hpp"

namespace mlango::handlers {

namespace {

namespace json = boost::json;

// As values.yaml declares fact_value and fact_rest, in characters.
constexpr std::size_t beside_its_name = 14, in_its_own_row = 30;

bool continues(char c) {
    return (static_cast<unsigned char>(c) & 0xc0) == 0x80;
}

std::size_t characters(std::string_view text) {
    return text.size() - static_cast<std::size_t>(std::ranges::count_if(text, continues));
}

std::string words_for(const hop_context& hop, std::string key, std::string_view otherwise) {
    const auto text = hop.words().find(key);
    return text ? hop.words().format(*text, hop.session.language, {}) : std::string(otherwise);
}

const wallet::preset* preset_named(const hop_context& hop, std::string_view name) {
    if (!hop.rooms.wallet) return nullptr;
    for (const auto& kind : hop.rooms.wallet->kinds.all())
        if (const auto* found = kind.find_preset(name)) return found;
    return nullptr;
}

std::string fact_words(const hop_context& hop, std::string_view fact) {
    const auto* known = hop.rooms.wallet ? hop.rooms.wallet->kinds.find_fact(fact) : nullptr;
    return words_for(hop, "facts." + std::string(fact),
                     known ? wallet::display_name(known->display, hop.language(), fact) : fact);
}

std::string plain_words(const hop_context& hop, const json::value& value);

template <class Range, class Element>
std::string joined(const hop_context& hop, const Range& all, std::string_view between, const Element& element) {
    std::string words;
    for (const auto& one : all) {
        const std::string next = plain_words(hop, element(one));
        if (!words.empty() && !next.empty()) words += between;
        words += next;
    }
    return words;
}

// What she can collect, as one line: the programme, the amount, the goods.
std::string entitlement_words(const hop_context& hop, const json::object& what) {
    const auto part = [&](const json::object& of, std::string_view name) {
        const auto* const found = of.if_contains(name);
        return found ? plain_words(hop, *found) : std::string();
    };
    std::string words = part(what, "programme");
    if (const auto* const amount = what.if_contains("amount_minor"); amount && amount->is_int64()) {
        const std::string currency = part(what, "currency");
        templates::values shown{{"amount", templates::money{.minor = amount->get_int64(), .currency = currency}}};
        const auto text = hop.words().find("facts.amount");
        if (text) words += " " + hop.words().format(*text, hop.session.language, shown);
    }
    if (const auto* const items = what.if_contains("items"); items && items->is_array())
        for (const auto& one : items->get_array())
            if (one.is_object())
                words += " " + part(one.get_object(), "item") + " " + part(one.get_object(), "quantity") + " " +
                         part(one.get_object(), "unit");
    return words;
}

std::string plain_words(const hop_context& hop, const json::value& value) {
    if (value.is_string()) return std::string(value.get_string());
    if (value.is_bool()) return words_for(hop, value.get_bool() ? "common.yes" : "common.no", {});
    if (value.is_null()) return {};
    if (value.is_object() && value.get_object().contains("programme"))
        return entitlement_words(hop, value.get_object());
    if (value.is_object())
        return joined(hop, value.get_object(), " ", [](const auto& one) -> const json::value& { return one.value(); });
    if (value.is_array())
        return joined(hop, value.get_array(), words_for(hop, "facts.join", ", "),
                      [](const json::value& one) -> const json::value& { return one; });
    return json::serialize(value);
}

// As many whole words as a row holds; a longer one is cut between characters.
std::string_view next_piece(std::string_view text) {
    std::size_t end = 0, count = 0, space = 0;
    while (end < text.size() && count <= in_its_own_row) {
        if (text[end] == ' ') space = end;
        if (!continues(text[end]) && ++count > in_its_own_row) break;
        ++end;
    }
    if (end == text.size()) return text;
    return text.substr(0, space > 0 ? space : end);
}

void add_long(std::vector<row>& rows, templates::values name, std::string_view value) {
    name.set("form", std::string("name"));
    rows.push_back({.id = {}, .values = std::move(name)});
    while (!value.empty()) {
        const auto piece = next_piece(value);
        rows.push_back({.id = {}, .values = {{"form", std::string("rest")}, {"fact_rest", std::string(piece)}}});
        value.remove_prefix(piece.size());
        while (value.starts_with(' ')) value.remove_prefix(1);
    }
}

std::string_view form_of(const json::value& value, const wallet::fact* known, std::string_view name) {
    if (value.is_bool()) return value.get_bool() ? "yes" : "no";
    if (!value.is_string()) return "text";
    const std::string_view text(value.get_string().data(), value.get_string().size());
    if (known && known->shape == wallet::fact_shape::date && text.size() == 10) return "day";
    if (name != "sex") return "text";
    return text == "F" || text == "female" ? "woman" : text == "M" || text == "male" ? "man" : "text";
}

}  // namespace

std::string kind_words(const hop_context& hop, std::string_view kind) {
    const auto* known = hop.rooms.wallet ? hop.rooms.wallet->kinds.find(kind) : nullptr;
    return words_for(hop, "kinds." + std::string(kind),
                     known ? wallet::display_name(known->display, hop.language(), kind) : kind);
}

std::string preset_words(const hop_context& hop, std::string_view preset) {
    const auto* known = preset_named(hop, preset);
    return words_for(hop, "presets." + std::string(preset),
                     known ? wallet::display_name(known->display, hop.language(), preset) : preset);
}

std::string sees_words(const hop_context& hop, std::string_view preset) {
    const auto* known = preset_named(hop, preset);
    const std::string between = words_for(hop, "facts.join", ", ");
    std::string words;
    if (known)
        for (const auto& fact : known->facts) {
            if (!words.empty()) words += between;
            words += fact_words(hop, fact);
        }
    return words;
}

std::vector<row> fact_rows(const hop_context& hop, const json::object& facts) {
    std::vector<row> rows;
    for (const auto& [key, value] : facts) {
        const std::string_view name(key.data(), key.size());
        const auto* known = hop.rooms.wallet ? hop.rooms.wallet->kinds.find_fact(name) : nullptr;
        const auto form = form_of(value, known, name);
        templates::values shown{{"fact_name", fact_words(hop, name)}};
        const std::string words = plain_words(hop, value);
        if (form == "text" && characters(words) > beside_its_name) {
            add_long(rows, std::move(shown), words);
            continue;
        }
        shown.set("form", std::string(form));
        if (form == "day") shown.set("day", day_of(words));
        shown.set("fact_value", words);
        rows.push_back({.id = {}, .values = std::move(shown)});
    }
    return rows;
}

std::string in_groups(std::string_view digits) {
    if (digits.size() == 6) return std::string(digits.substr(0, 3)) + " " + std::string(digits.substr(3));
    return wallet::spoken_share_code(digits);
}

local_moment local(wall_time at, std::chrono::seconds offset) {
    using namespace std::chrono;
    const auto there = at + offset;
    const auto day = floor<days>(there);
    const auto minute = floor<minutes>(there - day).count();
    return {.day = year_month_day(day), .hour = fmt::format("{:02}:{:02}", minute / 60, minute % 60)};
}

task<wallet::session_standing> standing_of(hop_context& hop) {
    const auto phones = co_await hop.rooms.registry.people.phones_of(hop.person());
    wallet::session_standing standing;
    standing.phone_trust = trust_of_caller(phones, hop);
    standing.doubtful = (hop.session.flags & flag_sim_changed) != 0;
    standing.recovered = (hop.session.flags & flag_cooling) != 0;
    const auto here = std::ranges::find(phones, hop.from, &registry::phone_record::e164);
    if (hop.rooms.wallet->numbers != nullptr && here != phones.end())
        standing.sim = co_await hop.rooms.wallet->numbers->about(hop.from, here->verified_at);
    co_return standing;
}

}  // namespace mlango::handlers
