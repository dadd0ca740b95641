// The link against a peer that sends anything at any time, with wishes of ours between. Whatever comes: memory is
// bounded, the window is never exceeded, every token that was taken gets exactly one result, time goes on.
#include <cstdlib>
#include <string>
#include <unordered_map>

#include "gsm/smpp/link.hpp"

namespace {

using namespace std::chrono_literals;
using namespace mlango::gsm::smpp;

void require(bool holds) {
    if (!holds) std::abort();
}

class input {
public:
    input(const std::uint8_t* data, std::size_t size) : data_(data), left_(size) {}
    bool empty() const { return left_ == 0; }
    std::uint8_t octet() {
        if (left_ == 0) return 0;
        --left_;
        return *data_++;
    }
    std::string octets(std::size_t count) {
        count = std::min(count, left_);
        std::string taken(reinterpret_cast<const char*>(data_), count);
        data_ += count;
        left_ -= count;
        return taken;
    }

private:
    const std::uint8_t* data_;
    std::size_t left_;
};

class harness {
public:
    explicit harness(input& from) : in_(from), link_(settings(from.octet(), from.octet())) {}

    void run() {
        while (!in_.empty()) {
            step();
            check();
        }
        take(link_.closed(now_));
        for (const auto& [token, count] : results_) require(count == 1);
        require(link_.outstanding() == 0 && link_.unconfirmed() == 0);
        require(link_.next_deadline() == link::time_point::max());
    }

private:
    static link_settings settings(std::uint8_t kind, std::uint8_t window) {
        link_settings chosen;
        chosen.kind = static_cast<bind_kind>(kind % 3);
        chosen.waits_for_outbind = kind >= 0xf0;
        chosen.system_id = "fuzz";
        chosen.window = 1 + window % 20;
        chosen.unconfirmed_limit = 3;
        chosen.frame_limit = 2'048;
        chosen.output_pause = 4'096;
        chosen.first_sequence = window >= 0xf0 ? 0x7ffffff0 : 1;
        chosen.rate.start = kind & 1 ? 1'000'000 : 50;
        return chosen;
    }

    void step() {
        switch (in_.octet() % 12) {
            case 0:
                return take(link_.connected(now_));
            case 1:
                if (in_.octet() < 32) take(link_.closed(now_));
                return;
            case 2:
            case 3:
                return feed(in_.octets(in_.octet()));
            case 4:
                return feed(frame_of(in_.octet(), in_.octet(), in_.octet(), in_.octets(in_.octet() % 64)));
            case 5:
                now_ += std::chrono::milliseconds(in_.octet() * 100);
                return take(link_.tick(now_));
            case 6:  // as a client does
                if (link_.next_deadline() != link::time_point::max()) now_ = std::max(now_, link_.next_deadline());
                return take(link_.tick(now_));
            case 7:
                return submit();
            case 8:
                if (deliveries_.empty()) return;
                link_.confirm(deliveries_[in_.octet() % deliveries_.size()], static_cast<status>(in_.octet()), now_);
                return;
            case 9:
                if (in_.octet() < 32) link_.unbind(now_);
                return;
            case 10:
                link_.take_output(written_);
                return;
            default:  // the bind is granted: without it little happens
                return feed(frame_of(9, 0x80, 1, std::string("S\0", 2)) + std::string());
        }
    }

    static std::string frame_of(std::uint8_t id, std::uint8_t high, std::uint8_t sequence, const std::string& body) {
        std::string made(16, '\0');
        made[3] = static_cast<char>(16 + body.size());
        made[4] = static_cast<char>(high & 0x80);
        made[6] = static_cast<char>(high & 0x01);
        made[7] = static_cast<char>(id % 32);
        made[11] = static_cast<char>(high & 0x58);
        made[15] = static_cast<char>(sequence);
        return made + body;
    }

    void submit() {
        const std::uint8_t way = in_.octet();
        const message content{.service_type = {},
                              .source = {},
                              .destination = {1, 1, "1"},
                              .schedule = {},
                              .validity = {},
                              .short_message = {},
                              .tlvs = {}};
        const request_token token = ++token_;
        const bool can = link_.submit_at(now_) <= now_;
        link::requested done;
        if (way % 4 == 0) {
            done = link_.query({"1", {}}, token, now_);
        } else {
            done = link_.submit(content, token, now_, way % 4 == 1 ? command::data_sm : command::submit_sm);
            require(done.has_value() == can);
        }
        if (done) results_[token] = 0;
    }

    void feed(const std::string& octets) {
        if (link_.wants_input()) take(link_.received(octets, now_));
    }

    void take(std::span<const link_event> events) {
        bool is_over = false;
        for (const auto& event : events) {
            require(!is_over || std::holds_alternative<bound>(event) == false);
            if (const auto* result = std::get_if<request_result>(&event)) {
                const auto found = results_.find(result->token);
                require(found != results_.end());
                if (result->end == request_end::late) {
                    require(found->second == 1);
                } else {
                    require(++found->second == 1);
                }
            } else if (const auto* one = std::get_if<delivery>(&event)) {
                deliveries_.push_back(one->id);
                octets_seen_ += one->content.octets().size() + one->content.source.digits.size();
            } else if (std::holds_alternative<ended>(event)) {
                is_over = true;
            }
        }
        if (is_over && link_.state() == link_state::ended) {
            for (const auto& [token, count] : results_) require(count == 1);
        }
    }

    void check() {
        require(link_.outstanding() <= link_.settings().window);
        require(link_.unconfirmed() <= 3);
        link_.take_output(written_);
        require(written_.size() < 64 * 1024);
    }

    input& in_;
    link link_;
    link::time_point now_{1h};
    request_token token_ = 0;
    std::unordered_map<request_token, int> results_;
    std::vector<delivery_id> deliveries_;
    std::string written_;
    std::size_t octets_seen_ = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    input in(data, size);
    harness(in).run();
    return 0;
}
