#include "bench/sms/centre.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>

namespace mlango::bench::sms {

using namespace std::chrono_literals;

namespace {

// A connection whose peer does not read gets no more until it does.
constexpr std::size_t most_unwritten = 1 << 20;

std::uint64_t mixed(std::uint64_t seed, std::string_view text) {
    for (const char c : text) seed = (seed ^ static_cast<unsigned char>(c)) * 0x100000001B3;
    seed ^= seed >> 32;
    return seed * 0x9E3779B97F4A7C15;
}

void copy_address(char (&out)[21], std::string_view address) {
    const std::size_t size = std::min(address.size(), sizeof out - 1);
    std::memcpy(out, address.data(), size);
    out[size] = '\0';
}

}  // namespace

centre::centre(centre_settings settings) : settings_(std::move(settings)), next_id_(settings_.first_id) {}

esme& centre::open() {
    ++numbers_.live;
    return peers_.emplace_back();
}

void centre::close(esme& gone) {
    --numbers_.live;
    peers_.remove_if([&](const esme& one) { return &one == &gone; });
}

std::size_t centre::take(esme& from, std::string_view octets, moment now) {
    std::size_t done = 0;
    while (octets.size() - done >= header_size && !from.closing) {
        const char* const head = octets.data() + done;
        const std::uint32_t length = u32_at(head);
        if (length < header_size || length > longest_pdu) {
            ++numbers_.nacks;
            writing(from.out, command::generic_nack, status::invalid_length, u32_at(head + 12));
            from.closing = true;
            return octets.size();
        }
        if (octets.size() - done < length) break;
        const std::uint32_t id = u32_at(head + 4);
        const std::uint32_t sequence = u32_at(head + 12);
        if (id == (command::deliver_sm | command::answer)) {
            if (from.receipts_open > 0) --from.receipts_open;
            ++(u32_at(head + 8) == status::ok ? numbers_.receipts_taken : numbers_.receipts_refused);
        } else {
            handle(from, id, sequence, octets.substr(done + header_size, length - header_size), now);
        }
        done += length;
    }
    return done;
}

void centre::handle(esme& from, std::uint32_t id, std::uint32_t sequence, std::string_view body, moment now) {
    switch (id) {
        case command::submit_sm:
            submit(from, sequence, body, now);
            break;
        case command::enquire_link:
            ++numbers_.enquiries;
            writing(from.out, id | command::answer, status::ok, sequence);
            break;
        case command::bind_receiver:
        case command::bind_transmitter:
        case command::bind_transceiver:
            bind(from, id, sequence, body);
            break;
        case command::query_sm:
            query(from, sequence, body);
            break;
        case command::unbind:
            ++numbers_.unbinds;
            for (auto& [due, answer] : from.delayed) from.out += answer;
            from.delayed.clear();
            writing(from.out, id | command::answer, status::ok, sequence);
            from.closing = true;
            break;
        default:
            if ((id & command::answer) != 0) break;
            ++numbers_.nacks;
            writing(from.out, command::generic_nack, status::invalid_command, sequence);
    }
}

void centre::bind(esme& from, std::uint32_t id, std::uint32_t sequence, std::string_view body) {
    reading in(body);
    const auto account = in.c_string(16);
    const auto password = in.c_string(9);
    std::uint32_t verdict = status::ok;
    if (!in.ok() || account.empty() || (!settings_.password.empty() && password != settings_.password))
        verdict = status::bind_failed;
    else if (!from.account.empty())
        verdict = status::already_bound;
    writing answer(from.out, id | command::answer, verdict, sequence);
    if (verdict != status::ok) return;
    ++numbers_.binds;
    from.account = account;
    from.receives = id != command::bind_transmitter;
    from.transmits = id != command::bind_receiver;
    if (std::ranges::find(accounts_, from.account) == accounts_.end()) accounts_.push_back(from.account);
    answer.c_string("mlango_smsc").parameter(tag::sc_interface_version, std::string_view("\x34", 1));
}

bool centre::may_accept(moment now) {
    if (settings_.rate == 0) return true;
    if (now - second_ >= 1s) {
        // Seconds follow one another from the first message; only after a pause they begin anew.
        second_ = now - second_ < 2s ? second_ + 1s : now;
        in_second_ = 0;
    }
    return in_second_++ < settings_.rate;
}

void centre::submit(esme& from, std::uint32_t sequence, std::string_view body, moment now) {
    ++numbers_.submits;
    constexpr std::uint32_t answer_id = command::submit_sm | command::answer;
    reading in(body);
    in.c_string(6);
    in.take(2);
    const auto source = in.c_string(21);
    in.take(2);
    const auto to = in.c_string(21);
    in.take(3);
    in.c_string(17);
    in.c_string(17);
    const unsigned registered = in.octet();
    in.take(3);
    const auto text = in.take(in.octet());
    if (!in.ok() || !from.transmits) {
        ++numbers_.refused;
        writing(from.out, answer_id, in.ok() ? status::not_bound : status::invalid_length, sequence);
        return;
    }
    if (!may_accept(now)) {
        ++numbers_.throttled;
        writing(from.out, answer_id, status::throttled, sequence);
        return;
    }
    const std::uint64_t id = next_id_++;
    if (++numbers_.accepted == 1) numbers_.first = now;
    numbers_.last = now;
    const auto second = static_cast<std::size_t>((now - numbers_.first) / 1s);
    if (second < 86'400) {
        if (numbers_.by_second.size() <= second) numbers_.by_second.resize(second + 1);
        ++numbers_.by_second[second];
    }
    if (settings_.remember) {
        const auto reference = in.find(tag::user_message_reference);
        remember(to, text, id, reference && reference->size() == 2 ? u16_at(reference->data()) : 0);
    }

    std::string& out =
        settings_.delay.count() > 0 ? from.delayed.emplace_back(now + settings_.delay, "").second : from.out;
    const bool wants_receipt = settings_.receipts != receipt_time::none && (registered & 3) != 0;
    if (wants_receipt) {
        const auto account = std::ranges::find(accounts_, from.account) - accounts_.begin();
        receipt one{.id = id, .from = {}, .to = {}, .account = static_cast<std::uint32_t>(account)};
        copy_address(one.from, to);
        copy_address(one.to, source);
        if (settings_.receipts == receipt_time::before && from.receives)
            send_receipt(from, one);
        else
            receipts_.push_back(one);
    }
    if (settings_.hang_up_every != 0 && numbers_.accepted % settings_.hang_up_every == 0) {
        ++numbers_.unanswered;
        from.closing = true;
        return;
    }
    if (settings_.lose_every != 0 && numbers_.accepted % settings_.lose_every == 0) {
        ++numbers_.unanswered;
        if (&out != &from.out) from.delayed.pop_back();
        return;
    }
    writing(out, answer_id, status::ok, sequence).c_string(id_text(id, settings_.response_ids));
}

// The text counts too: one person may get two messages of a broadcast's day.
void centre::remember(std::string_view to, std::string_view text, std::uint64_t id, std::uint64_t reference) {
    const std::uint64_t key = mixed(mixed(0xCBF29CE484222325, to), text);
    if (++seen_[key] == 1)
        ++numbers_.distinct;
    else
        ++numbers_.duplicates;
    if (reference != 0) by_reference_[reference] = id;
}

void centre::query(esme& from, std::uint32_t sequence, std::string_view body) {
    ++numbers_.queries;
    reading in(body);
    const auto asked = in.c_string(65);
    in.take(2);
    in.c_string(21);
    std::uint64_t id = id_of(asked);
    if (asked.empty() && settings_.query_by_reference) {
        const auto reference = in.find(tag::user_message_reference);
        const auto found =
            reference && reference->size() == 2 ? by_reference_.find(u16_at(reference->data())) : by_reference_.end();
        if (found != by_reference_.end()) id = found->second;
    }
    const bool known = in.ok() && id >= settings_.first_id && id < next_id_;
    writing answer(from.out, command::query_sm | command::answer, known ? status::ok : status::query_failed, sequence);
    if (!known) return;
    ++numbers_.queries_answered;
    answer.c_string(id_text(id, settings_.response_ids)).c_string("").octet(2).octet(0);
}

void centre::send_receipt(esme& to, const receipt& one) {
    const std::string id = id_text(one.id, settings_.receipt_ids);
    std::string text;
    if (settings_.receipt_text)
        text = "id:" + id + " sub:001 dlvrd:001 submit date:2601010000 done date:2601010001 stat:DELIVRD err:000 text:";
    writing pdu(to.out, command::deliver_sm, 0, to.next_sequence);
    to.next_sequence = to.next_sequence == 0x7FFFFFFF ? 1 : to.next_sequence + 1;
    pdu.c_string("").octet(1).octet(1).c_string(one.from).octet(0).octet(0).c_string(one.to);
    pdu.octet(0x04).octet(0).octet(0).c_string("").c_string("").octet(0).octet(0).octet(0).octet(0);
    pdu.octet(static_cast<unsigned>(text.size())).octets(text);
    if (settings_.receipt_parameters) {
        pdu.parameter(tag::receipted_message_id, id + '\0');
        pdu.parameter(tag::message_state, std::string_view("\x02", 1));
    }
    ++to.receipts_open;
    ++numbers_.receipts_sent;
}

bool centre::send_receipts() {
    if (receipts_.size() >= settings_.hold && settings_.hold > 0) released_ = true;
    if (receipts_.empty() || (settings_.hold > 0 && !released_)) return false;
    bool sent = false;
    for (esme& to : peers_) {
        if (!to.receives || to.closing) continue;
        while (!receipts_.empty() && to.out.size() < most_unwritten &&
               (settings_.receipt_window == 0 || to.receipts_open < settings_.receipt_window)) {
            auto& next = settings_.order == receipt_order::last_in ? receipts_.back() : receipts_.front();
            if (settings_.order == receipt_order::shuffled) {
                shuffle_ = shuffle_ * 6364136223846793005 + 1442695040888963407;
                std::swap(next, receipts_[(shuffle_ >> 33) % receipts_.size()]);
            }
            if (accounts_[next.account] != to.account) break;
            send_receipt(to, next);
            if (&next == &receipts_.back() && settings_.order == receipt_order::last_in)
                receipts_.pop_back();
            else
                receipts_.pop_front();
            sent = true;
        }
    }
    return sent;
}

bool centre::turn(moment now) {
    bool added = send_receipts();
    if (settings_.delay.count() == 0) return added;
    for (esme& one : peers_)
        for (; !one.delayed.empty() && one.delayed.front().first <= now; one.delayed.pop_front()) {
            one.out += one.delayed.front().second;
            added = true;
        }
    return added;
}

void centre::reset() {
    const auto live = numbers_.live;
    numbers_ = {};
    numbers_.live = live;
    seen_.clear();
}

const figures& centre::numbers() {
    numbers_.receipts_waiting = receipts_.size();
    return numbers_;
}

std::string centre::id_text(std::uint64_t id, id_form form) const {
    if (form == id_form::constant) return "msg_id_not_implemented";
    char digits[24];
    const auto end = std::to_chars(digits, digits + sizeof digits, id, form == id_form::hexadecimal ? 16 : 10).ptr;
    std::string text(digits, end);
    if (form == id_form::padded && text.size() < 10) text.insert(0, 10 - text.size(), '0');
    return text;
}

std::uint64_t centre::id_of(std::string_view text) const {
    std::uint64_t id = 0;
    const int base = settings_.response_ids == id_form::hexadecimal ? 16 : 10;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id, base);
    return error == std::errc{} && end == text.data() + text.size() ? id : 0;
}

}  // namespace mlango::bench::sms
