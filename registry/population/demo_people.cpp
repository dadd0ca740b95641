#include <array>
#include <initializer_list>

#include <fmt/format.h>

#include "registry/population.hpp"
#include "registry/population/dossiers.hpp"

namespace mlango::registry {

namespace population {

namespace {

using std::chrono::days;

constexpr std::size_t kenya = 0;
constexpr std::size_t uganda = 1;
// Indexes of programmes(), and of calendar::lists_of() of a monthly one.
constexpr std::size_t food = 0, cash = 1, voucher = 2, household_items = 3;
constexpr std::size_t next_month = 0, this_month = 1, last_month = 2, two_months_ago = 3;

struct shape {
    std::string_view given, family, relationship;
    char sex;
    int age;
};

}  // namespace

std::string demo_number(int slot) {
    return fmt::format("+2547110000{:02}", slot);
}

namespace {

// Lays out one household of the demo; slot n answers at +2547110000nn.
class sketch {
public:
    sketch(const calendar& when, int slot, std::size_t operation, std::size_t zone, std::string_view language,
           std::initializer_list<shape> people)
        : when_(when), chance_(0, most_families + slot, subject::assistance) {
        family& who = out_.who;
        who.number = most_families + slot;
        who.operation = operation;
        who.zone = zones_of(operation).at(zone);
        who.registered = when.today() - days(700 + 41 * slot);
        who.address_line = fmt::format("Block {}, shelter {}", 1 + slot, 100 + 7 * slot);
        who.group_number = group_number(who.number, operation, who.registered);
        for (const shape& person : people) {
            member one;
            one.given_name = person.given;
            one.family_name = person.family;
            one.relationship = person.relationship;
            one.sex = person.sex;
            one.born = when.today() - days(person.age * 365 + person.age / 4 + 30 + 23 * slot);
            one.registered = one.born < who.registered ? who.registered : one.born + days(25);
            if (person.age > 15) one.language = language;
            who.members.push_back(one);
        }
        who.members.front().pin = pin_state::issued;
        answers_at(0, demo_number(slot), "self", 3);
    }

    phone& answers_at(std::size_t member, std::string e164, std::string_view answers, int trust) {
        return out_.who.phones.emplace_back(phone{.member = member,
                                                  .e164 = std::move(e164),
                                                  .answers = answers,
                                                  .trust = trust,
                                                  .nickname = {},
                                                  .collected = out_.who.registered + days(3),
                                                  .verified = trust >= 2,
                                                  .sim_changed = {},
                                                  .disabled = false});
    }
    [[nodiscard]] family& who() { return out_.who; }

    entitlement& regular(std::size_t programme, std::size_t month, std::string_view state) {
        return on_list(when_.lists_of(programme, out_.who.operation)[month], state);
    }
    // Food for those who missed it: the distribution began yesterday.
    entitlement& follow_up(std::string_view state) { return on_list(when_.follow_up_of(out_.who.operation), state); }
    // What was received, and what she said about it.
    void told(entitlement& about, std::string_view answer) {
        about.answer = receipt{answer, about.redeemed->on + days(1)};
        if (answer == "received") return;
        const auto index = static_cast<std::size_t>(&about - out_.entitlements.data());
        ask("problem", answer, about.answer->on, index);
    }

    void ask(std::string_view category, std::string_view topic, day on, std::optional<std::size_t> about = {}) {
        out_.tickets.push_back({.reference = reference(),
                                .category = category,
                                .topic = topic,
                                .entitlement = about,
                                .state = "new",
                                .asked = on,
                                .closed = {}});
    }
    void wish_address(std::string after, std::string_view state, std::string_view reason, int days_ago) {
        const day asked = when_.today() - days(days_ago);
        const bool open = state == "pending";
        out_.changes.push_back({.reference = reference(),
                                .kind = "address",
                                .member = 0,
                                .field = "address_line",
                                .before = out_.who.address_line,
                                .after = std::move(after),
                                .state = state,
                                .reason = reason,
                                .asked = asked,
                                .decided = open ? std::nullopt : std::optional(asked + days(1))});
    }
    // So many days ahead, of the head of the household or of all of it.
    void expected(std::string_view kind, int days_ahead, std::string_view opens, std::string_view closes,
                  bool everybody = false) {
        out_.appointments.push_back({.member = everybody ? std::nullopt : std::optional<std::size_t>(0),
                                     .kind = kind,
                                     .on = when_.today() + days(days_ahead),
                                     .opens = opens,
                                     .closes = closes});
    }
    void prefers(std::string e164, std::string_view language) { out_.numbers.push_back({std::move(e164), language}); }

