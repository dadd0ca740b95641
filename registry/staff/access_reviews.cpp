// Grants that somebody has to look at again.
#include <fmt/format.h>

#include "registry/parameters.hpp"
#include "registry/staff/access.hpp"
#include "registry/staff/rights.hpp"

namespace mlango::registry {

namespace {

// In the order in which they fall due; the cursor is that time in microseconds and the key. Within two weeks is due,
// and so is what was not used for 60 days since somebody looked at it or waits for its holder's training.
#define MLANGO_REVIEWS                                                                                               \
    "WITH given AS (SELECT timestamptz 'epoch' + $2::bigint * interval '1 microsecond' AS now),"                     \
    " shown AS ("                                                                                                    \
    "   SELECT g, (extract(epoch FROM grant_due(g)) * 1000000)::bigint AS due FROM staff_grant g"                    \
    "     JOIN staff s ON s.id = g.staff, given"                                                                     \
    "    WHERE g.ended_at IS NULL AND g.until > given.now"                                                           \
    "      AND ((extract(epoch FROM grant_due(g)) * 1000000)::bigint, g.id) > ($3::bigint, $4::bigint)"              \
    "      AND ($5::text IS NULL OR g.role = $5) AND ($6::text IS NULL OR g.operation = $6)"                         \
    "      AND (NOT $7::boolean OR grant_due(g) <= given.now + interval '14 days'"                                   \
    "           OR greatest(s.signed_in_at, g.since, g.reviewed_at) < given.now - interval '60 days' OR s.state <> " \
    "'active')"                                                                                                      \
    "      AND staff_sees_grant($1::bigint, 'access.view', g, given.now)"                                            \
    "    ORDER BY due, g.id LIMIT $8::integer + 1),"                                                                 \
    " page AS (SELECT * FROM shown ORDER BY due, (g).id LIMIT $8::integer)"

const registered_statement access_reviews{"access_reviews", MLANGO_REVIEWS R"(
    SELECT jsonb_build_object(
      'items', (SELECT coalesce(jsonb_agg(grant_json(g, $1::bigint, given.now)
                        || jsonb_build_object('due', grant_due(g) <= given.now,
                             'unused', greatest((SELECT s.signed_in_at FROM staff s WHERE s.id = (g).staff), (g).since, (g).reviewed_at)
                                       < given.now - interval '60 days') ORDER BY due, (g).id), '[]') FROM page),
      'next', CASE WHEN (SELECT count(*) FROM shown) > $8::integer
                   THEN (SELECT due || '-' || (g).id FROM page ORDER BY due DESC, (g).id DESC LIMIT 1) END)
      FROM given)"};

const registered_statement access_review_rows{"access_review_rows", MLANGO_REVIEWS R"(,
    noted AS (
      INSERT INTO audit (kind, actor) SELECT 'grant.exported', 'staff:' || $1::bigint WHERE $9::boolean)
    SELECT due || '-' || (g).id, (g).id, s.name, s.shown_name, s.state, (g).role, (g).operation, o.name->>'en',
           p.name->>'en', iso_utc((g).since), iso_utc((g).until), giver.name,
           iso_utc((g).reviewed_at), looked.name, iso_utc(grant_due(g)), iso_utc(s.signed_in_at),
           s.trained_until
      FROM page JOIN staff s ON s.id = (g).staff
      LEFT JOIN office o ON o.id = (g).office LEFT JOIN programme p ON p.id = (g).programme
      LEFT JOIN staff giver ON giver.id = (g).granted_by LEFT JOIN staff looked ON looked.id = (g).reviewed_by
     ORDER BY due, (g).id)"};

#undef MLANGO_REVIEWS

std::vector<parameter> asked_of(staff_id by, const access_page& page, wall_time now) {
    const std::size_t cut = page.after.find('-');
    const auto digits = [](std::string_view text) {
        const bool good = !text.empty() && text.size() <= 18 && text.find_first_not_of("0123456789") == text.npos;
        return good ? std::string(text) : std::string("0");
    };
    std::vector<parameter> given;
    given.reserve(9);
    given.push_back(id_parameter(by));
    given.emplace_back(time_parameter(now));
    given.emplace_back(digits(std::string_view(page.after).substr(0, cut)));
    given.emplace_back(cut == std::string::npos ? "0" : digits(std::string_view(page.after).substr(cut + 1)));
    given.push_back(text_parameter(page.role));
    given.push_back(text_parameter(page.operation));
    given.emplace_back(page.due ? "true" : "false");
    given.emplace_back(std::to_string(page.limit));
    return given;
}

}  // namespace

std::vector<std::string> review_columns() {
    return {"grant",       "name",       "shown_name",   "state",        "role",       "operation",
            "office",      "programme",  "since",        "until",        "granted_by", "reviewed_at",
            "reviewed_by", "review_due", "signed_in_at", "trained_until"};
}

task<std::string> staff_access::reviews_json(staff_id by, const access_page& page) {
    const rows got = co_await pool_.read(access_reviews, asked_of(by, page, time_.now()));
    co_return std::string(got.text(0, 0));
}

task<std::vector<review_row>> staff_access::review_rows(staff_id by, const access_page& page, bool begins) {
    auto given = asked_of(by, page, time_.now());
    given.emplace_back(begins ? "true" : "false");
    const rows got = co_await pool_.write(access_review_rows, std::move(given));
    std::vector<review_row> out;
    for (int row = 0; row < got.size(); ++row) {
        review_row one{.cursor = std::string(got.text(row, 0)), .fields = {}};
        for (int column = 1; column <= 16; ++column) one.fields.emplace_back(got.text(row, column));
        out.push_back(std::move(one));
    }
    co_return out;
}

task<bool> staff_access::may_review(staff_id by) {
    return may_somewhere(pool_, time_, by, "access.view");
}

}  // namespace mlango::registry
