#include "registry/parameters.hpp"
#include "registry/population/tables.hpp"
#include "registry/wallet/agents.hpp"
#include "registry/wallet/secret_verifier.hpp"

namespace mlango::registry::population {

namespace {

using std::chrono::days;

struct demo_verifier {
    std::int64_t id;
    std::string_view number;  // the last digit is a check digit
    names_by_language name, purpose;
    std::string_view country, presets;
};

const demo_verifier verifiers[] = {
    {1,
     "41003",
     {"Kilele Bank", "Benki ya Kilele", "Banque Kilele", "بنك كيليلي"},
     {"Opening an account", "Kufungua akaunti", "Ouvrir un compte", "فتح حساب"},
     "KEN",
     "{registered,over_18,name,identity_name,bank}"},
    {2,
     "42009",
     {"Tumaini Shop", "Duka la Tumaini", "Boutique Tumaini", "متجر توماييني"},
     {"Handing out goods", "Kugawa bidhaa", "Remise de produits", "تسليم المواد"},
     "KEN",
     "{registered,over_18,over_60,household,assistance}"},
    {3,
     "43005",
     {"Registry office", "Ofisi ya usajili", "Bureau du registre", "مكتب السجل"},
     {"Checking a name", "Kuhakiki jina", "Vérifier un nom", "التحقق من اسم"},
     "SSD",
     "{registered,over_18,name}"},
};

constexpr std::string_view operator_name = "teller";

std::string_view view_of(const blind_key& key) {
    return {reinterpret_cast<const char*>(key.data()), key.size()};
}

}  // namespace

void write_demo_verifiers(row_batch& to, const key_ring& keys, const calendar& when) {
    system_random random;
    sealer record(keys.record, random);
    blinder blind(keys.blind);
    const secret_verifier secrets(keys.wallet, {}, random);
    const day since = when.today() - days(30);
    to[table::refused_country].text("KEN").text("SSD").end_row();
    for (const demo_verifier& one : verifiers)
        to[table::verifier]
            .number(one.id)
            .text(one.number)
            .text(one.name.json())
            .text(one.purpose.json())
            .text(one.country)
            .text(one.presets)
            .text("privacy@example.org")
            .number(90)
            .moment(when.today() + days(365), 0)
            .moment(since, 0)
            .end_row();
    const demo_verifier& bank = verifiers[0];
    const std::string phone = demo_number(81);
    to[table::verifier_agent]
        .number(1)
        .number(bank.id)
        .text("operator")
        .text(operator_name)
        .bytes(secrets.make(password_subject(bank.number, operator_name), operator_password))
        .bytes(view_of(blind.blind(msisdn_purpose, phone)))
        .bytes(record.seal(phone, msisdn_context))
        .bytes(secrets.make(pin_subject(bank.number, operator_name), operator_pin))
        .moment(since, 0)
        .end_row();
}

}  // namespace mlango::registry::population
