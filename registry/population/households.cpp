#include "registry/population/households.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/iso_day.hpp"
#include "registry/population/places.hpp"

namespace mlango::registry::population {

namespace {

using std::chrono::days;

constexpr std::array<std::string_view, 4> languages = {"en", "sw", "fr", "ar"};

struct homeland {
    std::string_view origin;
    std::uint8_t share;                     // of the families, per cent
    std::array<std::uint8_t, 4> languages;  // of the principal, per cent, in the order above
    std::string_view other;                 // spoken by others in the family
    std::uint8_t uganda;                    // per cent registered there, the rest in Kenya
};
constexpr std::array homelands = {
    homeland{"SSD", 30, {50, 15, 0, 35}, "ar", 35}, homeland{"SOM", 22, {15, 50, 0, 35}, "sw", 5},
    homeland{"COD", 16, {5, 50, 45, 0}, "sw", 50},  homeland{"ETH", 8, {60, 30, 0, 10}, "am", 5},
    homeland{"BDI", 7, {5, 45, 50, 0}, "sw", 40},   homeland{"SDN", 7, {10, 0, 0, 90}, "ar", 30},
    homeland{"ERI", 3, {40, 10, 0, 50}, "am", 30},  homeland{"RWA", 3, {20, 40, 40, 0}, "fr", 60},
    homeland{"SYR", 2, {10, 0, 5, 85}, "ar", 10},   homeland{"YEM", 2, {10, 0, 0, 90}, "ar", 20},
};

enum class structure : std::uint8_t {
    single,
    couple,
    couple_with_children,
    mother_with_children,
    father_with_children,
    elder_with_grandchildren,
    siblings,
    extended
};
constexpr std::array<std::uint8_t, 8> structure_shares = {17, 6, 35, 26, 3, 6, 2, 5};

constexpr int most_children = 8;
constexpr int grown_up = 18;

// Builds one family; the members are added in the order in which they stand in the record.
class household {
public:
    household(family& out, dice& chance, const homeland& from, day today)
        : out_(out), chance_(chance), from_(from), names_(name_book_of(from.origin)), today_(today) {}

    void build() {
        constexpr std::array<std::uint8_t, 8> weights = structure_shares;
        switch (static_cast<structure>(chance_.by_weight(weights))) {
            case structure::single:
                single();
                break;
            case structure::couple:
                couple(18, 75);
                break;
            case structure::couple_with_children:
                couple(19, 58);
                children(1, most_children);
                break;
            case structure::mother_with_children:
                principal('F', 19, 55);
                children(1, 6);
                break;
            case structure::father_with_children:
                principal('M', 24, 60);
                children(1, 4);
                break;
            case structure::elder_with_grandchildren:
                principal(chance_.percent(75) ? 'F' : 'M', 58, 82);
                young_relatives(4, 16, "GCF", "GCM", second());
                break;
            case structure::siblings:
                principal(chance_.percent(50) ? 'F' : 'M', 15, 17);
                young_relatives(3, 12, "SIS", "BRO", out_.members.front().family_name);
                break;
            case structure::extended:
                couple(22, 58);
                children(1, 5);
                relative();
                break;
        }
        if (chance_.percent(3)) departed_relative();
        if (chance_.percent(4) && out_.members.size() > 1) foster_child();
    }

private:
    [[nodiscard]] std::string_view given(char sex) {
        const auto& list = sex == 'F' ? names_.women : names_.men;
        std::string_view name;
        do {
            name = chance_.one_of(list);
        } while (std::ranges::any_of(out_.members, [&](const member& other) { return other.given_name == name; }));
        return name;
    }
    // A second name that comes with nobody in the household.
    [[nodiscard]] std::string_view second() {
        return chance_.one_of(names_.rule == second_name::of_father ? names_.men : names_.second);
    }

    // Born so that the age today is within [youngest, oldest] full years, and before the family came to be registered.
    [[nodiscard]] day born_by_age(int youngest, int oldest) {
        return today_ - days(chance_.between(youngest * 366, oldest * 365 + 364));
    }
    [[nodiscard]] int age(const member& who) const { return static_cast<int>((today_ - who.born).count() / 365); }

    member& add(char sex, day born, std::string_view relationship, std::string_view family_name) {
        member who;
        who.sex = sex;
        who.given_name = given(sex);
        who.family_name = family_name;
        who.relationship = relationship;
        who.born = born;
        round_birth(who);
        // Who was born after the family was registered is registered some weeks after birth.
        if (who.born >= out_.registered) {
            who.registered = std::min(today_, who.born + days(chance_.between(7, 60)));
        } else {
            who.registered = out_.registered;
        }
        const bool same = chance_.percent(70);
        if ((today_ - who.born).count() > 15 * 366)
            who.language = same && !out_.members.empty() ? out_.members.front().language : from_.other;
        return out_.members.emplace_back(who);
    }

