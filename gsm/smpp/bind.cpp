#include "gsm/smpp/bind.hpp"

#include <atomic>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>

#include "base/log.hpp"

namespace mlango::gsm::smpp {

using namespace std::chrono_literals;

namespace {

constexpr std::size_t read_size = 64 * 1024;
// The low bits of a token are its place.
constexpr unsigned place_bits = 14;
constexpr std::size_t most_overdue = 10'000;
// What is still to be said when a session ends: an unbind and its answer, a nack.
constexpr auto last_words = 1s;

std::uint64_t next_session() {
    static std::atomic<std::uint64_t> last{0};
    return ++last;
}

}  // namespace

bind::bind(executor where, const account_settings& account, link_settings settings, unsigned number,
           std::shared_ptr<asio::ssl::context> authorities, bind_owner& owner, task_group& tasks, const clock& time,
           random_source& random)
    : where_(where),
      account_(account),
      link_(std::move(settings)),
      number_(number),
      authorities_(std::move(authorities)),
      owner_(owner),
      tasks_(tasks),
      time_(time),
      random_(random),
      backoff_(account.first_backoff, account.longest_backoff),
      tick_(where),
      pause_(where),
      written_(where),
      last_(where) {}

task<void> bind::run() {
    const auto self = shared_from_this();
    while (!stopping_) {
        const ended what = co_await serve();
        const auto now = time_.steady();
        log_end(what);
        owner_.on_session_end(*this, what);
        if (stopping_) break;
        const auto wait = backoff_.after(what, what.was_bound ? now - bound_at_ : 0s, random_);
        pause_.expires_at(now + wait);
        boost::system::error_code woken;
        co_await pause_.async_wait(asio::redirect_error(use_task, woken));
    }
}

task<ended> bind::serve() {
    transport_ = make_transport(where_, account_, authorities_);
    const auto wire = transport_;
    session_ = next_session();
    over_.reset();
    if (!co_await wire->open(time_.steady() + account_.connect_timeout)) {
        transport_.reset();
        co_return ended{};
    }
    handle(link_.connected(time_.steady()));
    const auto buffer = std::make_unique_for_overwrite<char[]>(read_size);
    boost::system::error_code woken;
    while (!over_) {
        if (!link_.wants_input() && writing_) {
            written_.expires_at(deadline::max());
            co_await written_.async_wait(asio::redirect_error(use_task, woken));
            continue;
        }
        const std::size_t n = co_await wire->read(buffer.get(), read_size);
        if (over_) break;
        if (n > 0) owner_.on_heard(*this);
        handle(n == 0 ? link_.closed(time_.steady()) : link_.received({buffer.get(), n}, time_.steady()));
    }
    const deadline patience = time_.steady() + last_words;
    written_.expires_at(patience);
    if (writing_) co_await written_.async_wait(asio::redirect_error(use_task, woken));
    wire->close();
    written_.expires_at(deadline::max());
    while (writing_) co_await written_.async_wait(asio::redirect_error(use_task, woken));
    last_.cancel();
    transport_.reset();
    co_return *over_;
}

void bind::stop(deadline until) {
    stopping_ = true;
    pause_.cancel();
    if (!transport_) return;
    if (link_.state() == link_state::idle || link_.state() == link_state::ended) return transport_->close();
    link_.unbind(time_.steady(), until - last_words);
    schedule_flush();
}

void bind::handle(std::span<const link_event> events) {
    handling_ = true;
    bool changed = false;
    for (const link_event& event : events) {
        if (const auto* result = std::get_if<request_result>(&event)) {
            settle(*result);
            changed = true;
        } else if (const auto* came = std::get_if<delivery>(&event)) {
            owner_.on_delivery(*this, *came);
        } else if (std::holds_alternative<bound>(event)) {
            bound_at_ = time_.steady();
            log_info("smpp_bound", {{"account", account_.name}, {"bind", number_}});
            changed = true;
        } else if (const auto* end = std::get_if<ended>(&event)) {
            finish(*end);
            changed = true;
        }
    }
    if (changed) owner_.on_change();
    handling_ = false;
    flush();
    arm();
}

void bind::settle(const request_result& result) {
    owner_.on_answer(result);
    request_answer answer{.end = result.end,
                          .code = result.code,
                          .message_id = std::string(result.message_id),
                          .state = result.state,
                          .error_code = result.error_code};
    if (result.end == request_end::late) {
        const auto note = overdue_.extract(result.token);
        if (note) owner_.on_late_answer(note.mapped(), answer);
        return;
    }
    place& one = places_[result.token & ((1u << place_bits) - 1)];
    if (one.token != result.token) return;
    if (result.end == request_end::unanswered && result.request == command::submit_sm) {
        overdue_.emplace(result.token, one.note);
        overdue_order_.push_back(result.token);
        if (overdue_order_.size() > most_overdue) {
            overdue_.erase(overdue_order_.front());
            overdue_order_.pop_front();
        }
    }
    auto resume = std::move(one.resume);
    const submission_note note = one.note;
    leave_place(result.token);
    if (resume)
        std::move (*resume)(std::move(answer));
    else if (result.end == request_end::answered)
        owner_.on_late_answer(note, answer);
}

void bind::finish(const ended& what) {
    over_ = what;
    // The reader may wait for octets that never come. What there is to say goes out first, unless the peer takes none.
    asio::post(where_, [self = shared_from_this(), wire = transport_] {
        if (!wire) return;
        if (!self->writing_) return wire->close();
        self->last_.expires_at(self->time_.steady() + last_words);
        self->last_.async_wait([wire](const boost::system::error_code& error) {
            if (!error) wire->close();
        });
    });
}

task<request_answer> bind::answer_to(request_token token) {
    return asio::async_initiate<const asio::use_awaitable_t<executor>, void(request_answer)>(
        [](auto resume, place* where) { where->resume.emplace(std::move(resume)); }, use_task,
        &places_[token & ((1u << place_bits) - 1)]);
}

request_token bind::take_place(const submission_note& note, deadline until) {
    if (free_.empty()) {
        free_.push_back(static_cast<std::uint32_t>(places_.size()));
        places_.emplace_back();
    }
    const std::uint32_t index = free_.back();
    const request_token token = next_token_++ << place_bits | index;
    free_.pop_back();
    places_[index].token = token;
    places_[index].until = until;
    places_[index].note = note;
    return token;
}

void bind::leave_place(request_token token) {
    const auto index = static_cast<std::uint32_t>(token & ((1u << place_bits) - 1));
    places_[index].token = 0;
    places_[index].resume.reset();
    free_.push_back(index);
}

bind::requested bind::submit(const message& content, const submission_note& note, deadline until, command id) {
    const request_token token = take_place(note, until);
    const auto taken = link_.submit(content, token, time_.steady(), id);
    if (!taken) {
        leave_place(token);
        return std::unexpected(taken.error());
    }
    schedule_flush();
    return token;
}

bind::requested bind::query(const query_request& request, deadline until) {
    const request_token token = take_place({}, until);
    const auto taken = link_.query(request, token, time_.steady());
    if (!taken) {
        leave_place(token);
        return std::unexpected(taken.error());
    }
    schedule_flush();
    return token;
}

bool bind::confirm(delivery_id id, status code) {
    const bool waited = link_.confirm(id, code, time_.steady());
    if (waited) schedule_flush();
    return waited;
}

void bind::expire() {
    const auto now = time_.steady();
    // By number: who goes on may submit at once, and so lengthen the table.
    for (std::size_t i = 0; i < places_.size(); ++i) {
        place& one = places_[i];
        if (one.token == 0 || !one.resume || one.until > now) continue;
        auto resume = std::move(one.resume);
        one.resume.reset();
        std::move (*resume)(request_answer{});
    }
}

// All that this loop turn has to say goes out in one write.
void bind::schedule_flush() {
    if (flush_posted_ || handling_) return;
    flush_posted_ = true;
    asio::post(where_, [self = shared_from_this()] {
        self->flush_posted_ = false;
        self->flush();
        self->arm();
    });
}

void bind::flush() {
    while (transport_ && !writing_ && link_.take_output(out_)) {
        const std::size_t done = transport_->write_now(out_);
        if (done == out_.size()) continue;
        writing_ = tasks_.spawn("smpp write", write_rest(shared_from_this(), transport_, done));
        if (!writing_) return transport_->close();
    }
}

task<void> bind::write_rest(std::shared_ptr<bind> self, std::shared_ptr<transport> to, std::size_t done) {
    // A write that fails is told by the reader, whose connection has ended, too.
    co_await to->write(std::string_view(self->out_).substr(done));
    self->writing_ = false;
    self->written_.cancel();
    if (self->transport_ == to) self->flush();
    if (self->over_ && !self->writing_) to->close();
}

void bind::arm() {
    const auto due = link_.next_deadline();
    if (due >= armed_) return;
    armed_ = due;
    tick_.expires_at(due);
    tick_.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
        const auto self = weak.lock();
        if (error || !self) return;
        self->armed_ = deadline::max();
        if (self->transport_) self->handle(self->link_.tick(self->time_.steady()));
        self->arm();
    });
}

void bind::log_end(const ended& what) const {
    const auto code = what.code == status::rok ? std::string_view() : name_of(what.code);
    if (is_refused_identity(what))
        log_error("smpp_bind_refused", {{"account", account_.name}, {"bind", number_}, {"status", code}});
    else if (what.reason == end_reason::unbound)
        log_info("smpp_unbound", {{"account", account_.name}, {"bind", number_}});
    else
        log_warning("smpp_ended", {{"account", account_.name},
                                   {"bind", number_},
                                   {"reason", name_of(what.reason)},
                                   {"was_bound", what.was_bound},
                                   {"status", code}});
}

}  // namespace mlango::gsm::smpp
