#include "gsm/gsup/client.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/write.hpp>

#include "base/log.hpp"
#include "base/within.hpp"

namespace mlango::gsm::gsup {
namespace {

using namespace std::chrono_literals;
using tcp = asio::ip::tcp;

constexpr std::chrono::milliseconds connect_within{5'000};

link_settings link_settings_of(const hlr_settings& from) {
    link_settings made;
    made.euse = from.euse;
    made.dialogue_limit = from.dialogues;
    made.silence = from.profile.idle_time;
    made.reply_within = from.profile.deadline + 2s;
    return made;
}

}  // namespace

client::client(asio::io_context& context, hlr_settings settings, ussd_sink& sink, std::function<std::string()> apology,
               metrics& numbers, const clock& time, random_source& random)
    : settings_(std::move(settings)),
      where_(context.get_executor()),
      time_(time),
      random_(random),
      apology_(std::move(apology)),
      door_(settings_.name, settings_.profile, settings_.hops_per_second, sink, numbers, time),
      subscribers_(settings_, numbers, time),
      link_(link_settings_of(settings_), random_),
      socket_(where_),
      timer_(where_),
      answers_(where_),
      service_(where_),
      connected_(numbers.level("gsup_connected", "Whether an HLR is connected", {{"gateway", settings_.name}})),
      dialogues_(
          numbers.level("gsup_dialogues", "USSD dialogues over an HLR under way", {{"gateway", settings_.name}})) {
    const auto fault_by = [&](std::string_view kind) {
        return &numbers.count("gsup_faults_total", "What an HLR's connection should not see",
                              {{"gateway", settings_.name}, {"kind", kind}});
    };
    faults_ = {fault_by("malformed"), fault_by("out_of_place"), fault_by("hlr_error"), fault_by("over_limit"),
               fault_by("unsent")};
}

client::~client() = default;

task<void> client::run() {
    service_.spawn("gsup_time", keep_time());
    boost::system::error_code error;
    while (!stopping_) {
        if (!link_.connect_wanted(time_.steady())) {
            // Short, since next_deadline() may be a dialogue's, which is keep_time()'s.
            coarse_timer pause(where_, time_.steady() + 50ms);
            co_await pause.async_wait(asio::redirect_error(use_task, error));
            if (error) co_return;
            continue;
        }
        link_.connecting(time_.steady());
        if (co_await open()) co_await converse();
        socket_.close(error);
        take(link_.closed(time_.steady()));
        settle();
    }
}

task<bool> client::open() {
    const tcp::endpoint there(asio::ip::make_address(settings_.address), settings_.port);
    boost::system::error_code error;
    const auto connect = [&]() -> task<void> {
        co_await socket_.async_connect(there, asio::redirect_error(use_task, error));
    };
    const auto done = co_await within(time_.steady() + connect_within, connect());
    if (!done || error || stopping_) co_return false;
    boost::system::error_code ignored;
    socket_.set_option(tcp::no_delay(true), ignored);
    co_return true;
}

task<void> client::converse() {
    boost::system::error_code error;
    out_.clear();
    take(link_.connected(time_.steady()));
    settle();
    while (!link_.must_close()) {
        const auto n = co_await socket_.async_read_some(asio::buffer(in_), asio::redirect_error(use_task, error));
        if (error) co_return;
        take(link_.received(std::string_view(in_.data(), n), time_.steady()));
        settle();
    }
}

// After every call of the link: what it wants written, and when it wants to be asked again.
void client::settle() {
    std::string more;
    if (link_.take_output(more)) out_ += more;
    if (!out_.empty() && !writing_ && socket_.is_open()) {
        writing_ = true;
        if (!service_.spawn("gsup_write", write_out())) writing_ = false;
    }
    dialogues_.set(static_cast<std::int64_t>(link_.dialogues()));
    count_faults();
    if (link_.next_deadline() < armed_) timer_.cancel();
    boost::system::error_code ignored;
    // The reader sees the end and tells the link.
    if (link_.must_close()) socket_.close(ignored);
}

task<void> client::write_out() {
    boost::system::error_code error;
    while (!out_.empty() && !error) {
        sending_.clear();
        std::swap(sending_, out_);
        co_await asio::async_write(socket_, asio::buffer(sending_), asio::redirect_error(use_task, error));
    }
    writing_ = false;
}

task<void> client::keep_time() {
    boost::system::error_code error;
    while (!stopping_) {
        // A backoff's end is run()'s.
        armed_ = link_.next_deadline();
        if (armed_ <= time_.steady()) armed_ = time_.steady() + 50ms;
        timer_.expires_at(armed_);
        co_await timer_.async_wait(asio::redirect_error(use_task, error));
        if ((co_await asio::this_coro::cancellation_state).cancelled() != asio::cancellation_type::none) co_return;
        take(link_.tick(time_.steady()));
        settle();
    }
}

void client::take(link::events events) {
    for (const link_event& event : events) {
        if (const auto* press = std::get_if<key_press>(&event)) {
            on_press(*press);
        } else if (const auto* gone = std::get_if<dropped>(&event)) {
            on_dropped(*gone);
        } else if (const auto* shown = std::get_if<notified>(&event)) {
            const auto at = notices_.find(shown->id);
            if (at == notices_.end()) continue;
            at->second->end = shown->end;
            at->second->done.cancel();
        } else if (const auto* down = std::get_if<went_down>(&event)) {
            on_down(*down);
        } else {
            connected_.set(1);
            log_info("gsup_connected", {{"gateway", settings_.name}});
        }
    }
}

void client::on_press(const key_press& press) {
    if (answers_.spawn("gsup_answer", answer(press))) return;
    link_.refuse(press.id, ussd_error::system_failure, time_.steady());
}

void client::on_dropped(const dropped& what) {
    const auto at = talks_.find(what.id);
    if (at == talks_.end()) return;
    ussd_hop hop = hop_of(at->second, what.in_silence ? ussd_event::timeout : ussd_event::abort);
    talks_.erase(at);
    answers_.spawn("gsup_end", tell_end(std::move(hop)));
}

void client::on_down(const went_down& what) {
    connected_.set(0);
    if (what.was_up)
        log_warning("gsup_connection_lost", {{"gateway", settings_.name}, {"why", name_of(what.why)}});
    else
        log_debug("gsup_not_connected", {{"gateway", settings_.name}, {"why", name_of(what.why)}});
}

void client::count_faults() {
    const link_counts& now = link_.counts();
    faults_[0]->add(now.malformed - counted_.malformed);
    faults_[1]->add(now.out_of_place - counted_.out_of_place);
    faults_[2]->add(now.errors - counted_.errors);
    faults_[3]->add(now.turned_away - counted_.turned_away);
    faults_[4]->add(now.held_too_long + now.too_long - counted_.held_too_long - counted_.too_long);
    counted_ = now;
}

}  // namespace mlango::gsm::gsup
