#include "registry/wallet/card_holder.hpp"

#include "registry/parameters.hpp"

namespace mlango::registry {

namespace {

const registered_statement card_holder_find{"card_holder", R"(
    SELECT id, coalesce(language, '') FROM individual WHERE individual_number = $1 AND process_status <> 'C'
    UNION ALL
    SELECT i.id, coalesce(i.language, '') FROM registration_group g
      JOIN membership m ON m.registration_group = g.id AND m.until IS NULL AND m.relationship = 'PA'
      JOIN individual i ON i.id = m.individual AND i.process_status <> 'C'
     WHERE g.registration_key = substr($1, 1, 3) || translate(substr($1, 4), '-C', ''))"};

}  // namespace

task<std::optional<card_holder>> find_card_holder(pg_pool& pool, std::string_view number) {
    constexpr std::size_t longest = 20;
    if (number.empty() || number.size() > longest) co_return std::nullopt;
    std::vector<parameter> given;
    given.emplace_back(std::string(number));
    const rows got = co_await pool.read(card_holder_find, std::move(given));
    if (got.empty()) co_return std::nullopt;
    co_return card_holder{.person = {got.number(0, 0)}, .language = std::string(got.text(0, 1))};
}

}  // namespace mlango::registry
