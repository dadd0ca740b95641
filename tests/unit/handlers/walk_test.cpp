// Every place of the real menu that can be reached, and long wanderings through it, in every language and on every
// kind of screen: what holds everywhere stands in tests/support/menu_walk.hpp.
#include <deque>
#include <set>

#include "tests/support/menu_walk.hpp"
#include "tests/support/profiles.hpp"
#include "tests/unit/handlers/spoken.hpp"

namespace mlango::handlers {
namespace {

using test::answer_shape;
using test::menu_walk;
using test::walk_place;

const test::generated_answers& real_answers() {
    static const test::generated_answers made(real_menu(), real_words());
    return made;
}

surroundings around_on(gsm::screen_size screen, bool has_hash_key) {
    return {.screens = real_menu(),
            .words = real_words(),
            .screen = screen,
            .has_hash_key = has_hash_key,
            .view_needs_pin = true,
            .now = 1'000,
            .pin_lasts = 180,
            .region = "KE"};
}

// Breadth first, every input that is offered, every outcome; where `odd`, also what no screen expects.
class explorer {
public:
    explorer(menu_walk& walk, templates::language_index language, bool odd) : walk_(walk), odd_(odd) {
        walk_place start;
        start.session.language = language;
        take(start, std::nullopt);
        if (!walk.around.by_sms) return;
        // A keyword comes at any time; here, as the first thing.
        const walk_place home = *std::ranges::find_if(
            waiting_, [](const auto& at) { return at.session.stack.back().screen == real_menu().root(); });
        std::set<templates::screen_index> opened{real_menu().sms_words(), real_menu().sms_pin(),
                                                 real_menu().find("by_sms_words_go")};
        for (const auto& word : real_menu().keywords().all())
            if (word.act == templates::keyword_act::open) opened.insert(real_menu().find(word.target));
        for (const auto screen : opened) {
            keyword_ = screen;
            take(home, "keyword");
        }
        keyword_.reset();
    }

    void explore() {
        while (!waiting_.empty() && broken.empty()) {
            const walk_place from = std::move(waiting_.front());
            waiting_.pop_front();
            if (broken.empty() && !walk_.around.by_sms) broken = walk_.opens_again(from);
            if (broken.empty() && odd_) broken = walk_.goes_on_by_sms(from);
            const auto& screen = walk_.top(from.session);
            auto inputs = test::offered_inputs(screen, from.session, walk_.around.has_hash_key);
            inputs.emplace_back("77");
            if (odd_)
                for (auto& one : test::odd_inputs(screen)) inputs.push_back(std::move(one));
            for (const auto& input : inputs) take(from, input);
        }
    }

    std::string broken;
    std::set<templates::screen_index> seen;
    std::size_t hops = 0;

    [[nodiscard]] std::size_t places() const { return known_.size(); }

private:
    void take(const walk_place& from, const std::optional<std::string>& input) {
        test::every_lot every;
        do {
            walk_place at = from;
            walk_.keyword = keyword_;
            broken = walk_.hop(at, input ? std::optional<std::string_view>(*input) : std::nullopt, every);
            ++hops;
            if (broken.empty() && input && *input != "0" && *input != "00") broken = walk_.leads_back(from, at, *input);
            if (!broken.empty()) return;
            remember(std::move(at));
        } while (every.next());
    }

    // Places with the same two last screens look alike to what follows, and are walked from once.
    void remember(walk_place at) {
        seen.insert(at.session.stack.back().screen);
        if (at.ends || at.spoke) return;
        std::string key = std::to_string(at.session.flags) + (at.session.authenticated_at != 0 ? "+" : "-");
        const auto& stack = at.session.stack;
        key += std::to_string(std::min<std::size_t>(stack.size(), 3));
        for (std::size_t i = stack.size() - std::min<std::size_t>(stack.size(), 2); i < stack.size(); ++i)
            key += " " + std::to_string(stack[i].screen) + "." + std::to_string(stack[i].page);
        if (known_.insert(std::move(key)).second) waiting_.push_back(std::move(at));
    }

