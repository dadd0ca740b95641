// Finding a person for staff, within where they may look. A search shows little and is counted; opening a record is
// what is written down of a person. Numbers find people of the operation's other offices, too, for who may break the
// glass: only that there is somebody. Callers: console. Not here: reading what was typed (search_words), names
// (name_key).
#pragma once

#include <boost/json/array.hpp>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/seal.hpp"
#include "registry/pool.hpp"
#include "registry/staff/ids.hpp"
#include "registry/staff/search_words.hpp"

namespace mlango::registry {

inline constexpr int most_searches_an_hour = 300;

struct searcher {
    staff_id who;
    int limit = 50;
};

class people_search {
public:
    people_search(pg_pool& pool, blinder& blind, const clock& time) : pool_(pool), blind_(blind), time_(time) {}

    // Counts one and writes it down; how many it is within the hour. nullopt: she may search nowhere.
    task<std::optional<int>> begin(staff_id who, std::string_view kind);
    // Operation → country (ISO 3166-1 alpha-3), to read a telephone number by.
    task<std::map<std::string, std::string>> countries(std::span<const std::string> operations);

    // Each row: what found_person() shows, `matched` and `outside`.
    // `telephones` in E.164. Documents of every scheme in use.
    task<boost::json::array> by_numbers(searcher who, const search_words& words,
                                        std::span<const std::string> telephones);
    // All words; the most alike first.
    task<boost::json::array> by_name(searcher who, const sought_name& name);
    // Names that look alike, for one that by_name hardly finds: a consonant is wrong or missing.
    task<boost::json::array> alike(searcher who, const sought_name& name);

private:
    task<std::vector<std::string>> schemes();

    pg_pool& pool_;
    blinder& blind_;
    const clock& time_;
};

}  // namespace mlango::registry
