#include "registry/staff/rights.hpp"

#include "registry/parameters.hpp"

namespace mlango::registry {

namespace {

const registered_statement may_anywhere{"may_somewhere", R"(
    SELECT EXISTS (SELECT FROM staff_reach($1::bigint, $3, timestamptz 'epoch' + $2::bigint * interval '1 microsecond')))"};

}  // namespace

task<bool> may_somewhere(pg_pool& pool, const clock& time, staff_id by, std::string_view permission) {
    std::vector<parameter> given;
    given.push_back(id_parameter(by));
    given.emplace_back(time_parameter(time.now()));
    given.emplace_back(permission);
    const rows got = co_await pool.read(may_anywhere, std::move(given));
    co_return got.truth(0, 0);
}

}  // namespace mlango::registry
