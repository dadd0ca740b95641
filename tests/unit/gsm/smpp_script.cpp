#include "tests/unit/gsm/smpp_script.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <charconv>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <stdexcept>

#include "base/bytes.hpp"

namespace mlango::gsm::smpp {
namespace {

using namespace std::chrono_literals;
using time_point = link::time_point;

constexpr time_point start{1'000'000s};

struct words {
    std::string verb;
    std::vector<std::string> plain;
    std::map<std::string, std::string> named;
    [[nodiscard]] std::string get(const std::string& name, std::string otherwise = "") const {
        const auto found = named.find(name);
        return found == named.end() ? otherwise : found->second;
    }
    [[nodiscard]] std::uint32_t number(const std::string& name, std::uint32_t otherwise = 0) const {
        const auto found = named.find(name);
        return found == named.end() ? otherwise : static_cast<std::uint32_t>(std::stoul(found->second, nullptr, 0));
    }
};

words split(std::string_view line) {
    std::istringstream in{std::string(line)};
    words read;
    in >> read.verb;
    for (std::string word; in >> word;) {
        if (const std::size_t at = word.find('='); at != std::string::npos) {
            read.named[word.substr(0, at)] = word.substr(at + 1);
        } else {
            read.plain.push_back(word);
        }
    }
    return read;
}

status status_named(std::string_view name) {
    for (const auto& entry : status_table()) {
        if (entry.name == name) return entry.code;
    }
    return static_cast<status>(std::stoul(std::string(name), nullptr, 0));
}

std::string word_of(status code) {
    const auto name = name_of(code);
    return name.empty() ? fmt::format("{:#x}", static_cast<std::uint32_t>(code)) : std::string(name);
}

std::string octets_of(std::string_view hex) {
    return std::string(as_string_view(from_hex(hex).value()));
}

command command_named(std::string_view name) {
    for (std::uint32_t id : {0x0u, 0x80000000u}) {
        for (std::uint32_t low = 0; low <= 0x103; ++low) {
            if (name_of(static_cast<command>(id | low)) == name) return static_cast<command>(id | low);
        }
    }
    return static_cast<command>(std::stoul(std::string(name), nullptr, 0));
}

std::string pdu(const words& said) {
    const command id = command_named(said.plain.at(0));
    const std::uint32_t sequence = said.number("seq");
    const status code = status_named(said.get("status", "ESME_ROK"));
    const std::string list = octets_of(said.get("tlvs"));
    const std::string text = said.get("text");
    const std::string name = said.get("id");
    const std::string from = said.get("from", "254700000001");
    const std::string password = said.get("password");
    std::string into;
    written done;
    const message content{.service_type = {},
                          .source = {1, 1, from},
                          .destination = {0, 1, "38400"},
                          .esm_class = static_cast<std::uint8_t>(said.number("esm")),
                          .schedule = {},
                          .validity = {},
                          .short_message = id == command::data_sm ? std::string_view{} : text,
                          .tlvs = tlv_view(list)};
    switch (id) {
        case command::bind_receiver:
        case command::bind_transmitter:
        case command::bind_transceiver:
            done = append_bind(into, id, sequence, {name, password, "", 0x34, {}});
            break;
        case command::bind_receiver_resp:
        case command::bind_transmitter_resp:
        case command::bind_transceiver_resp:
            append_bind_response(into, id, code, sequence, {name, tlv_view(list)});
            break;
        case command::outbind:
            done = append_outbind(into, sequence, {name, password});
            break;
        case command::submit_sm:
        case command::deliver_sm:
        case command::data_sm:
            done = append_message(into, id, sequence, content);
            break;
        case command::submit_sm_resp:
        case command::deliver_sm_resp:
        case command::data_sm_resp:
            append_message_response(into, id, code, sequence, {name, tlv_view(list)});
            break;
        case command::query_sm_resp:
            append_query_response(into, code, sequence,
                                  {name, "", static_cast<std::uint8_t>(said.number("state")), 0, tlv_view(list)});
            break;
        case command::alert_notification:
            done = append_alert(into, sequence, {{1, 1, from}, {0, 1, "38400"}, {}});
            break;
        default:
            append_header(into, id, code, sequence, tlv_view(list));
    }
    if (!done) throw std::invalid_argument("a PDU that can not be written");
    return into;
}

std::chrono::milliseconds duration_of(std::string_view word) {
    double value = 0;
    const auto read = std::from_chars(word.data(), word.data() + word.size(), value);
    const std::string_view unit(read.ptr, word.data() + word.size());
    const double factor = unit == "ms" ? 1 : unit == "s" ? 1'000 : unit == "min" ? 60'000 : 0;
    if (factor == 0) throw std::invalid_argument("a duration");
    return std::chrono::milliseconds(static_cast<std::int64_t>(value * factor));
}

std::string_view word_of(request_refusal what) {
    switch (what) {
        case request_refusal::not_bound:
            return "not_bound";
        case request_refusal::unbinding:
            return "unbinding";
        case request_refusal::window_full:
            return "window_full";
        case request_refusal::held_back:
            return "held_back";
        case request_refusal::malformed:
            return "malformed";
    }
    return "?";
}

std::string_view word_of(request_end how) {
    constexpr std::string_view all[] = {"answered", "unanswered", "cut_off", "unsent", "late"};
    return all[static_cast<int>(how)];
}

enum class delivery_of_octets { whole, one_by_one };

class player {
public:
    player(const link_settings& settings, delivery_of_octets way, bool strict)
        : link_(settings), way_(way), strict_(strict) {}

