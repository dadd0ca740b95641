#include "registry/staff/people_search.hpp"

#include <boost/json/parse.hpp>

#include "registry/array_parameter.hpp"
#include "registry/parameters.hpp"

namespace mlango::registry {

namespace {

constexpr std::size_t words_of_a_statement = 5;
constexpr std::string_view identity_purpose = "identity number";

const registered_statement people_search_begin{"people_search_begin", R"(
    WITH g AS (SELECT timestamptz 'epoch' + $2::bigint * interval '1 microsecond' AS now),
    counted AS (
      INSERT INTO staff_search AS s (staff, hour, searches)
      SELECT $1::bigint, date_trunc('hour', g.now), 1 FROM g
       WHERE EXISTS (SELECT FROM staff_reach($1::bigint, 'people.search', g.now))
      ON CONFLICT (staff, hour) DO UPDATE SET searches = s.searches + 1
      RETURNING searches),
    noted AS (
      INSERT INTO audit (at, kind, actor, detail)
      SELECT g.now, 'staff.searched', 'staff:' || $1::bigint, $3 FROM counted, g WHERE counted.searches <= $4::integer)
    SELECT searches FROM counted)"};

const registered_statement people_countries{"people_countries", R"(
    SELECT code, country FROM operation WHERE code = ANY ($1::text[]))"};

// One index look-up a scheme.
const registered_statement people_schemes{"people_schemes", R"(
    WITH RECURSIVE known AS (
      SELECT min(scheme) AS scheme FROM identity_number WHERE ended_at IS NULL
      UNION ALL
      SELECT (SELECT min(n.scheme) FROM identity_number n WHERE n.ended_at IS NULL AND n.scheme > known.scheme)
        FROM known WHERE known.scheme IS NOT NULL)
    SELECT scheme FROM known WHERE scheme IS NOT NULL LIMIT 30)"};

// A place has its names in each language, of which found_person() gives one alone.
const registered_statement people_by_numbers{"people_by_numbers", R"(
    WITH g AS (SELECT timestamptz 'epoch' + $2::bigint * interval '1 microsecond' AS now),
    reach AS MATERIALIZED (SELECT w.* FROM g, staff_places($1::bigint, 'people.search', g.now) w),
    glass AS MATERIALIZED (SELECT r.operation FROM g, staff_reach($1::bigint, 'people.break_glass', g.now) r),
    hits AS (
      SELECT i.id, 'individual_number' AS matched, 1 AS place FROM individual i WHERE i.individual_number = ANY ($3::text[])
      UNION ALL
      SELECT m.individual, 'registration_number', 2 FROM registration_group r
        JOIN membership m ON m.registration_group = r.id AND m.until IS NULL WHERE r.registration_key = ANY ($4::text[])
      UNION ALL
      SELECT p.individual, 'telephone', 3 FROM phone p
       WHERE p.number_blind = ANY ($5::bytea[]) AND p.disabled_at IS NULL
      UNION ALL
      SELECT n.individual, 'document', 4 FROM identity_number n
       WHERE n.number_blind = ANY ($6::bytea[]) AND n.ended_at IS NULL)
    SELECT CASE WHEN p.inside THEN found_person(p.id, 'en')
                                     || jsonb_build_object('place', (SELECT l.name FROM location l WHERE l.code = p.location))
                ELSE jsonb_build_object('id', p.id, 'operation', p.operation) END
           || jsonb_build_object('matched', p.matched, 'outside', NOT p.inside)
      FROM (
        SELECT DISTINCT ON (h.id) h.id, h.matched, h.place, i.operation, coalesce(m.relationship, '') AS relationship, r.location,
               EXISTS (SELECT FROM reach w WHERE w.operation = i.operation
                          AND (w.whole OR r.location = ANY (w.places))) AS inside
          FROM hits h
          JOIN individual i ON i.id = h.id
          LEFT JOIN membership m ON m.individual = i.id AND m.until IS NULL
          LEFT JOIN registration_group r ON r.id = m.registration_group
         ORDER BY h.id, h.place) p
     WHERE p.inside OR p.operation IN (SELECT operation FROM glass)
     ORDER BY p.inside DESC, p.place, p.relationship <> 'PA', p.id
     LIMIT $7::integer)"};

// From the most alike downwards, each looked at only until there are enough that she may see: however many share a
// common name elsewhere, those of her own place are found.
const registered_statement people_by_name{"people_by_name", R"(
    WITH g AS (SELECT timestamptz 'epoch' + $2::bigint * interval '1 microsecond' AS now),
    reach AS MATERIALIZED (SELECT w.* FROM g, staff_places($1::bigint, 'people.search', g.now) w)
    SELECT p.shown || jsonb_build_object('matched', 'name', 'outside', false)
      FROM (
        SELECT k.individual, similarity(k.spelled, $8) AS alike FROM name_key k
         WHERE k.sounds && $3::text[] AND k.sounds && $4::text[] AND k.sounds && $5::text[] AND k.sounds && $6::text[]
           AND k.sounds && $7::text[]
         ORDER BY alike DESC, k.individual OFFSET 0) k
      CROSS JOIN LATERAL (
        SELECT found_person(i.id, 'en')
                 || jsonb_build_object('place', (SELECT l.name FROM location l WHERE l.code = r.location)) AS shown
          FROM individual i
          LEFT JOIN membership m ON m.individual = i.id AND m.until IS NULL
          LEFT JOIN registration_group r ON r.id = m.registration_group
         WHERE i.id = k.individual
           AND EXISTS (SELECT FROM reach w WHERE w.operation = i.operation AND (w.whole OR r.location = ANY (w.places)))
         LIMIT 1) p
     LIMIT $9::integer)"};

const registered_statement people_alike{"people_alike", R"(
    WITH g AS (SELECT timestamptz 'epoch' + $2::bigint * interval '1 microsecond' AS now),
    reach AS MATERIALIZED (SELECT w.* FROM g, staff_places($1::bigint, 'people.search', g.now) w)
    SELECT p.shown || jsonb_build_object('matched', 'alike', 'outside', false)
      FROM (
        SELECT k.individual, similarity(k.spelled, $3) AS alike FROM name_key k WHERE k.spelled % $3
         ORDER BY alike DESC, k.individual OFFSET 0) k
      CROSS JOIN LATERAL (
        SELECT found_person(i.id, 'en')
                 || jsonb_build_object('place', (SELECT l.name FROM location l WHERE l.code = r.location)) AS shown
          FROM individual i
          LEFT JOIN membership m ON m.individual = i.id AND m.until IS NULL
          LEFT JOIN registration_group r ON r.id = m.registration_group
         WHERE i.id = k.individual
           AND EXISTS (SELECT FROM reach w WHERE w.operation = i.operation AND (w.whole OR r.location = ANY (w.places)))
         LIMIT 1) p
     LIMIT $4::integer)"};

parameter array_of(std::span<const std::string> texts) {
    array_parameter out;
    for (const std::string& one : texts) out.add(one);
    return out.take();
}

boost::json::array shown(const rows& got) {
    boost::json::array people;
    for (int row = 0; row < got.size(); ++row) people.push_back(boost::json::parse(got.text(row, 0)));
    return people;
}

}  // namespace

task<std::optional<int>> people_search::begin(staff_id who, std::string_view kind) {
    std::vector<parameter> given;
    given.push_back(id_parameter(who));
    given.emplace_back(time_parameter(time_.now()));
    given.emplace_back(kind);
    given.emplace_back(std::to_string(most_searches_an_hour));
    const rows got = co_await pool_.write(people_search_begin, std::move(given));
    if (got.empty()) co_return std::nullopt;
    co_return static_cast<int>(got.number(0, 0));
}

task<std::map<std::string, std::string>> people_search::countries(std::span<const std::string> operations) {
    std::vector<parameter> given;
    given.push_back(array_of(operations));
    const rows got = co_await pool_.read(people_countries, std::move(given));
    std::map<std::string, std::string> found;
    for (int row = 0; row < got.size(); ++row) found.emplace(got.text(row, 0), got.text(row, 1));
    co_return found;
}

task<std::vector<std::string>> people_search::schemes() {
    const rows got = co_await pool_.read(people_schemes, {});
    std::vector<std::string> found;
    for (int row = 0; row < got.size(); ++row) found.emplace_back(got.text(row, 0));
    co_return found;
}

task<boost::json::array> people_search::by_numbers(searcher who, const search_words& words,
                                                   std::span<const std::string> telephones) {
    array_parameter phones, documents;
    for (const std::string& one : telephones) phones.add(bytea_parameter(blind_.blind(msisdn_purpose, one)));
    if (!words.documents.empty())
        for (const std::string& scheme : co_await schemes())
            for (const std::string& number : words.documents)
                documents.add(bytea_parameter(blind_.blind(identity_purpose, scheme + ":" + number)));
    std::vector<parameter> given;
    given.push_back(id_parameter(who.who));
    given.emplace_back(time_parameter(time_.now()));
    given.push_back(array_of(words.individual_numbers));
    given.push_back(array_of(words.household_keys));
    given.push_back(phones.take());
    given.push_back(documents.take());
    given.emplace_back(std::to_string(who.limit));
    co_return shown(co_await pool_.read(people_by_numbers, std::move(given)));
}

task<boost::json::array> people_search::by_name(searcher who, const sought_name& name) {
    if (name.words.empty()) co_return boost::json::array();
    std::vector<parameter> given;
    given.push_back(id_parameter(who.who));
    given.emplace_back(time_parameter(time_.now()));
    for (std::size_t i = 0; i < words_of_a_statement; ++i)
        given.push_back(array_of(name.words[i < name.words.size() ? i : 0]));
    given.emplace_back(name.spelled);
    given.emplace_back(std::to_string(who.limit));
    co_return shown(co_await pool_.read(people_by_name, std::move(given)));
}

task<boost::json::array> people_search::alike(searcher who, const sought_name& name) {
    if (name.spelled.empty()) co_return boost::json::array();
    std::vector<parameter> given;
    given.push_back(id_parameter(who.who));
    given.emplace_back(time_parameter(time_.now()));
    given.emplace_back(name.spelled);
    given.emplace_back(std::to_string(who.limit));
    co_return shown(co_await pool_.read(people_alike, std::move(given)));
}

}  // namespace mlango::registry
