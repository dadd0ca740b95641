#include "exchange/doors.hpp"

#include <iterator>

namespace mlango::exchange {

std::vector<http_route> doors::routes() {
    std::vector<http_route> all = partner_.routes();
    for (auto more : {verify_.routes(), public_.routes(), issuing_.routes()})
        all.insert(all.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
    return all;
}

}  // namespace mlango::exchange