    void step(std::string_view line) {
        const words said = split(line);
        if (said.verb == ">") return expect(outputs_, line.substr(2), "output");
        if (said.verb == "!") return expect(events_, line.substr(2), "event");
        if (said.verb == "state") return check(name_of(link_.state()), said.plain.at(0));
        if (said.verb == "deadline") return check_deadline(said.plain.at(0));
        nothing_left(line);
        act(said);
        collect();
    }

    void nothing_left(std::string_view before) {
        if (!strict_) {
            outputs_.clear();
            events_.clear();
            return;
        }
        for (const auto& one : outputs_) ADD_FAILURE() << "before \"" << before << "\": output not named: > " << one;
        for (const auto& one : events_) ADD_FAILURE() << "before \"" << before << "\": event not named: ! " << one;
        outputs_.clear();
        events_.clear();
    }

    void break_off(std::string_view how) {
        if (how == "close") take(link_.closed(now_));
        if (how == "garbage") feed("HTTP/1.1 400 Bad Request\r\n\r\n");
        if (how == "silence") advance(now_ + 30min);
        if (how == "unbind") {
            link_.unbind(now_);
            advance(now_ + 30min);
        }
        collect();
        const bool over = link_.state() == link_state::ended || link_.state() == link_state::idle;
        EXPECT_TRUE(over) << how << ": " << name_of(link_.state());
        EXPECT_EQ(link_.outstanding(), 0u) << how;
        EXPECT_EQ(link_.unconfirmed(), 0u) << how;
        EXPECT_EQ(link_.next_deadline(), time_point::max()) << how;
        for (const auto token : taken_) EXPECT_EQ(results_[token], 1) << how << ": results of " << token;
        // Lesson 13: the next connection binds anew.
        if (link_.settings().waits_for_outbind) return;
        outputs_.clear();
        events_.clear();
        take(link_.connected(now_));
        untaken_ = false;
        collect();
        ASSERT_EQ(outputs_.size(), 1u) << how;
        EXPECT_TRUE(outputs_.front().starts_with("bind_")) << how << ": " << outputs_.front();
        EXPECT_TRUE(events_.empty()) << how;
    }

