// The same 1,000 sessions twice: to their end, and dropped at random hops, once or twice. Who was dropped dials again,
// continues where that is offered, gives her PIN where it is asked, and goes on from what the screen shows. Both
// registries must end alike. The seed is printed; MLANGO_TEST_SEED plays it again.
#include "tests/integration/handlers/planned_conversations.hpp"

namespace mlango::test {
namespace {

constexpr std::size_t sessions_played = 1'000;
constexpr std::size_t at_a_time = played_families;  // phones, each of another household

struct played_session {
    std::string from, name;
    std::vector<std::string> planned;
    std::vector<std::string> inputs;  // as they were typed undropped
    std::vector<std::string> shown;   // after the dial and after each input, without references
};

std::string reply_in(const std::vector<gsm::ussd_reply>& replies, std::size_t i) {
    return without_references(replies[i].text);
}

// Until each has done what she planned: no change is behind her last input.
class undropped {
public:
    undropped(played_house& house, std::vector<played_session>& all) : house_(house), all_(all) {}

    void play() {
        const auto& words = house_.editions.current().words;
        std::vector<played_phone> phones;
        for (const auto& one : all_) phones.emplace_back(house_, one.from, one.name);
        std::vector<std::size_t> at(all_.size(), 0);
        for (bool dials = true;; dials = false) {
            std::vector<gsm::ussd_hop> now;
            std::vector<std::size_t> whose;
            for (std::size_t i = 0; i < all_.size(); ++i) {
                auto& one = all_[i];
                if (!dials) {
                    const bool again = one.shown.size() == 1 && asks_whether_to_continue(one.shown[0], words);
                    if (again)
                        one.inputs.emplace_back("2");
                    else if (at[i] < one.planned.size())
                        one.inputs.push_back(typed_on(one.shown.back(), one.planned[at[i]++], words));
                    else
                        continue;
                    phones[i].add(one.inputs.back());
                }
                now.push_back(phones[i].last_hop());
                whose.push_back(i);
            }
            if (now.empty()) return;
            const auto replies = house_.at_once(std::move(now), phones.front().profile);
            for (std::size_t i = 0; i < whose.size(); ++i) all_[whose[i]].shown.push_back(reply_in(replies, i));
        }
    }

private:
    played_house& house_;
    std::vector<played_session>& all_;
};

// One of them over a network that drops.
class dropped {
public:
    dropped(played_house& house, const played_session& as, lots& drawn)
        : house_(house), as_(as), words_(house.editions.current().words) {
        for (auto left = 1 + drawn.below(2); left > 0; --left)
            drops_.push_back({.at = drawn.below(as.inputs.size() + 1),
                              .after_reply = drawn.below(2) == 0,
                              .is_told = drawn.below(2) == 0});
        dial();
    }

    // The next request; nullopt: she is done.
    std::optional<gsm::ussd_hop> next() {
        while (true) {
            if (typing_.empty()) {
                if (done_ >= as_.inputs.size()) return std::nullopt;
                // Her answer never arrived: the session ends before it.
                if (drops(false)) {
                    drop();
                    continue;
                }
                typing_ = as_.inputs[done_];
                counts_ = true;
            }
            if (!dials_) phone_->add(typing_);
            return phone_->last_hop();
        }
    }

    void shown(const std::string& screen) {
        const bool dialled = std::exchange(dials_, false);
        typing_.clear();
        if (dialled && !again_) return;  // as undropped: whatever it asks is among her inputs
        if (again_) return find_place(screen);
        if (std::exchange(counts_, false)) ++done_;
        // She never saw the reply, or left while she read it.
        if (done_ < as_.inputs.size() && drops(true)) drop();
    }

    std::size_t offered = 0, dropped_at = 0;
    std::string lost;  // where she found no way on

private:
    struct planned_drop {
        std::size_t at;
        bool after_reply;
        bool is_told;  // the gateway says that the session ended
    };