    menu_walk& walk_;
    bool odd_;
    std::optional<templates::screen_index> keyword_;
    std::deque<walk_place> waiting_;
    std::set<std::string> known_;
};

// By SMS, as somebody who may ask without a PIN, and as somebody who may not.
std::set<templates::screen_index> shown_by_sms(templates::language_index language, std::string& broken) {
    std::set<templates::screen_index> seen;
    for (const std::uint16_t flags : {std::uint16_t{flag_may_ask}, std::uint16_t{0}}) {
        menu_walk walk(around_on(sms_screen, true), real_answers());
        walk.around.by_sms = true;
        walk.shape = {.seed = 0, .rows = 24, .flags = true};
        walk.flags_of_person = flags;
        explorer every(walk, language, language == 0);
        every.explore();
        if (broken.empty()) broken = every.broken;
        seen.insert(every.seen.begin(), every.seen.end());
    }
    return seen;
}

class walks_by_sms : public testing::TestWithParam<templates::language_index> {};

TEST_P(walks_by_sms, keep_every_rule_and_show_nothing_private) {
    std::string broken;
    const auto seen = shown_by_sms(GetParam(), broken);
    ASSERT_EQ(broken, "");
    for (templates::screen_index i = 0; i < real_menu().screens().size(); ++i) {
        const auto& screen = real_menu().at(i);
        const bool opens = screen.sms == templates::sms_rule::open || screen.sms == templates::sms_rule::ask;
        EXPECT_TRUE(opens || !seen.contains(i)) << screen.name;
        if (screen.subject == "by_sms" && screen.act.empty()) EXPECT_TRUE(seen.contains(i)) << screen.name;
    }
}

INSTANTIATE_TEST_SUITE_P(menu, walks_by_sms, testing::Range<templates::language_index>(0, 6),
                         [](const auto& info) { return real_words().languages()[info.param].code; });

struct walked {
    templates::language_index language;
    test::test_profile profile;
};

class walks : public testing::TestWithParam<walked> {};

TEST_P(walks, reach_every_screen_and_keep_every_rule) {
    const auto& [language, profile] = GetParam();
    const bool odd = language == 0 && profile.name == "full";
    std::set<templates::screen_index> seen;
    struct person {
        std::size_t rows;
        bool flags;
        std::uint16_t of_person;
    };
    for (const person& one : {person{24, true, 0}, person{1, false, flag_sim_changed}, person{0, true, flag_no_pin}}) {
        menu_walk walk(around_on(profile.screen, profile.has_hash_key), real_answers());
        walk.shape = {.seed = 0, .rows = one.rows, .flags = one.flags};
        walk.flags_of_person = one.of_person;
        explorer every(walk, language, odd);
        every.explore();
        ASSERT_EQ(every.broken, "");
        EXPECT_GT(every.places(), one.of_person == flag_no_pin ? 30u : 100u) << "hardly walked";
        seen.insert(every.seen.begin(), every.seen.end());
    }
    static const std::set<templates::screen_index> by_sms = [] {
        std::string broken;
        return shown_by_sms(0, broken);
    }();
    for (templates::screen_index i = 0; i < real_menu().screens().size(); ++i) {
        const auto& screen = real_menu().at(i);
        EXPECT_TRUE(!screen.act.empty() || seen.contains(i) || by_sms.contains(i)) << screen.name << " was never shown";
    }
}

std::vector<walked> all_walks() {
    std::vector<walked> all;
    for (templates::language_index language = 0; language < real_words().languages().size(); ++language)
        for (const std::size_t profile : {0u, 1u, 2u}) all.push_back({language, test::test_profiles[profile]});
    return all;
}

INSTANTIATE_TEST_SUITE_P(menu, walks, testing::ValuesIn(all_walks()), [](const auto& info) {
    return real_words().languages()[info.param.language].code + "_" + std::string(info.param.profile.name);
});

// She types what comes to mind, time passes, the registry is away at times, and now and then the session drops.
void wander(std::uint64_t seed, std::string& broken, std::size_t& again) {
    test::seeded_lots drawn(seed);
    const auto& profile = drawn.one_of(test::test_profiles);
    menu_walk walk(around_on(profile.screen, profile.has_hash_key), real_answers());
    walk.around.view_needs_pin = drawn.below(4) != 0;
    walk.shape.seed = seed | 1;
    walk.flags_of_person = drawn.one_of(std::array<std::uint16_t, 4>{0, 0, flag_sim_changed, flag_no_pin});
    walk_place at;
    at.session.language = static_cast<templates::language_index>(drawn.below(real_words().languages().size()));
    broken = walk.hop(at, std::nullopt, drawn);
    for (int hop = 0; hop < 40 && broken.empty() && !at.ends; ++hop) {
        const auto& screen = walk.top(at.session);
        const auto inputs = drawn.below(4) == 0 ? test::odd_inputs(screen)
                                                : test::offered_inputs(screen, at.session, walk.around.has_hash_key);
        const std::string input = drawn.one_of(inputs);
        const walk_place from = at;
        if (drawn.chance(12)) walk.around.now += static_cast<std::int64_t>(drawn.below(120));
        broken = walk.hop(at, input, drawn);
        if (broken.empty() && input != "0" && input != "00") broken = walk.leads_back(from, at, input);
        if (broken.empty() && drawn.below(3) == 0) {
            broken = walk.opens_again(at);
            ++again;
        }
    }
}

TEST(wanderings, keep_every_rule) {
    const std::uint64_t seed = test::printed_seed("wanderings");
    RecordProperty("seed", std::to_string(seed));
    constexpr std::uint64_t people = 400;
    std::size_t again = 0;
    for (std::uint64_t i = 0; i < people; ++i) {
        std::string broken;
        wander(seed + i, broken, again);
        ASSERT_EQ(broken, "") << "MLANGO_TEST_SEED=" << seed + i << " plays this one first";
    }
    EXPECT_GT(again, people) << "hardly any was dropped";
}

}  // namespace
}  // namespace mlango::handlers
