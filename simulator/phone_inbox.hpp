// The SMS that the played gateway has taken for its phones: a bounded ring in memory that all threads share. It is the
// one shared mutable thing of this room; nothing here survives the program.
#pragma once

#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"

namespace mlango::simulator {

struct phone_message {
    std::uint64_t sequence = 0;  // given by the inbox, from 1
    std::string id;              // the played gateway's id
    std::string from;            // short code or sender's name
    std::string to;              // E.164
    std::string text;
    wall_time at{};
};

class phone_inbox {
public:
    explicit phone_inbox(std::size_t capacity = 2000, std::size_t listener_limit = 128);

    // The oldest message goes when the ring is full. Wakes the listeners of the number.
    void store(phone_message message);
    // At most `count` messages to `number` younger than `after`, the oldest of them first.
    [[nodiscard]] std::vector<phone_message> latest(std::string_view number, std::uint64_t after,
                                                    std::size_t count) const;

    class listener {
    public:
        ~listener();
        listener(const listener&) = delete;
        listener& operator=(const listener&) = delete;

    private:
        friend class phone_inbox;
        listener(phone_inbox& inbox, std::string number, std::function<void()> wake);
        phone_inbox& inbox_;
        std::string number_;
        std::function<void()> wake_;
        std::list<listener*>::iterator place_;
    };
    // `wake` is called from any thread with the inbox locked: it may only post. nullptr: too many listen, or closed.
    // The listener must go before the inbox.
    [[nodiscard]] std::unique_ptr<listener> listen(std::string number, std::function<void()> wake);

    // Takes no more listeners and wakes those there are, to end.
    void close();
    [[nodiscard]] bool closed() const;

private:
    mutable std::mutex mutex_;
    std::size_t capacity_;
    std::size_t listener_limit_;
    std::vector<phone_message> ring_;
    std::uint64_t stored_ = 0;
    std::list<listener*> listeners_;
    bool closed_ = false;
};

}  // namespace mlango::simulator
