// Which message goes next, through which gateway, and when.
#include <algorithm>

#include "handlers/sms_sender_lanes.hpp"
#include "handlers/sms_wording.hpp"

namespace mlango::handlers {

namespace {

using namespace std::chrono_literals;
using registry::message_priority;

constexpr auto silent_too_long = 10s;  // then a gateway's messages make room for those of others
constexpr std::size_t most_ahead = 250;
constexpr double longest_ahead = 0.2;  // seconds
constexpr std::size_t batches = 4;     // that a full gateway's messages are written down in

std::int64_t microseconds(wall_time at) {
    return at.time_since_epoch().count();
}

}  // namespace

// What it takes while two of them are written down; the fewer, the fewer are unknown after a crash.
std::size_t sms_sender::ahead(const lane& through) const {
    const double seconds = std::min(2 * begin_seconds_, longest_ahead);
    return std::min(most_ahead, static_cast<std::size_t>(through.per_second * seconds));
}

// A full window is not ready, and there all the same.
bool sms_sender::is_there(lane& one) const {
    if (one.gateway->ready() || one.under_way > 0) return true;
    return one.silent_since && rooms_.time.steady() - *one.silent_since < silent_too_long;
}

std::size_t sms_sender::room(message_priority priority) const {
    const bool others_wait = !queues_[0].empty() || !queues_[1].empty();
    std::size_t all = 0;
    for (const auto& each : lanes_) all += each->room(priority, others_wait, ahead(*each));
    return all;
}

std::vector<sms_sender::lane*> sms_sender::candidates(const message& what) const {
    std::vector<lane*> all;
    if (what.route == nullptr)
        for (const auto& each : lanes_) all.push_back(each.get());
    else
        for (const std::string& name : what.route->gateways)
            for (const auto& each : lanes_)
                if (each->gateway->name() == name) all.push_back(each.get());
    // Her own network takes an answer to her, whatever the routes say, as long as it is there.
    if (const auto preferred = argument_of(what.notice, "gateway"); !preferred.empty()) {
        const auto found =
            std::ranges::find_if(lanes_, [&](const auto& each) { return each->gateway->name() == preferred; });
        if (found != lanes_.end()) {
            std::erase(all, found->get());
            all.insert(all.begin(), found->get());
        }
    }
    // After a refusal the one behind it is asked first.
    const auto last =
        std::ranges::find_if(all, [&](const lane* each) { return each->gateway->name() == what.notice.last_gateway; });
    if (what.notice.attempts > 0 && last != all.end()) std::ranges::rotate(all, std::next(last));
    return all;
}

// The first gateway of its route that takes one now; else the first for which one may be written down ahead.
// `hopeless`: none of them has been there for a while.
sms_sender::lane* sms_sender::lane_for(const message& what, bool& hopeless) {
    const deadline now = rooms_.time.steady();
    const bool others_wait = !queues_[0].empty() || !queues_[1].empty();
    lane* later = nullptr;
    hopeless = true;
    for (lane* each : candidates(what)) {
        const bool ready = each->gateway->ready();
        if (!ready && each->under_way == 0) {
            if (!each->silent_since) each->silent_since = now;
            if (now - *each->silent_since < silent_too_long) hopeless = false;
            continue;
        }
        each->silent_since.reset();
        hopeless = false;
        if (now < each->not_before) continue;
        if (ready && each->room(what.notice.priority, others_wait, 0) > 0) return each;
        if (later == nullptr && each->room(what.notice.priority, others_wait, ahead(*each)) > 0) later = each;
    }
    return what.notice.priority == message_priority::reply ? nullptr : later;
}

// Replies as they come; of the others as many at once as makes writing them down worth its while.
std::vector<sms_sender::starting> sms_sender::choose() {
    std::vector<starting> these;
    for (std::size_t priority = 0; priority < queues_.size(); ++priority) {
        auto& queue = queues_[priority];
        const auto of = static_cast<message_priority>(priority);
        const std::size_t free = room(of);
        if (queue.empty() || free == 0) continue;
        const bool others_wait = !queues_[0].empty() || !queues_[1].empty();
        const bool worth_it = std::ranges::any_of(lanes_, [&](const auto& each) {
            const std::size_t here = each->room(of, others_wait, ahead(*each));
            return here > 0 && here >= std::min((here + each->under_way + each->waiting()) / batches, queue.size());
        });
        if (of != message_priority::reply && !worth_it) continue;
        choose_from(queue, free, these);
    }
    return these;
}

// One a number at a time, so that she gets them in order and a receipt by number alone has one meaning.
void sms_sender::choose_from(std::deque<message>& queue, std::size_t free, std::vector<starting>& these) {
    const std::int64_t now = microseconds(rooms_.time.now());
    for (auto at = queue.begin(); at != queue.end() && free > 0;) {
        if (at->notice.claim <= now) {  // somebody else's by now
            at = queue.erase(at);
            continue;
        }
        bool hopeless = false;
        lane* const through = in_flight_.contains(at->notice.number) ? nullptr : lane_for(*at, hopeless);
        if (through == nullptr && !hopeless) {
            ++at;
            continue;
        }
        if (through == nullptr) {
            const auto pause = at->notice.priority == message_priority::reply ? 5s : 30s;
            set_aside(at->notice, "pending", "no gateway", rooms_.time.now() + spread(pause));
        } else {
            ++through->beginning;
            --free;
            in_flight_.insert(at->notice.number);
            these.push_back({.what = std::move(*at), .through = through});
        }
        at = queue.erase(at);
    }
}

// Hands over what is written down, as places get free. What would wait for too long is not tried after all.
void sms_sender::dispatch() {
    const deadline now = rooms_.time.steady();
    const bool others_wait = !queues_[0].empty() || !queues_[1].empty();
    for (const auto& each : lanes_) {
        for (std::size_t priority = 0; priority < each->begun.size(); ++priority) {
            auto& begun = each->begun[priority];
            while (!begun.empty()) {
                const bool too_late = now < each->not_before || now - begun.front().begun_at > settings_.lease / 2;
                if (!too_late && each->places(static_cast<message_priority>(priority), others_wait) == 0) break;
                message one = std::move(begun.front());
                begun.pop_front();
                if (too_late) {
                    put_back(std::move(one));
                    continue;
                }
                ++each->under_way;
                ++submitted_;
                submissions_->spawn("sms", submit({.what = std::move(one), .through = each.get()}));
            }
        }
    }
}

}  // namespace mlango::handlers
