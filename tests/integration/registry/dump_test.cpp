// What somebody reads who has the database but not the keys.
#include "registry/entitlements.hpp"
#include "registry/inbox.hpp"
#include "registry/outbox.hpp"
#include "registry/people.hpp"
#include "registry/pin_verifier.hpp"
#include "registry/pins.hpp"
#include "registry/receipts.hpp"
#include "registry/requests.hpp"
#include "registry/tickets.hpp"
#include "registry_fixture.hpp"

namespace mlango::registry::test {
namespace {

struct dump_test : registry_fixture {
    // Every table as COPY writes it; \x values also as the bytes they stand for.
    std::string dump() {
        std::string out;
        for (const auto& line : sql.run("SELECT quote_ident(table_name) FROM information_schema.tables "
                                        "WHERE table_schema = 'public' AND table_type = 'BASE TABLE'")) {
            const std::unique_ptr<PGresult, decltype(&PQclear)> started(
                PQexec(sql.raw(), ("COPY " + *line[0] + " TO STDOUT").c_str()), PQclear);
            EXPECT_EQ(PQresultStatus(started.get()), PGRES_COPY_OUT);
            char* row = nullptr;
            while (PQgetCopyData(sql.raw(), &row, 0) > 0) {
                out += row;
                PQfreemem(row);
            }
            while (PGresult* rest = PQgetResult(sql.raw())) PQclear(rest);
        }
        std::string bytes;
        for (std::size_t at = out.find("\\x"); at != std::string::npos; at = out.find("\\x", at + 2)) {
            const std::size_t end = out.find_first_not_of("0123456789abcdef", at + 2);
            if (const auto raw = from_hex(std::string_view(out).substr(at + 2, end - at - 2)))
                bytes += as_string_view(*raw);
        }
        return out + bytes;
    }
};

TEST_F(dump_test, shows_no_number_no_pin_and_no_text) {
    constexpr std::string_view pin = "835117";
    const pin_verifier verifier(keys.pin, {.memory_kib = 8, .passes = 1}, random);
    registry::pins pins(*pool, record, blind, time, random);
    registry::people people(*pool, record, blind);
    registry::requests requests(*pool, record, random);
    registry::entitlements entitlements(*pool, time);
    registry::inbox incoming(*pool, record, blind, time);

    wait(pins.set(person_id{1}, verifier.make(person_id{1}, pin).value(), hop(1)));
    wait(pins.set(person_id{2}, verifier.make_issued(person_id{2}, pin), hop(2)));
    wait(people.choose_language(amina, person_id{1}, "sw"));
    wait(requests.ask({.kind = "phone_replace",
                       .person = person_id{1},
                       .group = group_id{1},
                       .phone = phone_id{1},
                       .before = {{"msisdn", std::string(amina)}},
                       .after = {{"msisdn", std::string(nobody)}},
                       .trust = 1},
                      hop(3), amina, "sw", "sms.request_received"));
    wait(requests.ask({.kind = "birth",
                       .person = person_id{1},
                       .group = group_id{1},
                       .phone = {},
                       .before = {},
                       .after = {{"name", "Nuru Wangari"}, {"sex", "F"}, {"day", "2026-01-02"}},
                       .trust = 1},
                      hop(6), amina, "sw", "sms.request"));
    registry::tickets tickets(*pool, record, blind, time, random);
    wait(tickets.open({.category = "complaint",
                       .topic = "other",
                       .person = person_id{1},
                       .group = group_id{1},
                       .e164 = std::string(amina),
                       .language = "sw",
                       .words = "the guard asks for favours",
                       .code = {},
                       .sensitive = true},
                      hop(4), "sms.problem"));
    const std::optional<notice> sms =
        make_notice(record, amina, "sw", "sms.problem", {{"note", "a very private word"}});
    wait(
        entitlements.answer(entitlement_id{1}, group_id{1}, person_id{1}, receipt_answer::issues, "ACDE", hop(5), sms));
    wait(incoming.store("kannel", "m1", amina, "2020", "my husband must not read this"));
    wait(incoming.keep({.gateway = "kannel",
                        .e164 = std::string(amina),
                        .to = "2020",
                        .total = 2,
                        .number = 1,
                        .payload = "my husband must not read this"},
                       10));
    registry::outbox messages(*pool, record, blind, time);
    wait(messages.put(make_notice(record, amina, "sw", "sms.screen", {{"text", "a very private word"}})));
    for (const auto& each : wait(messages.claim({.replies = 9, .notices = 9, .bulk = 9}, std::chrono::seconds(60)))) {
        const attempt one{.id = each.id, .claim = each.claim, .gateway = "kannel", .number = each.number};
        wait(messages.begin({&one, 1}, std::chrono::seconds(60), 0));
        const attempt_result sent{.id = each.id,
                                  .attempt = 1,
                                  .gateway = "kannel",
                                  .reason = {},
                                  .at = {},
                                  .parts = {{.raw = "p", .forms = {"p"}}}};
        wait(messages.record({&sent, 1}));
    }
    const receipt_word early{.gateway = "kannel",
                             .provider_id = "q",
                             .forms = {"q"},
                             .e164 = std::string(amina),
                             .word = "delivered",
                             .final = true};
    wait(registry::receipts(*pool, blind, time).take({&early, 1}));

    const std::string everything = dump();
    ASSERT_NE(everything.find("Amina"), std::string::npos);  // it is a dump of this database
    ASSERT_NE(everything.find("phone_replace"), std::string::npos);
    for (const std::string_view secret :
         {amina.substr(1), nobody.substr(1), shared.substr(1), amina.substr(4), pin, std::string_view("private word"),
          std::string_view("my husband"), std::string_view("Wangari")})
        EXPECT_EQ(everything.find(secret), std::string::npos) << secret;
}

}  // namespace
}  // namespace mlango::registry::test
