#include "registry/publications.hpp"

#include <sodium.h>

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <string_view>

namespace mlango::registry {

namespace {

boost::json::array as_json(const std::vector<std::string>& names) {
    return boost::json::array(names.begin(), names.end());
}

boost::json::array as_json(const std::vector<published_file>& files) {
    boost::json::array out;
    for (const auto& [name, content] : files) out.push_back(boost::json::array{name, content});
    return out;
}

std::vector<std::string> names_in(std::string_view json) {
    const auto read = boost::json::parse(json);
    std::vector<std::string> out;
    for (const auto& name : read.as_array()) out.emplace_back(name.as_string());
    return out;
}

std::vector<published_file> files_in(std::string_view json) {
    const auto read = boost::json::parse(json);
    std::vector<published_file> out;
    for (const auto& file : read.as_array())
        out.push_back({.name = std::string(file.at(0).as_string()), .content = std::string(file.at(1).as_string())});
    return out;
}

publication_version version_in(const rows& from, int row, int column) {
    return static_cast<publication_version>(from.number(row, column));
}

}  // namespace

std::string digest_of(const publication_content& what) {
    const std::string all =
        boost::json::serialize(boost::json::array{as_json(what.languages), as_json(what.menu), as_json(what.texts)});
    std::string out(crypto_hash_sha256_BYTES, '\0');
    crypto_hash_sha256(reinterpret_cast<unsigned char*>(out.data()), reinterpret_cast<const unsigned char*>(all.data()),
                       all.size());
    return out;
}

publication_columns columns_of(const publication_content& what) {
    return {.digest = digest_of(what),
            .languages = boost::json::serialize(as_json(what.languages)),
            .menu = boost::json::serialize(as_json(what.menu)),
            .texts = boost::json::serialize(as_json(what.texts))};
}

publications::publications(pg_pool& pool) : pool_(pool) {}

namespace {

const registered_statement publications_publish{"publications_publish", R"(
    WITH known AS (SELECT version FROM publication WHERE digest = $1::bytea),
    made AS (
      INSERT INTO publication (digest, languages, menu, texts, screens, words, published_by, note)
      SELECT $1::bytea, $2::jsonb, $3::jsonb, $4::jsonb, $5::integer, $6::integer, $7, $8
       WHERE NOT EXISTS (SELECT FROM known)
      ON CONFLICT (digest) DO NOTHING
      RETURNING version),
    chosen AS (SELECT version FROM known UNION ALL SELECT version FROM made),
    last AS (SELECT id, version FROM publication_current ORDER BY id DESC LIMIT 1),
    turned AS (
      INSERT INTO publication_current (version, before, action, made_by)
      SELECT version, (SELECT id FROM last), 'publish', $7 FROM chosen
       WHERE version IS DISTINCT FROM (SELECT version FROM last)
      RETURNING version),
    noted AS (
      INSERT INTO audit (kind, actor, record, detail)
      SELECT 'menu.published', 'operator', version, 'from.' || coalesce((SELECT version FROM last)::text, 'files')
        FROM turned)
    SELECT version, EXISTS (SELECT FROM made), NOT EXISTS (SELECT FROM turned) FROM chosen)"};

}  // namespace

task<published> publications::publish(publication_wish wish) {
    const auto [raw_digest, languages, menu, texts] = columns_of(wish.content);
    const std::string digest = bytea_parameter(raw_digest);
    // Nothing comes back when somebody else published the same at the same time: then it is known the next time.
    for (int left = 3; left > 0; --left) {
        std::vector<parameter> given{
            digest,  languages, menu, texts, std::to_string(wish.screens), std::to_string(wish.words),
            wish.by, wish.note};
        const rows got = co_await pool_.write(publications_publish, std::move(given));
        if (!got.empty())
            co_return published{
                .version = version_in(got, 0, 0), .is_new = got.truth(0, 1), .was_current = got.truth(0, 2)};
    }
    throw registry_unavailable("a menu was neither stored nor there");
}

namespace {

const registered_statement publications_roll_back{"publications_roll_back", R"(
    WITH last AS (SELECT id, version, before FROM publication_current ORDER BY id DESC LIMIT 1),
    target AS (
      SELECT b.version, b.before FROM last LEFT JOIN publication_current b ON b.id = last.before
       WHERE $1::integer IS NULL AND last.version IS NOT NULL
      UNION ALL
      SELECT NULL, NULL FROM last WHERE $1::integer = 0 AND last.version IS NOT NULL
      UNION ALL
      (SELECT c.version, c.before FROM publication_current c, last
        WHERE c.version = $1::integer AND c.version IS DISTINCT FROM last.version
        ORDER BY c.id DESC LIMIT 1)),
    turned AS (
      INSERT INTO publication_current (version, before, action, made_by)
      SELECT version, before, 'roll_back', $2 FROM target
      RETURNING version),
    noted AS (
      INSERT INTO audit (kind, actor, record, detail)
      SELECT 'menu.rolled_back', 'operator', turned.version, 'from.' || coalesce(last.version::text, 'files')
        FROM turned, last)
    SELECT coalesce(last.version, 0), coalesce(turned.version, 0) FROM turned, last)"};

}  // namespace

task<std::optional<rolled_back>> publications::roll_back(std::optional<publication_version> to, std::string_view by) {
    std::vector<parameter> given;
    given.push_back(to ? parameter{std::to_string(*to)} : std::nullopt);
    given.emplace_back(std::string(by));
    const rows got = co_await pool_.write(publications_roll_back, std::move(given));
    if (got.empty()) co_return std::nullopt;
    co_return rolled_back{.from = version_in(got, 0, 0), .to = version_in(got, 0, 1)};
}

namespace {

const registered_statement publications_recent{"publications_recent", R"(
    SELECT coalesce(version, 0), greatest(extract(epoch FROM clock_timestamp() - at) * 1000, 0)::bigint
      FROM publication_current
     WHERE id >= coalesce((SELECT id FROM publication_current
                            WHERE at <= clock_timestamp() - $1::bigint * interval '1 millisecond'
                            ORDER BY id DESC LIMIT 1), 0)
     ORDER BY id DESC LIMIT 64)"};

}  // namespace

task<std::vector<publication_turn>> publications::recent(std::chrono::milliseconds window) {
    std::vector<parameter> given;
    given.emplace_back(std::to_string(window.count()));
    const rows got = co_await pool_.read(publications_recent, std::move(given));
    std::vector<publication_turn> turns;
    for (int row = 0; row < got.size(); ++row)
        turns.push_back({.version = version_in(got, row, 0), .age = std::chrono::milliseconds(got.number(row, 1))});
    co_return turns;
}

namespace {

const registered_statement publications_load{
    "publications_load", "SELECT languages, menu, texts, digest FROM publication WHERE version = $1::integer"};

}  // namespace

task<std::optional<publication_content>> publications::load(publication_version version) {
    std::vector<parameter> given;
    given.emplace_back(std::to_string(version));
    const rows got = co_await pool_.read(publications_load, std::move(given));
    if (got.empty()) co_return std::nullopt;
    publication_content content{
        .languages = names_in(got.text(0, 0)), .menu = files_in(got.text(0, 1)), .texts = files_in(got.text(0, 2))};
    if (digest_of(content) != got.bytea(0, 3)) co_return std::nullopt;
    co_return content;
}

namespace {

const registered_statement publications_list{"publications_list", R"(
    SELECT version,
           version IS NOT DISTINCT FROM (SELECT c.version FROM publication_current c ORDER BY c.id DESC LIMIT 1),
           to_char(published_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI'), published_by, note, screens, words,
           left(encode(digest, 'hex'), 12)
      FROM publication ORDER BY version DESC LIMIT $1::integer)"};

}  // namespace

task<std::vector<publication_summary>> publications::list(int limit) {
    std::vector<parameter> given;
    given.emplace_back(std::to_string(limit));
    const rows got = co_await pool_.read(publications_list, std::move(given));
    std::vector<publication_summary> all;
    for (int row = 0; row < got.size(); ++row)
        all.push_back({.version = version_in(got, row, 0),
                       .current = got.truth(row, 1),
                       .published_at = std::string(got.text(row, 2)),
                       .by = std::string(got.text(row, 3)),
                       .note = std::string(got.text(row, 4)),
                       .screens = static_cast<int>(got.number(row, 5)),
                       .words = static_cast<int>(got.number(row, 6)),
                       .digest = std::string(got.text(row, 7))});
    co_return all;
}

namespace {

const registered_statement publications_history{"publications_history", R"(
    SELECT coalesce(version, 0), action, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI'), made_by
      FROM publication_current ORDER BY id DESC LIMIT $1::integer)"};

}  // namespace

task<std::vector<publication_event>> publications::history(int limit) {
    std::vector<parameter> given;
    given.emplace_back(std::to_string(limit));
    const rows got = co_await pool_.read(publications_history, std::move(given));
    std::vector<publication_event> events;
    for (int row = 0; row < got.size(); ++row)
        events.push_back({.version = version_in(got, row, 0),
                          .action = std::string(got.text(row, 1)),
                          .at = std::string(got.text(row, 2)),
                          .by = std::string(got.text(row, 3))});
    co_return events;
}

}  // namespace mlango::registry
