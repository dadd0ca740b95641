#include "console/events_door.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/http/cookie.hpp"
#include "base/http/json_body.hpp"
#include "base/within.hpp"
#include "console/problem.hpp"

namespace mlango::console {

namespace {

namespace json = boost::json;
using namespace std::chrono_literals;

constexpr auto look_every = 250ms;
// Rows get their numbers before they are there for others: who saw a later one is told again.
constexpr auto settling_time = 2s;
// Who looked longer ago does not go through all that was written since: everything counts as new.
constexpr auto longest_pause = 30s;
constexpr auto breath_every = 15s;  // keeps proxies from closing, and finds out who has gone
constexpr auto check_every = 5s;
constexpr std::size_t most_listening = 2'000;  // a thread
constexpr std::size_t most_of_one = 8;

struct subject {
    std::string_view name;
    std::string_view permission;
    std::initializer_list<std::string_view> kinds;  // the audit kinds' first words
};
const subject subjects[] = {
    {"cases", "cases.view", {"change"}},
    {"tickets", "tickets.view", {"ticket", "tickets", "receipt"}},
    {"lists", "lists.view", {"list", "lists", "entitlement", "entitlements", "distribution", "upload"}},
    {"notices", "notices.view", {"notice", "broadcast", "broadcasts"}},
    {"openings", "people.review", {"glass"}},
    {"words", "words.view", {"menu", "word", "words", "draft"}},
    {"access", "access.view", {"grant", "staff", "review", "access"}},
};

json::object to_json(const registry::staff_job& job) {
    const auto time = [](const std::string& text) { return text.empty() ? json::value() : json::value(text); };
    return {{"id", job.id.value},
            {"kind", job.kind},
            {"state", job.state},
            {"problem", job.problem.empty() ? json::value() : json::value(job.problem)},
            {"record", job.record == 0 ? json::value() : json::value(job.record)},
            {"total", job.total},
            {"done", job.done},
            {"refused", job.refused},
            {"begun_at", time(job.begun_at)},
            {"moved_at", time(job.moved_at)},
            {"finished_at", time(job.finished_at)}};
}

}  // namespace

events_door::events_door(const parts& house, guard& keeper, staff_sessions& sessions)
    : house_(house),
      guard_(keeper),
      sessions_(sessions),
      accounts_(house.pool, house.time),
      jobs_(house.pool, house.time),
      pulse_(house.pool),
      listening_(house.numbers.level("console_listening", "Pages of the console that are told what is new")) {}

std::vector<staff_route> events_door::routes() {
    return {{"GET", "/events", "", [this](asked& question) { return events(question); }, body_kind::none, true},
            {"GET", "/jobs", "", [this](asked& question) { return list(question); }},
            {"GET", "/jobs/{id}", "", [this](asked& question) { return one(question); }},
            {"POST", "/jobs/{id}/stop", "", [this](asked& question) { return stop(question); }, body_kind::none}};
}

task<http_response> events_door::list(asked& question) {
    json::array items;
    for (const auto& job :
         co_await jobs_.of(question.who.id, static_cast<int>(question.query_number("limit", 1, 200, 50))))
        items.push_back(to_json(job));
    co_return json_answer(json::object{{"items", std::move(items)}, {"next", nullptr}});
}

task<http_response> events_door::one(asked& question) {
    const auto job = co_await jobs_.find(question.who.id, {question.key(1)});
    if (!job) co_return problem(fault::not_found);
    co_return json_answer(to_json(*job));
}

task<http_response> events_door::stop(asked& question) {
    const registry::staff_job_id which{question.key(1)};
    if (!co_await jobs_.stop(question.who.id, which)) {
        const auto job = co_await jobs_.find(question.who.id, which);
        if (!job) co_return problem(fault::not_found);
        co_return problem(fault::wrong_state, {}, {{"current", to_json(*job)}});
    }
    const auto job = co_await jobs_.find(question.who.id, which);
    if (!job) co_return problem(fault::not_found);
    co_return json_answer(to_json(*job));
}

task<http_response> events_door::events(asked& question) {
    if (listeners_.count(question.who.id) >= most_of_one || listeners_.size() >= most_listening)
        co_return wait_problem(5);
    http_response response;
    response.content_type = "text/event-stream";
    response.headers = {{"Cache-Control", "no-store"}, {"X-Accel-Buffering", "no"}};
    response.stream = [this, who = question.who, token = guard_.token_of(question.http)](http_stream& to) {
        return tell(to, token, who);
    };
    co_return response;
}

// Counts a page in for as long as it listens, however that ends.
struct events_door::listener {
    listener(events_door& door, registry::staff_id who) : door_(door), place_(door.listeners_.insert(who)) {
        door_.listening_.add(1);
    }
    ~listener() {
        door_.listening_.add(-1);
        door_.listeners_.erase(place_);
    }
    listener(const listener&) = delete;
    events_door& door_;
    std::multiset<registry::staff_id>::iterator place_;
};

task<void> events_door::tell(http_stream& to, std::string token, caller who) {
    const listener here(*this, who.id);
    coarse_timer pause(co_await asio::this_coro::executor);
    std::string told_pulse, told_jobs;
    deadline next_breath = house_.time.steady() + breath_every, next_check = house_.time.steady() + check_every;
    // Browsers come back after so many milliseconds.
    if (!co_await to.write("retry: 2000\n\n")) co_return;
    // What is there at once, so that a page begins with it.
    next_look_ = {};
    for (;;) {
        bool over = false;
        try {
            co_await look();
            if (house_.time.steady() >= next_check) {
                next_check = house_.time.steady() + check_every;
                const auto session = co_await sessions_.find(token, staff_sessions::use::by_the_page);
                const auto still = session ? co_await accounts_.at_work(session->who, session->begun) : std::nullopt;
                over = !still;
                if (still) who.permissions = still->permissions;
            }
        } catch (const registry::registry_unavailable&) {
            // Told when it is back.
        } catch (const sessions_away&) {
        }
        if (over) {
            co_await to.write("event: over\ndata: {}\n\n");
            co_return;
        }
        std::string text;
        if (std::string pulse = pulse_for(who); pulse != told_pulse) {
            text += fmt::format("event: pulse\ndata: {}\n\n", pulse);
            told_pulse = std::move(pulse);
        }
        if (std::string jobs = jobs_of(who.id); jobs != told_jobs) {
            text += fmt::format("event: jobs\ndata: {}\n\n", jobs);
            told_jobs = std::move(jobs);
        }
        const auto now = house_.time.steady();
        if (text.empty() && now >= next_breath) text = ": here\n\n";
        if (!text.empty()) {
            next_breath = now + breath_every;
            if (!co_await to.write(text)) co_return;
        }
        pause.expires_after(look_every);
        co_await pause.async_wait(use_task);
    }
}

task<void> events_door::look() {
    if (looking_ || house_.time.steady() < next_look_) co_return;
    struct mark {
        bool& on;
        explicit mark(bool& flag) : on(flag) { on = true; }
        ~mark() { on = false; }
    } looking(looking_);
    next_look_ = house_.time.steady() + look_every;
    co_await look_now();
}

task<void> events_door::look_now() {
    const auto now = house_.time.steady();
    if (now - looked_ > longest_pause) seen_ = 0;
    looked_ = now;
    take_news(co_await pulse_.after(seen_));
    std::vector<registry::staff_id> people;
    for (const auto who : listeners_)
        if (people.empty() || people.back() != who) people.push_back(who);
    std::map<registry::staff_id, json::array> found;
    for (const auto& job : co_await jobs_.lively(people)) found[job.made_by].push_back(to_json(job));
    jobs_now_.clear();
    for (const auto& [who, jobs] : found) jobs_now_[who] = json::serialize(jobs);
}

void events_door::take_news(const std::vector<registry::news>& all) {
    const auto now = house_.time.steady();
    const bool anew = seen_ == 0;
    for (const auto& each : all) {
        if (anew)
            for (const subject& one : subjects) {
                std::int64_t& number = now_[std::string(one.name)];
                number = std::max(number + 1, each.newest * 2);
            }
        seen_ = std::max(seen_, each.newest);
        for (const subject& one : subjects) {
            if (std::ranges::find(one.kinds, std::string_view(each.of)) == one.kinds.end()) continue;
            std::int64_t& number = now_[std::string(one.name)];
            number = std::max(number + 1, each.newest * 2);
            settling_[std::string(one.name)] = now + settling_time;
        }
    }
    std::erase_if(settling_, [&](const auto& each) {
        if (each.second > now) return false;
        ++now_[each.first];
        return true;
    });
}

std::string events_door::pulse_for(const caller& who) const {
    json::object out;
    for (const subject& one : subjects) {
        if (!who.may(one.permission)) continue;
        const auto number = now_.find(one.name);
        out[view(one.name)] = number == now_.end() ? 0 : number->second;
    }
    return json::serialize(out);
}

std::string events_door::jobs_of(registry::staff_id who) const {
    const auto found = jobs_now_.find(who);
    return found == jobs_now_.end() ? "[]" : found->second;
}

}  // namespace mlango::console
