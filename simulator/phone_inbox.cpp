#include "simulator/phone_inbox.hpp"

#include <algorithm>

namespace mlango::simulator {

phone_inbox::phone_inbox(std::size_t capacity, std::size_t listener_limit)
    : capacity_(std::max<std::size_t>(capacity, 1)), listener_limit_(listener_limit) {}

void phone_inbox::store(phone_message message) {
    const std::scoped_lock lock(mutex_);
    message.sequence = ++stored_;
    const std::size_t place = (stored_ - 1) % capacity_;
    for (const listener* each : listeners_) {
        if (each->number_ == message.to) each->wake_();
    }
    if (place < ring_.size()) {
        ring_[place] = std::move(message);
    } else {
        ring_.push_back(std::move(message));
    }
}

std::vector<phone_message> phone_inbox::latest(std::string_view number, std::uint64_t after, std::size_t count) const {
    std::vector<phone_message> found;
    const std::scoped_lock lock(mutex_);
    const std::uint64_t oldest = stored_ - ring_.size() + 1;
    for (std::uint64_t sequence = stored_; sequence >= oldest && sequence > after && found.size() < count; --sequence) {
        const phone_message& message = ring_[(sequence - 1) % capacity_];
        if (message.to == number) found.push_back(message);
    }
    std::ranges::reverse(found);
    return found;
}

phone_inbox::listener::listener(phone_inbox& inbox, std::string number, std::function<void()> wake)
    : inbox_(inbox), number_(std::move(number)), wake_(std::move(wake)) {}

phone_inbox::listener::~listener() {
    const std::scoped_lock lock(inbox_.mutex_);
    inbox_.listeners_.erase(place_);
}

std::unique_ptr<phone_inbox::listener> phone_inbox::listen(std::string number, std::function<void()> wake) {
    const std::scoped_lock lock(mutex_);
    if (closed_ || listeners_.size() >= listener_limit_) return nullptr;
    const auto place = listeners_.insert(listeners_.end(), nullptr);
    auto fresh = std::unique_ptr<listener>(new listener(*this, std::move(number), std::move(wake)));
    fresh->place_ = place;
    *place = fresh.get();
    return fresh;
}

void phone_inbox::close() {
    const std::scoped_lock lock(mutex_);
    closed_ = true;
    for (const listener* each : listeners_) each->wake_();
}

bool phone_inbox::closed() const {
    const std::scoped_lock lock(mutex_);
    return closed_;
}

}  // namespace mlango::simulator