    [[nodiscard]] dossier take() { return std::move(out_); }

private:
    entitlement& on_list(std::size_t list, std::string_view state) {
        out_.entitlements.reserve(most_entitlements);  // the references that we hand out stay good
        entitlement what = make_entitlement(out_.who, out_.entitlements.size(), when_, list, state, chance_);
        what.collector = 0;
        what.alternate = false;
        what.answer.reset();
        if (what.redeemed) what.redeemed->collector = 0;
        return out_.entitlements.emplace_back(std::move(what));
    }
    [[nodiscard]] std::string reference() const {
        const auto asked = static_cast<std::int64_t>(out_.changes.size() + out_.tickets.size());
        return reference_at(all_references - 1 - (out_.who.number - most_families) * 10 - asked);
    }

    const calendar& when_;
    dice chance_;
    dossier out_;
};

dossier english_speaker(const calendar& when) {
    sketch her(when, 1, kenya, 1, "en",
               {{"Nyandeng", "Deng", "PA", 'F', 34},
                {"Abuk", "Majok", "MTH", 'F', 61},
                {"Garang", "Chol", "SON", 'M', 12},
                {"Achol", "Chol", "DAU", 'F', 9},
                {"Bol", "Chol", "SON", 'M', 4}});
    her.regular(food, next_month, "pending");
    her.regular(voucher, next_month, "sent");
    entitlement& collected_by_mother = her.follow_up("available");
    collected_by_mother.collector = 1;
    collected_by_mother.alternate = true;
    her.regular(cash, this_month, "available");
    her.regular(food, last_month, "redeemed");
    her.told(her.regular(cash, last_month, "redeemed"), "received");
    her.regular(voucher, last_month, "not_collected");
    her.told(her.regular(food, two_months_ago, "partial"), "partial");
    her.expected("documents", 6, "09:00", "10:00");
    her.expected("family", 20, "14:00", "15:00", true);
    return her.take();
}

dossier swahili_speaker(const calendar& when) {
    sketch her(when, 2, kenya, 5, "sw",
               {{"Furaha", "Bisimwa", "PA", 'F', 29},
                {"Jean", "Bashige", "HUS", 'M', 35},
                {"Baraka", "Bashige", "SON", 'M', 8},
                {"Neema", "Bashige", "DAU", 'F', 5}});
    her.answers_at(1, "+254733000002", "self", 2);
    her.expected("interview", 4, "10:30", "11:00");
    her.regular(food, next_month, "pending");
    her.follow_up("available");
    her.regular(cash, this_month, "available");
    her.regular(food, last_month, "redeemed");
    her.regular(voucher, last_month, "expired");
    return her.take();
}

dossier french_speaker(const calendar& when) {
    sketch her(when, 3, kenya, 14, "fr",
               {{"Claudine", "Niyonkuru", "PA", 'F', 41},
                {"Alexis", "Kwizera", "SON", 'M', 16},
                {"Léa", "Irakoze", "DAU", 'F', 11},
                {"Diane", "Kaneza", "DAU", 'F', 7}});
    her.expected("assistance", 11, "08:30", "09:00");
    her.regular(voucher, next_month, "pending");
    her.follow_up("available");
    her.regular(cash, this_month, "sent");
    her.told(her.regular(cash, last_month, "redeemed"), "received");
    her.regular(voucher, last_month, "redeemed");
    return her.take();
}

dossier arabic_speaker(const calendar& when) {
    sketch her(when, 4, kenya, 24, "ar",
               {{"Fatima", "Adam", "PA", 'F', 38},
                {"Salma", "Haroun", "DAU", 'F', 14},
                {"Musa", "Haroun", "SON", 'M', 11},
                {"Zahra", "Haroun", "DAU", 'F', 6}});
    her.regular(food, next_month, "pending");
    her.follow_up("available");
    her.regular(cash, this_month, "available");
    her.regular(food, last_month, "redeemed");
    her.expected("documents", 3, "11:00", "11:30", true);
    her.regular(household_items, when.lists_of(household_items, kenya).size() - 1, "redeemed");
    return her.take();
}

// Three persons of two households at one phone.
std::vector<dossier> shared_phone(const calendar& when) {
    sketch house(
        when, 5, kenya, 20, "en",
        {{"Hodan", "Ali", "PA", 'F', 45}, {"Abdi", "Jama", "SON", 'M', 20}, {"Sahra", "Jama", "DAU", 'F', 10}});
    house.who().phones.front().answers = "household";
    house.who().phones.front().nickname = "Mama Hodan";
    house.who().members[1].pin = pin_state::issued;
    house.answers_at(1, demo_number(5), "household", 2).nickname = "Abdi";
    house.prefers(demo_number(5), "en");
    house.regular(food, next_month, "pending");
    house.regular(cash, this_month, "available");
    house.regular(food, last_month, "redeemed");

    sketch neighbour(when, 15, kenya, 20, "sw", {{"Asha", "Farah", "PA", 'F', 31}, {"Idil", "Nur", "DAU", 'F', 3}});
    neighbour.who().phones.front() = phone(house.who().phones.front());
    neighbour.who().phones.front().answers = "neighbour";
    neighbour.who().phones.front().nickname = "Asha";
    neighbour.who().phones.front().collected = neighbour.who().registered;
    neighbour.follow_up("available");
    neighbour.regular(food, last_month, "redeemed");
    std::vector<dossier> out;
    out.push_back(house.take());
    out.push_back(neighbour.take());
    return out;
}

dossier locked_pin(const calendar& when) {
    sketch her(when, 6, kenya, 8, "en", {{"Almaz", "Bekele", "PA", 'F', 52}, {"Dawit", "Tesfaye", "SON", 'M', 17}});
    her.who().members.front().pin = pin_state::locked;
    her.follow_up("available");
    her.regular(food, last_month, "redeemed");
    return her.take();
}

dossier no_pin_yet(const calendar& when) {
    sketch him(when, 7, kenya, 3, "en", {{"Peter", "Lado", "PA", 'M', 24}});
    him.who().members.front().pin = pin_state::none;
    him.regular(food, next_month, "pending");
    him.regular(cash, this_month, "available");
    return him.take();
}

dossier changed_sim(const calendar& when) {
    sketch her(when, 8, kenya, 30, "en", {{"Josiane", "Uwase", "PA", 'F', 27}, {"Eric", "Mugisha", "SON", 'M', 2}});
    her.who().phones.front().sim_changed = when.today() - days(2);
    her.regular(cash, this_month, "available");
    her.regular(voucher, last_month, "redeemed");
    return her.take();
}

dossier no_language_yet(const calendar& when) {
    sketch her(when, 9, kenya, 22, "", {{"Halimo", "Nur", "PA", 'F', 36}, {"Liban", "Omar", "SON", 'M', 13}});
    her.regular(food, next_month, "pending");
    her.follow_up("available");
    her.regular(food, last_month, "redeemed");
    return her.take();
}

dossier every_state(const calendar& when) {
    sketch her(when, 10, kenya, 12, "en",
               {{"Senait", "Tesfalem", "PA", 'F', 33},
                {"Yonas", "Kidane", "HUS", 'M', 37},
                {"Luwam", "Yonas", "DAU", 'F', 5}});
    her.regular(food, next_month, "pending");
    her.regular(voucher, next_month, "sent");
    her.follow_up("available");
    her.regular(cash, last_month, "redeemed");
    her.regular(food, last_month, "partial");
    her.regular(voucher, last_month, "not_collected");
    her.regular(cash, two_months_ago, "error");
    her.regular(voucher, two_months_ago, "expired");
    her.regular(food, two_months_ago, "cancelled");
    return her.take();
}

dossier long_list(const calendar& when) {
    sketch her(when, 11, kenya, 9, "en",
               {{"Chantal", "Mukendi", "PA", 'F', 44},
                {"Patrick", "Kasongo", "SON", 'M', 19},
                {"Grâce", "Kasongo", "DAU", 'F', 15}});
    her.regular(food, next_month, "pending");
    her.follow_up("available");
    her.regular(cash, this_month, "available");
    for (std::size_t month = last_month; month < last_month + 5; ++month) her.regular(food, month, "redeemed");
    for (std::size_t month = last_month; month < last_month + 4; ++month) her.regular(cash, month, "redeemed");
    return her.take();
}

dossier with_requests(const calendar& when) {
    sketch her(when, 12, kenya, 16, "en", {{"Rana", "Al-Hamwi", "PA", 'F', 30}, {"Omar", "Al-Halabi", "SON", 'M', 6}});
    her.wish_address("Block 4, shelter 12", "rejected", "evidence_missing", 9);
    her.wish_address("Block 2, shelter 31", "pending", "", 1);
    her.ask("call_back", "assistance", when.today() - days(3));
    her.regular(food, next_month, "pending");
    her.regular(cash, this_month, "available");
    her.regular(food, last_month, "redeemed");
    return her.take();
}

dossier amharic_speaker(const calendar& when) {
    sketch her(when, 13, kenya, 38, "am", {{"Tigist", "Haile", "PA", 'F', 28}, {"Abel", "Girma", "SON", 'M', 4}});
    her.regular(food, next_month, "pending");
    her.regular(cash, this_month, "available");
    her.regular(food, last_month, "redeemed");
    return her.take();
}

dossier in_uganda(const calendar& when) {
    sketch him(when, 14, uganda, 2, "en",
               {{"Muhindo", "Paluku", "PA", 'M', 39},
                {"Sifa", "Kavira", "WIF", 'F', 35},
                {"Amani", "Paluku", "SON", 'M', 12}});
    him.follow_up("available");
    him.regular(cash, this_month, "available");
    him.regular(cash, last_month, "redeemed");
    him.regular(voucher, last_month, "redeemed");
    return him.take();
}

}  // namespace

std::vector<dossier> demo_dossiers(const calendar& when) {
    std::vector<dossier> out;
    for (const auto make :
         {english_speaker, swahili_speaker, french_speaker, arabic_speaker, locked_pin, no_pin_yet, changed_sim,
          no_language_yet, every_state, long_list, with_requests, amharic_speaker, in_uganda})
        out.push_back(make(when));
    for (dossier& one : shared_phone(when)) out.push_back(std::move(one));
    return out;
}

}  // namespace population

const std::vector<demo_person>& demo_people() {
    static const std::vector<demo_person> people = [] {
        const std::string pin(population::issued_pin);
        const auto at = population::demo_number;
        return std::vector<demo_person>{
            {at(1), pin, "en", "English; a household of five; food and cash to collect, one to confirm, one disputed"},
            {at(2), pin, "sw", "Swahili; a couple with two children; food and cash to collect"},
            {at(3), pin, "fr", "French; a mother of three; food to collect, cash on its way"},
            {at(4), pin, "ar", "Arabic; a mother of three; food and cash to collect"},
            {at(5), pin, "en", "One phone, three persons of two households: Mama Hodan, Abdi and Asha (same PIN each)"},
            {at(6), pin, "en", "PIN locked after ten failures: the right PIN does not help"},
            {at(7), "", "en", "No PIN yet"},
            {at(8), pin, "en", "The SIM of a verified number was changed two days ago"},
            {at(9), pin, "", "Registered, but has not chosen a language yet: the first screen asks"},
            {at(10), pin, "en", "Entitlements in every state"},
            {at(11), pin, "en", "Twelve entitlements: the list has pages"},
            {at(12), pin, "en", "Requests: one pending since yesterday, one rejected, a call back asked for"},
            {at(13), pin, "am", "Prefers Amharic: sees it where there are texts, else the second language"},
            {at(14), pin, "en", "Registered in Uganda: amounts in shillings without a minor unit"},
            {at(81), std::string(population::operator_pin), "",
             "An operator of Kilele Bank (verifier 41003): checks the codes that are read to her, with her own PIN"},
            {at(99), "", "", "A number that nobody registered"},
        };
    }();
    return people;
}

}  // namespace mlango::registry
