// What a delivery of a hop is to the session that is stored: see judge() in ussd_desk.hpp.
#include <sodium.h>

#include <cstring>

#include "handlers/ussd_desk.hpp"

namespace mlango::handlers {

namespace {

constexpr std::int64_t repeated_within = 2;  // seconds, where a gateway gives a hop no identity

}  // namespace

transcript_digest::transcript_digest(const blind_key& key) {
    static_assert(sizeof(key_) == crypto_shorthash_KEYBYTES && sizeof(key) == sizeof(key_));
    std::memcpy(key_.data(), key.data(), key_.size());
}

std::uint64_t transcript_digest::of(std::string_view transcript) const {
    std::uint64_t out = 0;
    crypto_shorthash(reinterpret_cast<unsigned char*>(&out), reinterpret_cast<const unsigned char*>(transcript.data()),
                     transcript.size(), key_.data());
    return out;
}

judged judge(const gsm::ussd_hop& hop, const sessions::session* stored, const transcript_digest& digest,
             std::int64_t now) {
    if (!stored) return {.what = delivery::unknown, .input = {}};
    // Where a gateway gives a hop no identity, transcript_length is when the last one came.
    const bool at_once = now - (stored->began_at + stored->transcript_length) < repeated_within;
    switch (hop.identity) {
        case gsm::hop_identity::transcript: {
            const std::string_view whole = hop.transcript;
            const std::size_t known = stored->transcript_length;
            if (whole.size() < known) return {.what = delivery::stale, .input = {}};
            if (digest.of(whole.substr(0, known)) != stored->transcript_digest)
                return {.what = delivery::stale, .input = {}};
            if (whole.size() == known) return {.what = delivery::repeat, .input = {}};
            if (known == 0) return {.what = delivery::fresh, .input = whole};
            if (whole[known] != '*') return {.what = delivery::stale, .input = {}};
            return {.what = delivery::fresh, .input = whole.substr(known + 1)};
        }
        case gsm::hop_identity::sequence:
            if (hop.sequence == stored->transcript_digest) return {.what = delivery::repeat, .input = {}};
            if (hop.sequence < stored->transcript_digest) return {.what = delivery::stale, .input = {}};
            // The network uses its session's name again.
            if (hop.event == gsm::ussd_event::begin && hop.session_of_phone)
                return {.what = delivery::unknown, .input = {}};
            return {.what = delivery::fresh, .input = hop.input};
        case gsm::hop_identity::none:
            // A gateway without session ids of its own begins a new session under the same one.
            if (hop.event == gsm::ussd_event::begin)
                return {.what = hop.session_of_phone && !at_once ? delivery::unknown : delivery::repeat, .input = {}};
            if (at_once && digest.of(hop.input) == stored->transcript_digest)
                return {.what = delivery::repeat, .input = {}};
            return {.what = delivery::fresh, .input = hop.input};
    }
    return {.what = delivery::stale, .input = {}};
}

}  // namespace mlango::handlers
