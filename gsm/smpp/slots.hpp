// First in, first out over places of a table, with removal from the middle in constant time: all in one queue have the
// same time to live, so the first has the earliest deadline. Nothing allocates. Caller: smpp::link.
#pragma once

#include <cstdint>
#include <span>

namespace mlango::gsm::smpp {

inline constexpr std::uint32_t no_place = 0xffffffff;

// T has `std::uint32_t previous, next`.
template <class T>
class place_queue {
public:
    [[nodiscard]] std::uint32_t first() const { return first_; }

    void push(std::span<T> table, std::uint32_t place) {
        table[place].previous = last_;
        table[place].next = no_place;
        (last_ == no_place ? first_ : table[last_].next) = place;
        last_ = place;
    }
    void remove(std::span<T> table, std::uint32_t place) {
        const std::uint32_t previous = table[place].previous;
        const std::uint32_t next = table[place].next;
        (previous == no_place ? first_ : table[previous].next) = next;
        (next == no_place ? last_ : table[next].previous) = previous;
    }
    void clear() { first_ = last_ = no_place; }

private:
    std::uint32_t first_ = no_place;
    std::uint32_t last_ = no_place;
};

}  // namespace mlango::gsm::smpp
