#include "registry/staff/word_drafts.hpp"

#include "registry/parameters.hpp"

namespace mlango::registry {

namespace {

constexpr int most_drafts = 20'000;

word_result result_in(const rows& got) {
    if (got.empty()) return {};
    const std::string_view said = got.text(0, 0);
    const auto outcome = said == "done"              ? word_outcome::done
                         : said == "unchanged"       ? word_outcome::unchanged
                         : said == "stale"           ? word_outcome::stale
                         : said == "own_words"       ? word_outcome::own_words
                         : said == "no_such_version" ? word_outcome::no_such_version
                         : said == "nothing_before"  ? word_outcome::nothing_before
                                                     : word_outcome::not_allowed;
    return {
        .what = outcome, .revision = got.number(0, 1), .version = static_cast<publication_version>(got.number(0, 1))};
}

parameter or_null(const std::optional<std::string>& text) {
    return text ? parameter(*text) : std::nullopt;
}

// Of every statement: $1 who, $2 now.
const registered_statement word_drafts_all{"word_drafts_all", R"(
    SELECT d.language, d.name, d.words, d.was, d.revision, d.edited_by, s.shown_name,
           iso_utc(d.edited_at)
      FROM word_draft d JOIN staff s ON s.id = d.edited_by
     WHERE staff_may_somewhere($1::bigint, 'words.view',
                               timestamptz 'epoch' + $2::bigint * interval '1 microsecond')
     ORDER BY d.language, d.name LIMIT $3::integer)"};

}  // namespace

task<std::vector<word_draft>> word_drafts::all(staff_id who) {
    std::vector<parameter> given{id_parameter(who), time_parameter(time_.now()), std::to_string(most_drafts)};
    const rows got = co_await pool_.read(word_drafts_all, std::move(given));
    std::vector<word_draft> found;
    for (int row = 0; row < got.size(); ++row)
        found.push_back({.language = std::string(got.text(row, 0)),
                         .name = std::string(got.text(row, 1)),
                         .words = std::string(got.text(row, 2)),
                         .was = got.is_null(row, 3) ? std::nullopt : std::optional(std::string(got.text(row, 3))),
                         .revision = got.number(row, 4),
                         .edited_by = staff_id{got.number(row, 5)},
                         .editor = std::string(got.text(row, 6)),
                         .edited_at = std::string(got.text(row, 7))});
    co_return found;
}

namespace {

// The row's lock in `before` makes two who save at once come one after the other; the later finds another revision.
const registered_statement word_drafts_edit{"word_drafts_edit", R"(
    WITH at AS (SELECT timestamptz 'epoch' + $2::bigint * interval '1 microsecond' AS now),
    may AS (SELECT staff_may_for_all($1::bigint, 'words.edit', at.now) AS yes FROM at),
    before AS (SELECT revision FROM word_draft WHERE language = $3 AND name = $4 FOR UPDATE),
    done AS (
      INSERT INTO word_draft AS d (language, name, words, was, edited_by, edited_at)
      SELECT $3, $4, $5, $6, $1::bigint, at.now FROM at, may
       WHERE may.yes AND coalesce((SELECT revision FROM before), 0) = $8::bigint
      ON CONFLICT (language, name) DO UPDATE
        SET words = excluded.words, was = CASE WHEN $7::boolean THEN excluded.was ELSE d.was END,
            revision = excluded.revision, edited_by = excluded.edited_by, edited_at = excluded.edited_at
      WHERE d.revision = $8::bigint
      RETURNING revision),
    noted AS (
      INSERT INTO audit (kind, actor, record, detail)
      SELECT 'words.edited', 'staff:' || $1, revision, left(CASE WHEN $3 = '' THEN $4 ELSE $3 || '.' || $4 END, 40)
        FROM done)
    SELECT CASE WHEN NOT may.yes THEN 'not_allowed' WHEN done.revision IS NULL THEN 'stale' ELSE 'done' END,
           coalesce(done.revision, 0)
      FROM may LEFT JOIN done ON true)"};

const registered_statement word_drafts_drop{"word_drafts_drop", R"(
    WITH may AS (SELECT staff_may_for_all($1::bigint, 'words.edit',
                        timestamptz 'epoch' + $2::bigint * interval '1 microsecond') AS yes),
    done AS (
      DELETE FROM word_draft USING may
       WHERE may.yes AND language = $3 AND name = $4 AND revision = $5::bigint RETURNING revision),
    noted AS (
      INSERT INTO audit (kind, actor, record, detail)
      SELECT 'words.dropped', 'staff:' || $1, revision, left(CASE WHEN $3 = '' THEN $4 ELSE $3 || '.' || $4 END, 40)
        FROM done)
    SELECT CASE WHEN NOT may.yes THEN 'not_allowed' WHEN done.revision IS NULL THEN 'stale' ELSE 'done' END,
           coalesce(done.revision, 0)
      FROM may LEFT JOIN done ON true)"};

}  // namespace

task<word_result> word_drafts::edit(staff_id who, const word_edit& wish) {
    std::vector<parameter> given{
        id_parameter(who), time_parameter(time_.now()), wish.language,         wish.name,
        wish.words,        or_null(wish.published),     wish.anew ? "t" : "f", std::to_string(wish.seen)};
    co_return result_in(co_await pool_.write(word_drafts_edit, std::move(given)));
}

task<word_result> word_drafts::drop(staff_id who, std::string_view language, std::string_view name, std::int64_t seen) {
    std::vector<parameter> given{id_parameter(who), time_parameter(time_.now()), std::string(language),
                                 std::string(name), std::to_string(seen)};
    co_return result_in(co_await pool_.write(word_drafts_drop, std::move(given)));
}

namespace {

const registered_statement word_drafts_read{"word_drafts_read", R"(
    SELECT r.name, r.digest, s.shown_name, iso_utc(r.reviewed_at)
      FROM word_review r JOIN staff s ON s.id = r.reviewed_by
     WHERE staff_may_somewhere($1::bigint, 'words.view',
                               timestamptz 'epoch' + $2::bigint * interval '1 microsecond')
       AND r.language = $3 LIMIT $4::integer)"};

const registered_statement word_drafts_review{"word_drafts_review", R"(
    WITH at AS (SELECT timestamptz 'epoch' + $2::bigint * interval '1 microsecond' AS now,
                       sha256(convert_to($5, 'UTF8')) AS digest),
    may AS (SELECT staff_may_for_all($1::bigint, 'words.edit', at.now) AS yes FROM at),
    writer AS (
      SELECT coalesce((SELECT edited_by FROM word_draft WHERE language = $3 AND name = $4 AND words = $5),
                      (SELECT w.written_by FROM word_review w, at
                        WHERE w.language = $3 AND w.name = $4 AND w.digest = at.digest)) AS id),
    done AS (
      INSERT INTO word_review (language, name, digest, written_by, reviewed_by, reviewed_at)
      SELECT $3, $4, at.digest, writer.id, $1::bigint, at.now FROM at, may, writer
       WHERE may.yes AND writer.id IS DISTINCT FROM $1::bigint
      ON CONFLICT (language, name) DO UPDATE
        SET digest = excluded.digest, written_by = excluded.written_by, reviewed_by = excluded.reviewed_by,
            reviewed_at = excluded.reviewed_at
      RETURNING name),
    noted AS (
      INSERT INTO audit (kind, actor, detail)
      SELECT 'words.reviewed', 'staff:' || $1, left($3 || '.' || name, 40) FROM done)
    SELECT CASE WHEN NOT may.yes THEN 'not_allowed' WHEN done.name IS NULL THEN 'own_words' ELSE 'done' END, 0
      FROM may LEFT JOIN done ON true)"};

}  // namespace

task<std::vector<read_words>> word_drafts::read_in(staff_id who, std::string_view language) {
    std::vector<parameter> given{id_parameter(who), time_parameter(time_.now()), std::string(language),
                                 std::to_string(most_drafts)};
    const rows got = co_await pool_.read(word_drafts_read, std::move(given));
    std::vector<read_words> found;
    for (int row = 0; row < got.size(); ++row)
        found.push_back({.name = std::string(got.text(row, 0)),
                         .digest = got.bytea(row, 1),
                         .reader = std::string(got.text(row, 2)),
                         .read_at = std::string(got.text(row, 3))});
    co_return found;
}

task<word_result> word_drafts::review(staff_id who, std::string_view language, std::string_view name,
                                      std::string_view words) {
    std::vector<parameter> given{id_parameter(who), time_parameter(time_.now()), std::string(language),
                                 std::string(name), std::string(words)};
    co_return result_in(co_await pool_.write(word_drafts_review, std::move(given)));
}

namespace {

const registered_statement word_drafts_current{"word_drafts_current", R"(
    SELECT coalesce((SELECT version FROM publication_current ORDER BY id DESC LIMIT 1), 0))"};

const registered_statement word_drafts_publish{"word_drafts_publish", R"(
    SELECT outcome, coalesce(made_version, 0)
      FROM publish_drafts($1::bigint, $3::bytea, $4::jsonb, $5::jsonb, $6::jsonb, $7::integer, $8::integer, $9,
                          $10::integer, $11::bigint, $12::bigint,
                          timestamptz 'epoch' + $2::bigint * interval '1 microsecond'))"};

const registered_statement word_drafts_roll_back{"word_drafts_roll_back", R"(
    SELECT outcome, coalesce(made_version, 0)
      FROM roll_back_words($1::bigint, $3::integer, $4::integer,
                           timestamptz 'epoch' + $2::bigint * interval '1 microsecond'))"};

}  // namespace

task<publication_version> word_drafts::current() {
    const rows got = co_await pool_.read(word_drafts_current, {});
    co_return static_cast<publication_version>(got.number(0, 0));
}

task<word_result> word_drafts::publish(staff_id who, const draft_publication& what) {
    const auto [digest, languages, menu, texts] = columns_of(what.content);
    std::vector<parameter> given{id_parameter(who),
                                 time_parameter(time_.now()),
                                 bytea_parameter(digest),
                                 languages,
                                 menu,
                                 texts,
                                 std::to_string(what.screens),
                                 std::to_string(what.words),
                                 what.note,
                                 std::to_string(what.seen_current),
                                 std::to_string(what.seen_revision),
                                 std::to_string(what.seen_drafts)};
    co_return result_in(co_await pool_.write(word_drafts_publish, std::move(given)));
}

task<word_result> word_drafts::roll_back(staff_id who, std::optional<publication_version> to,
                                         publication_version seen_current) {
    std::vector<parameter> given{id_parameter(who), time_parameter(time_.now()),
                                 to ? parameter(std::to_string(*to)) : std::nullopt, std::to_string(seen_current)};
    co_return result_in(co_await pool_.write(word_drafts_roll_back, std::move(given)));
}

}  // namespace mlango::registry
