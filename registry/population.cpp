#include "registry/population.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <future>
#include <stdexcept>

#include "registry/population/dossiers.hpp"
#include "registry/population/loader.hpp"
#include "registry/population/tables.hpp"

namespace mlango::registry {

namespace {

using namespace population;

constexpr std::int64_t families_a_batch = 2000;  // some 5 MB of rows

population_counts& operator+=(population_counts& sum, const row_batch& rows) {
    sum.groups += rows[table::registration_group].rows();
    sum.individuals += rows[table::individual].rows();
    sum.phones += rows[table::phone].rows();
    sum.entitlements += rows[table::entitlement].rows();
    return sum;
}

}  // namespace

population_counts seed_population(const std::string& conninfo, const key_ring& keys,
                                  const population_settings& settings,
                                  const std::function<void(std::int64_t)>& progress) {
    if (settings.families < 0 || settings.families > most_families)
        throw std::runtime_error(fmt::format("the number of families must be from 0 to {}", most_families));
    if (settings.today == wall_time{}) throw std::runtime_error("the population needs a day to be laid around");
    const calendar when(std::chrono::floor<std::chrono::days>(settings.today));
    dossier_writer writer(keys, when);
    loader into(conninfo);
    population_counts counts;

    // While PostgreSQL takes one batch, the next is made.
    const auto make = [&](row_batch rows, std::int64_t from) {
        rows.clear();
        const std::int64_t to = std::min(settings.families, from + families_a_batch);
        for (std::int64_t number = from; number < to; ++number)
            writer.write(rows, make_dossier(settings.seed, number, when));
        return rows;
    };
    row_batch rows;
    write_reference_data(rows, when);
    if (settings.demo_people)
        for (const dossier& one : demo_dossiers(when)) writer.write(rows, one);
    if (settings.demo_people) write_demo_verifiers(rows, keys, when);
    row_batch spare;
    for (std::int64_t done = 0;; done += families_a_batch) {
        const bool more = done < settings.families;
        std::future<row_batch> next;
        if (more) next = std::async(std::launch::async, make, std::move(spare), done);
        into.copy(rows);
        counts += rows;
        if (progress) progress(std::min(done, settings.families));
        if (!more) break;
        spare = std::exchange(rows, next.get());
    }
    into.finish();
    return counts;
}

}  // namespace mlango::registry
