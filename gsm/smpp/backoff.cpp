#include "gsm/smpp/backoff.hpp"

#include <algorithm>

namespace mlango::gsm::smpp {

using namespace std::chrono_literals;

namespace {

// A connection that was bound for so long says that the SMSC is well.
constexpr auto well = 30s;
// SMSCs give up a session whose peer is gone after one or two intervals of enquire_link.
constexpr unsigned session_held_factor = 10;

}  // namespace

bool is_refused_identity(const ended& what) {
    return what.reason == end_reason::bind_refused &&
           (what.code == status::rinvpaswd || what.code == status::rinvsysid || what.code == status::rbindfail ||
            what.code == status::rinvsystyp);
}

backoff::duration backoff::after(const ended& what, std::chrono::steady_clock::duration lasted, random_source& random) {
    if (what.was_bound && lasted >= well) failures_ = 0;
    duration limit = std::min<duration>(first_ * (1 << std::min(failures_, 16u)), longest_);
    ++failures_;
    duration least{0};
    if (what.reason == end_reason::bind_refused && what.code == status::ralybnd) {
        limit = std::min(first_ * session_held_factor, longest_);
        least = limit / 2;
    } else if (is_refused_identity(what)) {
        limit = longest_;
        least = limit / 2;
    }
    const auto span = static_cast<std::uint64_t>(std::max<std::int64_t>((limit - least).count(), 1));
    return least + duration(random.below(span) + 1);
}

}  // namespace mlango::gsm::smpp