    [[nodiscard]] const std::map<request_token, int>& results() const { return results_; }
    [[nodiscard]] const std::set<request_token>& taken() const { return taken_; }

private:
    void act(const words& said) {
        if (said.verb == "connect") return take(link_.connected(now_));
        if (said.verb == "close") return take(link_.closed(now_));
        if (said.verb == "unbind")
            return said.plain.empty() ? link_.unbind(now_) : link_.unbind(now_, start + duration_of(said.plain.at(0)));
        if (said.verb == "at") return advance(start + duration_of(said.plain.at(0)));
        if (said.verb == "late") {
            now_ = start + duration_of(said.plain.at(0));
            return take(link_.tick(now_));
        }
        if (said.verb == "<+") {
            held_ += pdu(said);
            return;
        }
        if (said.verb == "<" || said.verb == "raw") {
            held_ += said.verb == "<" ? pdu(said) : octets_of(said.plain.at(0));
            const std::string octets = std::exchange(held_, {});
            return feed(octets);
        }
        if (said.verb == "untaken") {
            untaken_ = true;
            return;
        }
        if (said.verb == "taken") {
            untaken_ = false;
            return;
        }
        if (said.verb == "confirm") {
            const auto number = std::stoul(said.plain.at(0));
            const status code =
                said.plain.size() > 1 && said.plain[1] != "gone" ? status_named(said.plain[1]) : status::rok;
            const bool waited_for = number <= deliveries_.size() && link_.confirm(deliveries_[number - 1], code, now_);
            if (strict_) EXPECT_EQ(waited_for, said.plain.back() != "gone") << "confirm " << number;
            return;
        }
        request(said);
    }

    void request(const words& said) {
        const request_token token = std::stoull(said.plain.at(0));
        const std::string to = said.get("to", "254700000001");
        const message content{.service_type = {},
                              .source = {0, 1, "38400"},
                              .destination = {1, 1, to},
                              .schedule = {},
                              .validity = {},
                              .short_message = said.verb == "data" ? "" : "hello",
                              .tlvs = {}};
        link::requested done;
        if (said.verb == "submit") {
            done = link_.submit(content, token, now_);
        } else if (said.verb == "data") {
            done = link_.submit(content, token, now_, command::data_sm);
        } else if (said.verb == "query") {
            done = link_.query({"id", {0, 1, "38400"}}, token, now_);
        } else if (said.verb == "cancel") {
            done = link_.cancel({"", "id", {}, {}}, token, now_);
        } else if (said.verb == "replace") {
            done = link_.replace({"id", {}, "", "", 0, 0, "new", {}}, token, now_);
        } else {
            throw std::invalid_argument("no such step: " + said.verb);
        }
        if (done) taken_.insert(token);
        std::string got = done ? "" : std::string(word_of(done.error().what));
        if (!done && done.error().field != status::rok) got += fmt::format(" {}", name_of(done.error().field));
        std::string wanted;
        for (std::size_t i = 1; i < said.plain.size(); ++i) wanted += (i > 1 ? " " : "") + said.plain[i];
        if (strict_) EXPECT_EQ(got, wanted) << said.verb << ' ' << token;
    }