    // Far from a civil registry often only the month or the year is known; such dates are recorded as its first day.
    void round_birth(member& who) {
        if (who.born >= out_.registered - days(400)) return;
        const std::chrono::year_month_day date(who.born);
        const std::uint32_t luck = chance_.below(100);
        if (luck < 35) {
            who.precision = 'Y';
            who.born = std::chrono::sys_days(date.year() / std::chrono::January / 1);
        } else if (luck < 45) {
            who.precision = 'M';
            who.born = std::chrono::sys_days(date.year() / date.month() / 1);
        }
    }

    void principal(char sex, int youngest, int oldest) {
        const std::string_view family_name = second();
        member& who = add(sex, born_by_age(youngest, oldest), "PA", family_name);
        who.language = languages[chance_.by_weight(from_.languages)];
        who.pin = pin_state::issued;
        // A principal was at least a child of twelve when the family was registered on her own name.
        const day earliest = who.born + days(12 * 366);
        if (out_.registered < earliest) {
            out_.registered = earliest;
            who.registered = out_.registered;
        }
    }

    void single() {
        const bool woman = chance_.percent(40);
        const int youngest = chance_.percent(85) ? 18 : 50;
        principal(woman ? 'F' : 'M', youngest, youngest == 18 ? 49 : 78);
    }

    void couple(int youngest, int oldest) {
        const bool woman_first = chance_.percent(45);
        principal(woman_first ? 'F' : 'M', youngest + (woman_first ? 0 : 3), oldest);
        const member& first = out_.members.front();
        const int gap = chance_.between(-1, 8);  // years that he is older
        const day latest = today_ - days(grown_up * 366);
        const day born =
            std::min(latest, first.born + days((woman_first ? -gap : gap) * 365 + chance_.between(-180, 180)));
        add(woman_first ? 'M' : 'F', born, woman_first ? "HUS" : "WIF", second());
    }

    // Of the principal and, where there is one, the spouse: each parent at least 17 years older, at most 42 (mother).
    void children(int fewest, int most) {
        day from{};
        day to = today_ - days(20);
        const member* father = nullptr;
        for (const member& parent : out_.members) {
            if (parent.relationship != "PA" && parent.relationship != "HUS" && parent.relationship != "WIF") continue;
            from = std::max(from, parent.born + days(17 * 366 + 366));
            if (parent.sex == 'F') to = std::min(to, parent.born + days(42 * 365));
            if (parent.sex == 'M') father = &parent;
        }
        from = std::max(from, today_ - days(20 * 365));  // older ones have households of their own
        const std::string_view family_name = father == nullptr                       ? second()
                                             : names_.rule == second_name::of_father ? father->given_name
                                                                                     : father->family_name;
        if (to <= from) return;
        const int years = static_cast<int>((to - from).count() / 365);
        const int count = std::min(chance_.between(fewest, most), std::max(1, years / 2 + 1));
        const int space = static_cast<int>((to - from).count()) / count;
        for (int k = 0; k < count; ++k) {
            const char sex = chance_.percent(50) ? 'F' : 'M';
            const day born = from + days(k * space + chance_.between(0, std::max(1, space * 2 / 3)));
            const bool own_name = names_.rule == second_name::own;
            add(sex, std::min(born, to), sex == 'F' ? "DAU" : "SON", own_name ? second() : family_name);
        }
    }

    void young_relatives(int most, int oldest, std::string_view girl, std::string_view boy,
                         std::string_view family_name) {
        const int count = chance_.between(1, most);
        for (int k = 0; k < count; ++k) {
            const char sex = chance_.percent(50) ? 'F' : 'M';
            const day born = born_by_age(std::min(3, oldest), std::max(4, oldest - 3 * k));
            const std::string_view own_name = names_.rule == second_name::own ? second() : family_name;
            add(sex, born, sex == 'F' ? girl : boy, own_name);
        }
    }

    // A parent of the principal's, where the years allow it, or a younger relative.
    void relative() {
        const char sex = chance_.percent(60) ? 'F' : 'M';
        const std::string_view family_name = second();
        if (chance_.percent(50)) {
            const day born = born_by_age(60, 84);
            const bool parent = born + days(17 * 366) < out_.members.front().born;
            add(sex, born, parent ? (sex == 'F' ? "MTH" : "FTH") : (sex == 'F' ? "EXF" : "EXM"), family_name);
        } else {
            add(sex, born_by_age(18, 30), sex == 'F' ? "EXF" : "EXM", family_name);
        }
    }

    void departed_relative() {
        const char sex = chance_.percent(40) ? 'F' : 'M';
        const std::string_view family_name = second();
        member& who = add(sex, born_by_age(20, 50), sex == 'F' ? "EXF" : "EXM", family_name);
        const int stayed = static_cast<int>((today_ - who.registered).count());
        if (stayed > 1) who.left = who.registered + days(chance_.between(1, stayed));
    }

    void foster_child() {
        if (age(out_.members.front()) < 30) return;
        const char sex = chance_.percent(50) ? 'F' : 'M';
        const std::string_view family_name = second();
        add(sex, born_by_age(4, 15), sex == 'F' ? "FCF" : "FCM", family_name);
    }

