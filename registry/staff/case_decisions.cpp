// Deciding about one request: what the schema's functions need opened, blinded or sealed is made here first. That
// nothing has changed in between, they see by the revision and by the recorded name that was opened.
#include "registry/array_parameter.hpp"
#include "registry/parameters.hpp"
#include "registry/staff/case_updates.hpp"
#include "registry/staff/case_values.hpp"

namespace mlango::registry {

namespace json = boost::json;

recorded_name split_name(std::string_view typed, const recorded_name& before) {
    const auto words_of = [](std::string_view text) {
        std::vector<std::string> words;
        for (std::size_t at = 0; at < text.size();) {
            const std::size_t end = std::min(text.find(' ', at), text.size());
            if (end > at) words.emplace_back(text.substr(at, end - at));
            at = end + 1;
        }
        return words;
    };
    const auto words = words_of(typed);
    // Without one before, all of it is her given name: which word is a family's nobody told.
    const std::size_t given =
        before.given.empty() || before.family.empty() ? words.size() : words_of(before.given).size();
    recorded_name split;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const bool first = i == 0 || i < given;
        std::string& to = first ? split.given : split.family;
        if (!to.empty()) to += ' ';
        to += words[i];
    }
    if (words.size() <= given && !before.family.empty()) split.family = before.family;
    return split;
}

struct case_updates::material {
    std::string reference, kind;
    recorded_name name;  // of whom it is about, recorded now
    boost::json::object before, after;
};

namespace {

const registered_statement cases_material{"cases_material", R"(
    SELECT c.reference, c.kind, c.before, c.after, i.given_name, i.family_name
      FROM change_request c LEFT JOIN individual i ON i.id = subject_of(c)
     WHERE c.id = $2::bigint
       AND staff_may_case($1::bigint, 'cases.view', c, timestamptz 'epoch' + $3::bigint * interval '1 microsecond'))"};

// Of a part of a request; empty where it is not there.
std::string opened_value(const json::object& part, std::string_view name, sealer& record) {
    const json::value* const found = part.if_contains(name);
    if (found == nullptr || !found->is_object()) return {};
    json::value copy(json::object_kind);
    copy.as_object()[name] = *found;
    open_sealed(copy, record);
    return text_of(copy.as_object(), name);
}

std::string hex_of(std::string_view raw) {
    return bytea_parameter(raw).substr(2);
}

case_turn turn_of(const rows& got) {
    return {.outcome = std::string(got.text(0, 0)), .state = std::string(got.text(0, 1)), .revision = got.number(0, 2)};
}

}  // namespace

task<std::optional<case_updates::material>> case_updates::read_material(staff_id who, change_request_id request) {
    std::vector<parameter> given;
    given.push_back(id_parameter(who));
    given.push_back(id_parameter(request));
    given.emplace_back(time_parameter(time_.now()));
    const rows got = co_await pool_.read(cases_material, std::move(given));
    if (got.empty()) co_return std::nullopt;
    co_return material{.reference = std::string(got.text(0, 0)),
                       .kind = std::string(got.text(0, 1)),
                       .name = {.given = std::string(got.text(0, 4)), .family = std::string(got.text(0, 5))},
                       .before = json::parse(got.text(0, 2)).as_object(),
                       .after = json::parse(got.text(0, 3)).as_object()};
}

boost::json::object case_updates::opened(const material& of, const case_approval& given) {
    json::object out;
    if (given.person) out["person"] = given.person->value;
    if (const std::string number = opened_value(of.after, "msisdn", record_); !number.empty()) {
        const blind_key key = blind_.blind(msisdn_purpose, number);
        out["number_blind"] = hex_of(as_string_view(key));
    }
    const std::string typed = opened_value(of.after, "name", record_);
    if (typed.empty()) return out;
    if (of.kind == "name") out["name_before"] = opened_value(of.before, "name", record_);
    const recorded_name split = split_name(typed, of.kind == "name" ? of.name : recorded_name{});
    out["given_name"] = split.given;
    if (!split.family.empty()) out["family_name"] = split.family;
    return out;
}

std::string case_updates::sealed_words(const boost::json::object& words) {
    return record_.seal(json::serialize(words), notice_context);
}