    // Time goes from deadline to deadline, as with a client that sleeps until the next.
    void advance(time_point until) {
        for (int steps = 0; link_.next_deadline() <= until; ++steps) {
            ASSERT_LT(steps, 10'000) << "a deadline that does not move";
            now_ = std::max(now_, link_.next_deadline());
            take(link_.tick(now_));
            collect();
        }
        now_ = until;
        take(link_.tick(now_));
    }

    void feed(std::string_view octets) {
        if (way_ == delivery_of_octets::whole) return take(link_.received(octets, now_));
        for (const char c : octets) {
            const std::string one(1, c);
            take(link_.received(one, now_));
            collect();
        }
    }

    void collect() {
        std::string written;
        if (untaken_ || !link_.take_output(written)) return;
        std::string_view rest = written;
        while (!rest.empty()) {
            const auto taken = take_frame(rest);
            ASSERT_TRUE(taken && *taken) << "the link wrote what is no PDU";
            const frame& one = **taken;
            std::string told(name_of(one.id));
            told += fmt::format(" seq={}", one.sequence);
            if (one.code != status::rok) told += fmt::format(" status={}", word_of(one.code));
            outputs_.push_back(told);
        }
    }

    void take(std::span<const link_event> events) {
        for (const auto& event : events) std::visit([this](const auto& one) { on(one); }, event);
    }
    void on(const bound& event) {
        events_.push_back(event.system_id.empty() ? "bound" : fmt::format("bound {}", event.system_id));
    }
    void on(const request_result& event) {
        std::string told = fmt::format("{} {}", word_of(event.end), event.token);
        if (event.end == request_end::answered || event.end == request_end::late) told += ' ' + word_of(event.code);
        if (!event.message_id.empty()) told += fmt::format(" id={}", event.message_id);
        if (event.state != 0) told += fmt::format(" state={}", event.state);
        events_.push_back(told);
        if (event.end != request_end::late) ++results_[event.token];
    }
    void on(const delivery& event) {
        deliveries_.push_back(event.id);
        events_.push_back(
            fmt::format("delivery {} {} {}", deliveries_.size(), name_of(event.request), event.content.octets()));
    }
    void on(const alerted& event) { events_.push_back(fmt::format("alerted {}", event.notice.source.digits)); }
    void on(const ended& event) {
        std::string told = fmt::format("ended {}", name_of(event.reason));
        if (event.code != status::rok) told += ' ' + word_of(event.code);
        events_.push_back(told);
    }

    void expect(std::deque<std::string>& from, std::string_view wanted, std::string_view what) {
        if (!strict_) return;
        if (from.empty()) {
            ADD_FAILURE() << "no " << what << ", expected: " << wanted;
            return;
        }
        EXPECT_EQ(from.front(), wanted);
        from.pop_front();
    }
    void check(std::string_view got, std::string_view wanted) {
        if (strict_) EXPECT_EQ(got, wanted);
    }
    void check_deadline(const std::string& wanted) {
        if (!strict_) return;
        EXPECT_EQ(link_.next_deadline(),
                  wanted == "none" ? time_point::max() : time_point(start + duration_of(wanted)));
    }

    link link_;
    delivery_of_octets way_;
    bool strict_;
    time_point now_ = start;
    bool untaken_ = false;
    std::string held_;
    std::deque<std::string> outputs_;
    std::deque<std::string> events_;
    std::vector<delivery_id> deliveries_;
    std::set<request_token> taken_;
    std::map<request_token, int> results_;
};

std::vector<std::string> steps_of(std::string_view script) {
    std::istringstream in{std::string(script)};
    std::vector<std::string> steps;
    for (std::string line; std::getline(in, line);) {
        const std::size_t begin = line.find_first_not_of(' ');
        if (begin == std::string::npos || line[begin] == '#') continue;
        const std::size_t end = line.find(" #");
        std::string step = line.substr(begin, end == std::string::npos ? end : end - begin);
        step.erase(step.find_last_not_of(' ') + 1);
        steps.push_back(step);
    }
    return steps;
}

}  // namespace

link_settings script_settings(bind_kind kind, std::size_t window) {
    link_settings settings;
    settings.kind = kind;
    settings.system_id = "mlango";
    settings.password = "secret";
    settings.window = window;
    settings.rate.start = 1'000'000;
    return settings;
}

void play(std::string_view script, link_settings settings) {
    const auto steps = steps_of(script);
    for (const auto way : {delivery_of_octets::whole, delivery_of_octets::one_by_one}) {
        // What is sent in one read and what comes octet by octet are two things where the order of handling shows.
        if (way == delivery_of_octets::one_by_one && script.contains("<+")) continue;
        SCOPED_TRACE(way == delivery_of_octets::whole ? "whole" : "octet by octet");
        player all(settings, way, true);
        for (const auto& step : steps) {
            SCOPED_TRACE(step);
            all.step(step);
            if (testing::Test::HasFailure()) return;
        }
        all.nothing_left("the end");
        for (const auto& [token, count] : all.results()) EXPECT_EQ(count, 1) << "results of " << token;
    }
    for (std::size_t until = 0; until <= steps.size(); ++until) {
        for (const std::string_view how : {"close", "garbage", "silence", "unbind"}) {
            SCOPED_TRACE(fmt::format("{} after step {}: {}", how, until, until == 0 ? "" : steps[until - 1]));
            player broken(settings, delivery_of_octets::whole, false);
            for (std::size_t i = 0; i < until; ++i) broken.step(steps[i]);
            broken.break_off(how);
            if (testing::Test::HasFailure()) return;
        }
    }
}

}  // namespace mlango::gsm::smpp