    family& out_;
    dice& chance_;
    const homeland& from_;
    const name_book& names_;
    day today_;
};

const homeland& homeland_of(dice& chance) {
    static constexpr auto shares = [] {
        std::array<std::uint8_t, homelands.size()> out{};
        for (std::size_t i = 0; i < out.size(); ++i) out[i] = homelands[i].share;
        return out;
    }();
    return homelands[chance.by_weight(shares)];
}

std::string_view second_phone_prefix(const family& of) {
    if (of.operation == 1) return "+25677";
    return of.origin == "ETH" || of.origin == "ERI" || of.origin == "SOM" ? "+25191" : "+25473";
}

void add_phones(family& of, dice& chance, day today) {
    const auto since = [&](day first) {
        return first + days(chance.between(0, std::max(0, static_cast<int>((today - first).count()))));
    };
    constexpr std::array<std::uint8_t, 4> answer_shares = {72, 20, 4, 4};
    constexpr std::array<std::string_view, 4> answers = {"self", "household", "neighbour", "shared"};
    of.phones.push_back({.member = 0,
                         .e164 = principal_phone(of.number),
                         .answers = answers[chance.by_weight(answer_shares)],
                         .trust = 3,
                         .nickname = {},
                         .collected = since(of.registered),
                         .verified = true,
                         .sim_changed = {},
                         .disabled = false});

    // Another grown-up's own phone.
    const auto other = std::ranges::find_if(of.members.begin() + 1, of.members.end(), [&](const member& who) {
        return !who.left && (today - who.born).count() > 16 * 366;
    });
    if (other == of.members.end()) return;
    const auto index = static_cast<std::size_t>(other - of.members.begin());
    if (chance.percent(30)) {
        phone own{.member = index,
                  .e164 = fmt::format("{}{:07}", second_phone_prefix(of), of.number),
                  .answers = "self",
                  .trust = chance.between(0, 3),
                  .nickname = {},
                  .collected = since(other->registered),
                  .verified = false,
                  .sim_changed = {},
                  .disabled = chance.percent(5)};
        own.verified = own.trust >= 2;
        if (own.verified && chance.percent(8)) own.sim_changed = since(own.collected);
        if (chance.percent(30)) other->pin = pin_state::issued;
        of.phones.push_back(std::move(own));
    }
    // A phone that neighbours share: eight families in a row have one, and few of them use it.
    if (chance.percent(4)) {
        of.phones.push_back({.member = index,
                             .e164 = fmt::format("+25478{:07}", of.number / 8),
                             .answers = "shared",
                             .trust = 1,
                             .nickname = other->given_name,
                             .collected = since(other->registered),
                             .verified = false,
                             .sim_changed = {},
                             .disabled = false});
    }
}

}  // namespace

int family::size() const {
    return static_cast<int>(std::ranges::count_if(members, [](const member& who) { return !who.left; }));
}

// Multiplying by a number prime to ten permutes the numbers of that many digits: unique, and no pattern for the eye.
std::string group_number(std::int64_t number, std::size_t operation, day registered) {
    const std::string_view code = operations()[operation].code;
    const int year = static_cast<int>(std::chrono::year_month_day(registered).year()) % 100;
    if (number >= 100'000)
        return fmt::format("{}-{:02}-{:07}", code, year, (number * 6'364'137 + 2'718'281) % 10'000'000);
    // Until 2021 a C stood in the second separator's place; both forms stay valid.
    const char separator = year < 21 && number % 5 < 3 ? 'C' : '-';
    return fmt::format("{}-{:02}{}{:05}", code, year, separator, (number * 48'271 + 31'607) % 100'000);
}

std::string address_line(dice& chance) {
    const int block = chance.between(1, 24);
    return fmt::format("Block {}, shelter {}", block, chance.between(1, 400));
}

std::string date_text(day when) {
    return iso_day(when);
}

std::string individual_number(std::size_t operation, std::int64_t person) {
    return fmt::format("{}-{:09}", operations()[operation].code, 100'000'000 + person);
}

std::string principal_phone(std::int64_t number) {
    return fmt::format("+254{}", 700'000'000 + number);
}

family make_family(std::uint64_t seed, std::int64_t number, day today) {
    dice chance(seed, number, subject::household);
    const homeland& from = homeland_of(chance);
    family out;
    out.number = number;
    out.origin = from.origin;
    out.operation = chance.percent(from.uganda) ? 1 : 0;
    out.zone = chance.one_of(std::span(zones_of(out.operation)));
    // More came lately than long ago.
    const int years_ago = std::min(chance.between(0, 15), chance.between(0, 15));
    out.registered = today - days(years_ago * 365 + chance.between(20, 384));
    household(out, chance, from, today).build();
    out.address_line = address_line(chance);
    out.group_number = group_number(number, out.operation, out.registered);
    out.revision = chance.percent(70) ? 1 : chance.between(2, 7);
    add_phones(out, chance, today);
    return out;
}

}  // namespace mlango::registry::population
