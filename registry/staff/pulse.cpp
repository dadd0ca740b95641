#include "registry/staff/pulse.hpp"

namespace mlango::registry {

namespace {

const registered_statement staff_pulse_end{"staff_pulse_end", "SELECT coalesce(max(id), 0) FROM audit"};

const registered_statement staff_pulse_after{"staff_pulse_after", R"(
    SELECT '', max(id) FROM audit WHERE id > $1::bigint
    UNION ALL
    SELECT split_part(kind, '.', 1), max(id) FROM audit
     WHERE id > $1::bigint AND kind NOT LIKE '%.viewed' AND kind NOT LIKE '%.searched' GROUP BY 1)"};

}  // namespace

task<std::vector<news>> pulse::after(std::int64_t since) {
    if (since == 0) {
        const rows end = co_await pool_.read(staff_pulse_end, {});
        co_return std::vector<news>{{.of = {}, .newest = end.number(0, 0)}};
    }
    std::vector<parameter> given;
    given.emplace_back(std::to_string(since));
    const rows got = co_await pool_.read(staff_pulse_after, std::move(given));
    std::vector<news> out;
    for (int i = 0; i < got.size(); ++i)
        if (!got.is_null(i, 1)) out.push_back({std::string(got.text(i, 0)), got.number(i, 1)});
    co_return out;
}

}  // namespace mlango::registry
