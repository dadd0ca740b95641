// Tells a message that the SMSC delivers again from the same words said twice. SMPP gives a message from a phone no id,
// and the SMSC repeats one whose response it did not get: the response was lost with the connection, or came after the
// SMSC's patience. A person who answers "1" to two screens says the same words, too, and must be heard twice. What
// tells them apart is what the SMSC can know of our first response:
//   - not yet answered: a repetition. She has seen nothing yet that she could answer;
//   - answered, and since then octets came by that connection, later than a response needs: the SMSC had our answer,
//     so this is new;
//   - answered a moment ago (crossing): a repetition. No reply reaches a phone and is answered within that;
//   - answered, and the connection ended with nothing heard since: a repetition, for ten minutes.
// After a kill nothing is remembered here: words that are heard for the first time then may be a repetition of what was
// stored and not answered, which the inbox knows (registry/inbox.hpp). Pure; caller: client.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/random.hpp"

namespace mlango::gsm::smpp {

struct heard_message {
    std::string_view from, to;
    std::uint8_t data_coding = 0, esm_class = 0;
    std::string_view octets;
    std::uint32_t reference = 0;  // of the SMSC, where it gives one
};

class redeliveries {
public:
    using time_point = std::chrono::steady_clock::time_point;
    using session = std::uint64_t;  // of a connection; never used twice
    explicit redeliveries(random_source& random);

    struct sighting {
        std::string id;  // 32 hexadecimal digits: an old one for a repetition, else new
        bool repeated = false;
        bool first = false;  // these words were not heard before
    };
    [[nodiscard]] sighting saw(const heard_message& what, session by, time_point now);
    // Our response to the message of this id has been written.
    void answered(const std::string& id, session by, time_point now);
    // Octets came by this connection; it ended.
    void heard(session by, time_point now) { sessions_[by].heard = now; }
    void ended(session by, time_point now);

    [[nodiscard]] std::size_t remembered() const { return by_content_.size(); }

private:
    struct memory {
        std::string id;
        session by = 0;
        bool is_answered = false;
        time_point seen{}, answered{};
    };
    struct presence {
        time_point heard{}, ended{};
        bool is_over = false;
    };
    using digest = std::uint64_t;
    [[nodiscard]] std::array<std::uint64_t, 2> digest_of(const heard_message& what) const;
    [[nodiscard]] bool is_repetition(const memory& earlier, time_point now) const;
    void forget_old(time_point now);
    [[nodiscard]] std::string new_id();

    struct digest_hash {
        std::size_t operator()(const std::array<std::uint64_t, 2>& d) const { return d[0]; }
    };
    random_source& random_;
    std::array<std::uint64_t, 2> seed_{};
    std::unordered_map<std::array<std::uint64_t, 2>, memory, digest_hash> by_content_;
    std::unordered_map<std::string, std::array<std::uint64_t, 2>> by_id_;
    std::deque<std::pair<time_point, std::array<std::uint64_t, 2>>> order_;
    std::unordered_map<session, presence> sessions_;
};

}  // namespace mlango::gsm::smpp