namespace {

const registered_statement cases_approve{"cases_approve", R"(
    SELECT outcome, state, revision
      FROM approve_case($1::bigint, $2::bigint, $3::bigint, $4::text[], $5::jsonb, $6::bytea, $7::bytea,
                        timestamptz 'epoch' + $8::bigint * interval '1 microsecond'))"};

const registered_statement cases_reject{"cases_reject", R"(
    SELECT outcome, state, revision
      FROM reject_case($1::bigint, $2::bigint, $3::bigint, $4, $5::bytea, $6::bytea,
                       timestamptz 'epoch' + $7::bigint * interval '1 microsecond'))"};

const registered_statement cases_ask{"cases_ask", R"(
    SELECT outcome, state, revision
      FROM ask_case($1::bigint, $2::bigint, $3::bigint, $4, $5::bytea, $6::bytea,
                    timestamptz 'epoch' + $7::bigint * interval '1 microsecond'))"};

const registered_statement cases_withdraw{"cases_withdraw", R"(
    SELECT outcome, state, revision
      FROM withdraw_case($1::bigint, $2::bigint, $3::bigint,
                         timestamptz 'epoch' + $4::bigint * interval '1 microsecond'))"};

const registered_statement cases_compare{"cases_compare", R"(
    SELECT outcome, state, revision
      FROM compare_case($1::bigint, $2::bigint, $3::bigint, $4::jsonb, $5,
                        timestamptz 'epoch' + $6::bigint * interval '1 microsecond'))"};

std::vector<parameter> begun(staff_id who, change_request_id request, std::int64_t revision) {
    std::vector<parameter> given;
    given.push_back(id_parameter(who));
    given.push_back(id_parameter(request));
    given.emplace_back(std::to_string(revision));
    return given;
}

}  // namespace

task<case_turn> case_updates::approve(staff_id who, change_request_id request, std::int64_t revision,
                                      const case_approval& approval) {
    const auto found = co_await read_material(who, request);
    if (!found) co_return case_turn{.outcome = "not_found", .state = {}};
    array_parameter checked;
    for (const std::string& one : approval.evidence) checked.add(std::string_view(one));
    auto given = begun(who, request, revision);
    given.push_back(checked.take());
    given.emplace_back(json::serialize(opened(*found, approval)));
    given.emplace_back(bytea_parameter(sealed_words({{"reference", found->reference}})));
    given.emplace_back(bytea_parameter(sealed_words({})));
    given.emplace_back(time_parameter(time_.now()));
    co_return turn_of(co_await pool_.write(cases_approve, std::move(given)));
}

task<case_turn> case_updates::reject(staff_id who, change_request_id request, std::int64_t revision,
                                     std::string_view reason) {
    const auto found = co_await read_material(who, request);
    if (!found) co_return case_turn{.outcome = "not_found", .state = {}};
    auto given = begun(who, request, revision);
    given.emplace_back(reason);
    given.emplace_back(bytea_parameter(sealed_words({{"reference", found->reference}, {"reason", reason}})));
    given.emplace_back(bytea_parameter(sealed_words({})));
    given.emplace_back(time_parameter(time_.now()));
    co_return turn_of(co_await pool_.write(cases_reject, std::move(given)));
}

task<case_turn> case_updates::ask(staff_id who, change_request_id request, std::int64_t revision,
                                  std::string_view question) {
    const auto found = co_await read_material(who, request);
    if (!found) co_return case_turn{.outcome = "not_found", .state = {}};
    auto given = begun(who, request, revision);
    given.emplace_back(question);
    given.emplace_back(bytea_parameter(sealed_words({{"reference", found->reference}, {"question", question}})));
    given.emplace_back(bytea_parameter(sealed_words({})));
    given.emplace_back(time_parameter(time_.now()));
    co_return turn_of(co_await pool_.write(cases_ask, std::move(given)));
}

task<case_turn> case_updates::withdraw(staff_id who, change_request_id request, std::int64_t revision) {
    auto given = begun(who, request, revision);
    given.emplace_back(time_parameter(time_.now()));
    co_return turn_of(co_await pool_.write(cases_withdraw, std::move(given)));
}

task<case_turn> case_updates::compare(staff_id who, change_request_id request, std::int64_t revision) {
    const auto found = co_await read_material(who, request);
    if (!found) co_return case_turn{.outcome = "not_found", .state = {}};
    auto given = begun(who, request, revision);
    if (found->kind == "name") {
        const std::string whole =
            found->name.family.empty() ? found->name.given : found->name.given + " " + found->name.family;
        const std::string sealed = record_.seal(whole, name_context);
        given.emplace_back(
            json::serialize(json::object{{"masked", "•••"}, {"sealed", to_base64url(as_byte_view(sealed))}}));
        given.emplace_back(whole);
    } else {
        given.resize(5);
    }
    given.emplace_back(time_parameter(time_.now()));
    co_return turn_of(co_await pool_.write(cases_compare, std::move(given)));
}

}  // namespace mlango::registry
