// A phone that writes to the short code 384 and gets what the outbox holds for it, worded as it is sent. Everything
// that it gets is checked by the rule of what may never be sent.
#pragma once

#include <boost/json/parse.hpp>

#include <string>
#include <utility>
#include <vector>

#include "base/bytes.hpp"
#include "handlers/sms_conversation.hpp"
#include "handlers/sms_wording.hpp"
#include "registry/parameters.hpp"
#include "tests/support/played_house.hpp"

namespace mlango::test {

// What went out to anybody since this was asked last, as number and text.
class outgoing_sms {
public:
    std::vector<std::pair<std::string, std::string>> taken(played_house& house) {
        sql_session sql(house.world.registry.conninfo());
        std::vector<std::pair<std::string, std::string>> all;
        for (;;) {
            const auto after = " FROM outbox WHERE id > " + std::to_string(last_) + " ORDER BY id LIMIT 1";
            if (sql.value("SELECT count(*) FROM outbox WHERE id > " + std::to_string(last_)) == "0") return all;
            const auto key = sql.value("SELECT text_key" + after);
            const auto language = sql.value("SELECT language" + after);
            const auto number = opened(house, sql.value("SELECT encode(number_sealed, 'hex')" + after), "msisdn");
            const auto json = opened(house, sql.value("SELECT encode(arguments_sealed, 'hex')" + after), "notice");
            last_ = std::stoll(sql.value("SELECT id" + after));
            registry::outgoing_notice notice;
            notice.e164 = number;
            notice.language = language;
            notice.text = key;
            for (const auto& [name, value] : boost::json::parse(json).as_object())
                notice.arguments.emplace_back(name, std::string(value.as_string()));
            auto text = handlers::words_of(notice, {}, house.rooms.editions.current(),
                                           house.rooms.operation.code_for(notice.e164));
            if (!text) {
                ADD_FAILURE() << "may not be sent: " << json;
                continue;
            }
            all.emplace_back(number, std::move(*text));
        }
    }

private:
    static std::string opened(played_house& house, const std::string& hex, std::string_view context) {
        const auto bytes = from_hex(hex);
        return *house.record_seal.open(as_string_view(*bytes), context);
    }
    std::int64_t last_ = 0;
};

class sms_phone {
public:
    sms_phone(played_house& house, std::string e164) : house_(&house), from_(std::move(e164)) {
        (void)box_.taken(house);
    }
    void use(played_house& house) { house_ = &house; }

    // What comes back; more than one SMS stand one below the other.
    std::string send(std::string text) {
        last_ = {.gateway = "played",
                 .provider_id = "sms " + from_ + " " + std::to_string(++sent_),
                 .from = *gsm::msisdn::from_e164(from_),
                 .to = "384",
                 .text = std::move(text)};
        return deliver_again();
    }
    std::string deliver_again() {
        house_->wait(house_->sms.on_message(last_));
        return received();
    }
    std::string received() {
        std::string all;
        for (const auto& [number, text] : box_.taken(*house_)) {
            if (number != from_) continue;
            if (!all.empty()) all += '\n';
            all += text;
        }
        return all;
    }

private:
    played_house* house_;
    std::string from_;
    outgoing_sms box_;
    gsm::sms_in last_{
        .gateway = {}, .provider_id = {}, .from = *gsm::msisdn::from_e164("+254700000000"), .to = {}, .text = {}};
    int sent_ = 0;
};

}  // namespace mlango::test