    void dial() {
        phone_.emplace(house_, as_.from, fmt::format("{} {}", as_.name, ++dials_made_));
        dials_ = true;
        typing_ = "dial";
    }
    bool drops(bool after_reply) {
        const auto due = std::ranges::find_if(
            drops_, [&](const auto& one) { return one.at == done_ && one.after_reply == after_reply; });
        if (due == drops_.end()) return false;
        if (due->is_told) phone_->hang_up();
        drops_.erase(due);
        return true;
    }
    void drop() {
        ++dropped_at;
        dial();
        again_ = true;
    }

    // After dialling again: continue, the PIN, and from there on as on the screen that looked like this.
    void find_place(const std::string& screen) {
        if (asks_whether_to_continue(screen, words_) && !continued_ && done_ > 0) {
            continued_ = true;
            ++offered;
            typing_ = "1";
            return;
        }
        const auto pin = words_.find("pin.ask");
        for (templates::language_index language = 0; language < words_.languages().size(); ++language)
            if (continued_ && screen.starts_with(words_.format(*pin, language, {}))) {
                typing_ = "4826";
                return;
            }
        // The PIN that continuing asked for may be the one that she was about to give.
        const bool pin_was_next = done_ < as_.inputs.size() && as_.inputs[done_] == "4826";
        for (std::size_t i = std::min(done_ + pin_was_next, as_.shown.size() - 1) + 1; i-- > 0;)
            if (as_.shown[i] == screen) {
                done_ = i;
                again_ = continued_ = false;
                return;
            }
        lost = fmt::format("{} finds no way on from:\n{}", as_.name, screen);
        again_ = continued_ = false;
        done_ = as_.inputs.size();
    }

    played_house& house_;
    const played_session& as_;
    const templates::catalogue& words_;
    std::vector<planned_drop> drops_;
    std::optional<played_phone> phone_;
    std::string typing_;
    std::size_t done_ = 0;  // inputs that need not be typed again
    int dials_made_ = 0;
    bool dials_ = false, again_ = false, continued_ = false, counts_ = false;
};

TEST(dropped_sessions, end_in_the_same_registry_as_undropped_ones) {
    const std::uint64_t seed = printed_seed("dropped sessions");
    RecordProperty("seed", std::to_string(seed));
    seeded_lots planning(seed), network(seed + 1);
    played_world calm, rough;
    std::size_t drops = 0, offered = 0;
    {
        played_house whole(calm), house(rough);
        whole.connected();
        house.connected();
        for (std::size_t played = 0; played < sessions_played; played += at_a_time) {
            std::vector<played_session> sessions(at_a_time);
            for (std::size_t i = 0; i < at_a_time; ++i) {
                sessions[i].from = family_number(i);
                sessions[i].name = std::to_string(played + i);
                sessions[i].planned = planned_way(planning);
            }
            undropped(whole, sessions).play();
            std::vector<std::unique_ptr<dropped>> people;
            for (const auto& one : sessions) people.push_back(std::make_unique<dropped>(house, one, network));
            while (true) {
                std::vector<gsm::ussd_hop> now;
                std::vector<dropped*> whose;
                for (auto& one : people)
                    if (auto hop = one->next()) {
                        now.push_back(std::move(*hop));
                        whose.push_back(one.get());
                    }
                if (now.empty()) break;
                const auto replies = house.at_once(std::move(now), gsm::gateway_profile());
                for (std::size_t i = 0; i < whose.size(); ++i) whose[i]->shown(reply_in(replies, i));
            }
            for (const auto& one : people) {
                drops += one->dropped_at;
                offered += one->offered;
                ASSERT_EQ(one->lost, "") << "seed " << seed;
            }
        }
    }
    EXPECT_GT(drops, sessions_played / 2) << "hardly any was dropped";
    EXPECT_GT(offered, sessions_played / 20) << "hardly any could be continued";
    EXPECT_EQ(what_is_recorded(rough), what_is_recorded(calm)) << "seed " << seed;
    EXPECT_GT(std::stoll(sql_session(calm.registry.conninfo())
                             .value("SELECT count(*) FROM change_request WHERE asked_at > now() - interval '1 hour'")),
              50);
}

}  // namespace
}  // namespace mlango::test
