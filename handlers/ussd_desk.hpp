// Where a hop is answered: loads the session, finds out whether this delivery is new, drives the conversation through
// its handler functions, saves, replies. The same hop delivered twice returns the same screen and acts once: the stored
// reply answers a late repeat, compare-and-set lets one of two parallel deliveries win, and what handlers write carries
// the hop's key.
// Time: each call below has its own small bound; none is begun after 70 % of the gateway's deadline. A registry that
// refuses gets an apology at once; one that is slow is asked again until then, which is harmless because a hop acts
// once; then she reads that an SMS will come, the hop is finished in the background, and one SMS tells her. One desk a
// thread.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "gsm/ussd.hpp"
#include "handlers/handler.hpp"
#include "handlers/hop_tally.hpp"
#include "handlers/house.hpp"

namespace mlango::handlers {

// What a delivery is to the stored session.
enum class delivery {
    fresh,    // continues the session; `input` is new
    repeat,   // was answered before: the stored reply
    stale,    // older than what is stored, or of another way: the stored reply, too
    unknown,  // there is no session: begin
};

struct judged {
    delivery what = delivery::unknown;
    std::string_view input;  // of a fresh one; lives in the hop
};

// SipHash-2-4 of a transcript (libsodium), keyed by the installation: what the session keeps instead of it.
class transcript_digest {
public:
    explicit transcript_digest(const blind_key& key);
    [[nodiscard]] std::uint64_t of(std::string_view transcript) const;

private:
    std::array<unsigned char, 16> key_;
};

// Pure. The transcript is compared as a whole (equal, extended, shorter, divergent): an answer may itself hold a '*',
// so its last part is never taken for the input. Where a gateway gives a hop no identity, the same input within two
// seconds is taken for a repeat, because no phone is that quick. `now` is Unix seconds.
[[nodiscard]] judged judge(const gsm::ussd_hop& hop, const sessions::session* stored, const transcript_digest& digest,
                           std::int64_t now);

// Every fault of a menu against the handler table: a function that is named but does not exist.
[[nodiscard]] std::vector<std::string> faults_of(const templates::menu& screens);

class ussd_desk final : public gsm::ussd_sink {
public:
    // Precondition: faults_of is empty of every edition on the shelf.
    explicit ussd_desk(house& rooms);

    task<gsm::ussd_reply> on_hop(gsm::ussd_hop hop, const gsm::gateway_profile& profile, deadline until) override;

    // What was counted since the last time. On the desk's thread.
    [[nodiscard]] registry::counted_figures take_figures() { return tally_.take(); }

private:
    struct hop_state;
    // An edition's screens with the functions that they name.
    struct bound_edition {
        const templates::edition* what;
        std::uint32_t version;  // the shelf may free an edition, and a later one stand at the same address
        std::vector<handler_function> loads, acts;  // by screen
        std::shared_ptr<hop_tally::page> counts;
    };
    const bound_edition& bind(const templates::edition& what);
    task<gsm::ussd_reply> answer_hop(hop_state& hop);
    task<std::optional<gsm::ussd_reply>> try_once(hop_state& hop);
    task<shown> converse(hop_state& hop, sessions::session& session, const bound_edition& edition,
                         const surroundings& around, std::optional<std::string_view> input);
    task<gsm::ussd_reply> late(hop_state hop);
    task<void> finish(hop_state hop);
    bool worth_keeping(hop_state& hop, sessions::session& session, const templates::menu& screens, bool ends);
    static void offer_to_continue(const hop_state& hop, const sessions::session& session, const surroundings& around,
                                  answer& given);
    [[nodiscard]] const blind_key& key_of(hop_state& hop);
    [[nodiscard]] const blind_key& form_key_of(hop_state& hop);
    [[nodiscard]] bool was_slow(const hop_state& hop) const;
    task<gsm::ussd_reply> apology(hop_state& hop);
    task<void> end_session(hop_state& hop);

    house& rooms_;
    transcript_digest digest_;
    hop_tally tally_;
    std::vector<std::unique_ptr<bound_edition>> bound_;
    std::unordered_map<std::uint64_t, std::string> spoken_;  // language by number, in memory only, bounded
    counter& apologies_;
    counter& repeats_;
    counter& conflicts_;
    counter& limited_;
    counter& late_;
    counter& finished_late_;
};

}  // namespace mlango::handlers
