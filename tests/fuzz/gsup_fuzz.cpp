// GSUP and the HLR's control interface: any octets to the link, and what always holds of it. The first octet says how
// much the link sees at a time.
#include <cstdlib>

#include "base/random.hpp"
#include "gsm/gsup/control.hpp"
#include "gsm/gsup/link.hpp"

namespace {

void require(bool holds) {
    if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace mlango::gsm::gsup;
    using namespace std::chrono_literals;
    if (size == 0) return 0;
    const std::size_t step = 1 + data[0] % 64;
    std::string_view octets(reinterpret_cast<const char*>(data) + 1, size - 1);

    // What is read is written so that it is read the same.
    for (const auto form : {long_length::bare, long_length::x690}) {
        if (const auto read = read_component(octets)) {
            const std::string written = write_component(*read, form);
            if (!written.empty()) {
                const auto again = read_component(written);
                require(again && write_component(*again, form) == written);
            }
        }
    }
    if (const auto read = read_message(octets)) {
        const std::string written = write_message(*read);
        const auto again = read_message(written);
        require(again && again->imsi == read->imsi && again->component == read->component);
    }
    if (const auto reply = read_reply(octets)) (void)info_line(reply->value, "msisdn");

    mlango::seeded_random random(data[0]);
    link_settings settings;
    settings.dialogue_limit = 4;
    link euse(settings, random);
    link::time_point now{};
    euse.connecting(now);
    (void)euse.connected(now);
    std::string out;
    // Frames of the fuzzer's own are rarely whole, so the rest is framed for it.
    std::string stream;
    append_frame(stream, mlango::gsm::gsup::stream::ccm, std::string_view("\x06", 1));
    if ((data[0] & 0x40) != 0) {
        for (std::string_view left = octets; !left.empty();) {
            const auto length = std::min<std::size_t>(left.size(), 1 + static_cast<unsigned char>(left[0]) % 80);
            append_frame(stream, extension::gsup, left.substr(0, length));
            left.remove_prefix(length);
        }
    } else {
        stream += octets;
    }
    std::size_t pressed = 0, dropped_ones = 0;
    const auto look = [&](link::events events) {
        for (const link_event& event : events) {
            if (const auto* press = std::get_if<key_press>(&event)) {
                ++pressed;
                require(is_imsi(press->imsi));
                if (pressed % 3 != 0) require(euse.reply(press->id, "menu", pressed % 5 == 0, now));
            } else if (std::holds_alternative<dropped>(event)) {
                ++dropped_ones;
            }
        }
    };
    for (std::string_view left = stream; !left.empty() && !euse.must_close();) {
        const std::string_view some = left.substr(0, step);
        left.remove_prefix(some.size());
        // Replies while events are viewed may not change these, so they are copied.
        const auto told = euse.received(some, now);
        const std::vector<link_event> events(told.begin(), told.end());
        look(events);
        require(euse.dialogues() <= 4);
        now += 1ms;
        (void)euse.take_output(out);
    }
    const std::size_t live = euse.dialogues();
    now += 1h;
    std::size_t expired = 0;
    for (const link_event& event : euse.tick(now)) expired += std::holds_alternative<dropped>(event) ? 1 : 0;
    require(expired <= live && euse.dialogues() == 0);
    require(dropped_ones + expired <= pressed + euse.counts().taken_over + euse.counts().dialogues);
    return 0;
}
