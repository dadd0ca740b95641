#include "registry/population/names.hpp"

#include <array>
#include <stdexcept>

namespace mlango::registry::population {

std::span<const name_book> name_books() {
    static const std::array books = {names::south_sudan(), names::somalia(), names::congo(),   names::ethiopia(),
                                     names::burundi(),     names::sudan(),   names::eritrea(), names::rwanda(),
                                     names::syria(),       names::yemen()};
    return books;
}

const name_book& name_book_of(std::string_view origin) {
    for (const name_book& book : name_books())
        if (book.origin == origin) return book;
    throw std::out_of_range("no names for this country of origin");
}

}  // namespace mlango::registry::population
