// What it costs to find the part that a receipt is for, among few outstanding ones and among many.
// MLANGO_RECEIPTS=1000000 asks for more of them; figures are printed.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <utility>

#include "message_fixture.hpp"

namespace mlango::registry::test {
namespace {

struct many_receipts : message_fixture {
    std::int64_t outstanding = 0, before = 0;  // the last filling began behind `before`
    std::string number_of(std::int64_t id) { return fmt::format("+2547{:08}", id); }

    // Up to `many` sent messages of one part each, with numbers of their own.
    void fill(std::int64_t many) {
        sql.run(
            fmt::format("INSERT INTO outbox (id, number_sealed, number_blind, language, text_key, arguments_sealed, "
                        "state, gateway, "
                        "attempts, settled_at, query_at) "
                        "SELECT n, decode(repeat('00', 40), 'hex'), decode(md5(n::text), 'hex'), 'en', 'sms.how', "
                        "decode(repeat('00', 40), 'hex'), 'sent', 'smsc', 1, now(), now() + interval '6 hours' "
                        "FROM generate_series({0} + 1, {1}) n",
                        outstanding, many));
        sql.run(
            fmt::format("INSERT INTO outbox_part SELECT n, 1, 'smsc', n::text, n::text, decode(md5(n::text), 'hex') "
                        "FROM generate_series({0} + 1, {1}) n",
                        outstanding, many));
        sql.run("ANALYZE outbox; ANALYZE outbox_part");
        before = std::exchange(outstanding, many);
    }

    // Receipts for `asked` messages, spread over all of them in a shuffled order, in batches as the desk makes them;
    // microseconds of one.
    double settle(int asked, int round) {
        std::vector<std::int64_t> ids;
        const std::int64_t step = (outstanding - before) / asked;
        for (int i = 0; i < asked; ++i) ids.push_back(outstanding - i * step - round);
        std::minstd_rand order(7);
        std::ranges::shuffle(ids, order);
        std::string keys;
        for (const auto id : ids)
            keys += fmt::format("{}({}, '{}'::bytea)", keys.empty() ? "" : ",", id,
                                bytea_parameter(blind.blind(msisdn_purpose, number_of(id))));
        for (const std::string table : {"outbox_part", "outbox"})
            sql.run(
                fmt::format("UPDATE {0} t SET number_blind = k.key FROM (VALUES {1}) AS k(id, key) WHERE t.{2} = k.id",
                            table, keys, table == "outbox" ? "id" : "outbox"));
        std::vector<receipt_word> words;
        for (const auto id : ids) words.push_back(report(std::to_string(id), number_of(id)));
        const auto began = std::chrono::steady_clock::now();
        for (std::size_t at = 0; at < words.size(); at += 250) {
            const auto some = std::span(words).subspan(at, std::min<std::size_t>(250, words.size() - at));
            for (const auto outcome : wait(reports->take(some))) EXPECT_EQ(outcome, receipt_outcome::joined);
        }
        return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - began).count() / asked;
    }
};

TEST_F(many_receipts, cost_the_same_among_many_outstanding_as_among_few) {
    const char* const wish = std::getenv("MLANGO_RECEIPTS");
    const std::int64_t many = wish != nullptr ? std::atoll(wish) : 20'000;
    const std::int64_t few = std::max<std::int64_t>(400, many / 100);
    constexpr int asked = 100;
    const auto best = [&](std::int64_t among) {
        fill(among);
        settle(asked, 0);  // what is read for the first time
        double least = settle(asked, 1);
        for (const int round : {2, 3}) least = std::min(least, settle(asked, round));
        std::printf("{\"outstanding\":%lld,\"receipt_us\":%.1f}\n", static_cast<long long>(among), least);
        return least;
    };
    const double among_few = best(few);
    const double among_many = best(many);
    // An index is a little deeper; a scan would cost a hundred times as much.
    EXPECT_LT(among_many, among_few * 3);
}

}  // namespace
}  // namespace mlango::registry::test
