#include "registry/audit.hpp"

#include <fmt/format.h>
#include <sodium.h>

#include <array>
#include <charconv>

#include "registry/blocking.hpp"

namespace mlango::registry {

audit::audit(pg_pool& pool) : pool_(pool) {}

namespace {

const registered_statement audit_seal{"audit_seal", "SELECT seal_audit($1::integer)"};

}  // namespace

task<int> audit::seal_rows(int limit) {
    std::vector<parameter> given;
    given.emplace_back(std::to_string(limit));
    const rows got = co_await pool_.write(audit_seal, std::move(given));
    co_return static_cast<int>(got.number(0, 0));
}

namespace {

// A transaction that was open for longer than this can not have written a row; whoever adds one to the past can.
constexpr std::int64_t longest_delay = 3'600'000'000;  // µs
constexpr int page = 5000;

std::string hash_of(std::string_view head, std::string_view row) {
    crypto_hash_sha256_state state;
    crypto_hash_sha256_init(&state);
    crypto_hash_sha256_update(&state, reinterpret_cast<const unsigned char*>(head.data()), head.size());
    crypto_hash_sha256_update(&state, reinterpret_cast<const unsigned char*>(row.data()), row.size());
    std::string out(crypto_hash_sha256_BYTES, '\0');
    crypto_hash_sha256_final(&state, reinterpret_cast<unsigned char*>(out.data()));
    return out;
}

// The same bytes as audit_bytes() of the schema, put together here from the columns, so that a changed function in the
// database hides nothing.
std::string bytes_of(const rows& from, int row) {
    std::string out;
    for (int column = 2; column <= 9; ++column) {
        if (column > 2) out += '|';
        if (column >= 6 && column <= 8 && from.is_null(row, column))
            out += '0';
        else
            out += from.text(row, column);
    }
    return out;
}

}  // namespace

namespace {

const registered_statement audit_walk{"audit_walk", R"(
    SELECT a.seq, a.head, a.id, (extract(epoch FROM a.at) * 1000000)::bigint, a.kind, a.actor, a.individual,
           a.registration_group, a.record, a.detail, e.seq, e.head, (SELECT count(*) FROM audit WHERE seq IS NULL)
      FROM audit_end e
      LEFT JOIN LATERAL (SELECT * FROM audit WHERE seq > $1::bigint ORDER BY seq LIMIT $2::integer) a ON true
     ORDER BY a.seq)"};

// False: it is not the row that follows.
bool follows(const rows& got, int row, audit_place& at) {
    const std::int64_t written = got.number(row, 3);
    std::string head = hash_of(at.head, bytes_of(got, row));
    if (got.number(row, 0) != at.seq + 1 || got.bytea(row, 1) != head || written < at.latest - longest_delay)
        return false;
    at = {.seq = at.seq + 1, .head = std::move(head), .latest = std::max(at.latest, written)};
    return true;
}

}  // namespace

task<audit_stretch> audit::walk(audit_place from, int limit) {
    std::vector<parameter> given;
    given.emplace_back(std::to_string(from.seq));
    given.emplace_back(std::to_string(limit));
    const rows got = co_await pool_.read(audit_walk, std::move(given));
    audit_stretch out{.to = std::move(from), .first_bad = 0, .end = 0, .open_rows = 0, .done = true};
    if (got.empty()) {  // the end's own row is gone
        out.first_bad = out.to.seq + 1;
        co_return out;
    }
    out.end = got.number(0, 10);
    out.open_rows = got.number(0, 12);
    int walked = 0;
    while (walked < got.size() && !got.is_null(walked, 0)) {
        if (!follows(got, walked, out.to)) {
            out.first_bad = out.to.seq + 1;
            co_return out;
        }
        ++walked;
    }
    out.done = walked < limit;
    // What was cut off at the end is missed there.
    if (out.done && (out.end != out.to.seq || got.bytea(0, 11) != out.to.head)) out.first_bad = out.to.seq + 1;
    co_return out;
}

audit_verdict verify_audit(const std::string& conninfo) {
    blocking_connection on(conninfo);
    on.run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", "verifying the audit log");
    audit_verdict verdict;
    std::string head;
    std::int64_t latest = 0;
    for (;;) {
        const rows got = on.run(
            fmt::format("SELECT seq, head, id, (extract(epoch FROM at) * 1000000)::bigint, kind, actor, individual, "
                        "registration_group, record, detail FROM audit WHERE seq > {} ORDER BY seq LIMIT {}",
                        verdict.rows, page),
            "verifying the audit log");
        for (int row = 0; row < got.size(); ++row) {
            const std::int64_t expected = verdict.rows + 1;
            const std::int64_t at = got.number(row, 3);
            head = hash_of(head, bytes_of(got, row));
            if (got.number(row, 0) != expected || got.bytea(row, 1) != head || at < latest - longest_delay) {
                verdict.first_bad = expected;
                return verdict;
            }
            latest = std::max(latest, at);
            verdict.rows = expected;
        }
        if (got.size() < page) break;
    }
    const rows end = on.run("SELECT seq, head, (SELECT count(*) FROM audit WHERE seq IS NULL) FROM audit_end",
                            "verifying the audit log");
    if (end.size() != 1 || end.number(0, 0) != verdict.rows || end.bytea(0, 1) != head)
        verdict.first_bad = verdict.rows + 1;  // rows were cut off at the end
    if (end.size() == 1) verdict.open_rows = end.number(0, 2);
    return verdict;
}

}  // namespace mlango::registry
