// Dossiers and the reference data as rows of the registry's tables (registry/migrations). What PostgreSQL must not see
// in clear is sealed and blinded here. Callers: population.cpp.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "base/random.hpp"
#include "base/seal.hpp"
#include "registry/pin_verifier.hpp"
#include "registry/population/copy_text.hpp"
#include "registry/population/dossiers.hpp"

namespace mlango::registry::population {

// In the order in which they are filled.
enum class table : std::size_t {
    operation,
    location,
    programme,
    cycle,
    payment_list,
    collection_point,
    distribution,
    item,
    office,
    refused_country,
    verifier,
    verifier_agent,
    registration_group,
    individual,
    name_key,
    membership,
    phone,
    number_preference,
    pin,
    entitlement,
    entitlement_line,
    redemption,
    receipt,
    change_request,
    ticket,
    appointment,
    count
};
inline constexpr std::size_t table_count = static_cast<std::size_t>(table::count);
// From here on a table grows with the number of families.
inline constexpr table first_large_table = table::registration_group;

struct table_form {
    std::string_view name;
    std::string_view columns;
    bool has_identity;  // column id
};
[[nodiscard]] const table_form& form_of(table which);

// Rows by table.
class row_batch {
public:
    copy_text& operator[](table which) { return rows_[static_cast<std::size_t>(which)]; }
    const copy_text& operator[](table which) const { return rows_[static_cast<std::size_t>(which)]; }
    void clear() {
        for (copy_text& rows : rows_) rows.clear();
    }

private:
    std::array<copy_text, table_count> rows_;
};

// Operations, places, programmes, the calendar.
void write_reference_data(row_batch& to, const calendar& when);

// Who codes can be tried with: a bank whose operator has a phone, a shop, and an office of a country that must not
// learn of anybody.
void write_demo_verifiers(row_batch& to, const key_ring& keys, const calendar& when);

// Not thread-safe.
class dossier_writer {
public:
    dossier_writer(const key_ring& keys, const calendar& when);
    void write(row_batch& to, const dossier& what);

private:
    void write_people(row_batch& to, const family& who);
    void write_phones(row_batch& to, const dossier& what);
    void write_entitlement(row_batch& to, const dossier& what, std::size_t index);
    void write_requests(row_batch& to, const dossier& what);
    void write_appointments(row_batch& to, const dossier& what);

    const calendar& when_;
    system_random random_;  // nonces and salts: never the same twice, whatever the seed
    sealer record_;
    blinder blind_;
    pin_verifier pins_;
};

}  // namespace mlango::registry::population
