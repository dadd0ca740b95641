// What an operation decides about the work of its staff: when they work, its holidays, and how each kind of change is
// approved. It holds for what is asked from then on; what waits keeps its day and its rule. Caller: `mlango operation`.
// Not here: who may approve (rights), what a person must be asked (people_desk).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "registry/pool.hpp"

namespace mlango::registry {

struct case_rule {
    std::string kind;     // change_request.kind
    int approvals = 2;    // 0 to 2; 0: applied at once
    int least_trust = 0;  // of her phone, 0 to 3, to be applied at once
    bool evidence = true;
    int due_hours = 45;  // of work, 1 to 400
    bool own = false;    // else as everywhere

    bool operator==(const case_rule&) const = default;
};

struct office_rules {
    std::string opens = "08:00", closes = "17:00";                       // local time
    std::vector<int> weekdays{1, 2, 3, 4, 5};                            // ISO 8601, ascending
    std::map<std::string, std::map<std::string, std::string>> holidays;  // ISO day → language → name; "en" is there
    std::vector<case_rule> cases;                                        // each kind once, by name
    std::string timezone;                                                // IANA; not set here

    bool operator==(const office_rules&) const = default;
};

// Every fault of what was read into `wanted`, worded for the operator. `known` has each kind.
[[nodiscard]] std::vector<std::string> faults_of(const office_rules& wanted, const office_rules& known);

class operation_rules {
public:
    explicit operation_rules(pg_pool& pool) : pool_(pool) {}

    // nullopt: there is no such operation.
    task<std::optional<office_rules>> of(std::string_view operation);
    // Calendar, holidays and own rules become `wanted`, in one transaction with the audit row. Without faults.
    task<void> set(std::string_view operation, const office_rules& wanted);

private:
    pg_pool& pool_;
};

}  // namespace mlango::registry
