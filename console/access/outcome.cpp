#include "console/access/outcome.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "base/http/json_body.hpp"
#include "console/problem.hpp"

namespace mlango::console::access {

namespace {

namespace json = boost::json;

struct meaning {
    std::string_view what;
    fault as;
    std::string_view field;  // of a fault of 422
    std::string_view detail;
};

constexpr meaning meanings[] = {
    {"own", fault::own_request, "", "Nobody gives herself a role, confirms her own or keeps her own account."},
    {"second_person", fault::own_request, "",
     "You reset the password or the codes of this account already, and it was not used since: another administrator "
     "resets the other."},
    {"not_held", fault::not_allowed, "", "This role is not among those that you may give."},
    {"out_of_scope", fault::not_allowed, "", "You may give this role, but not there."},
    {"too_long", fault::not_allowed, "", "You may give this role, but not for longer than you hold it yourself."},
    {"not_allowed", fault::not_allowed, "", ""},
    {"not_found", fault::not_found, "", ""},
    {"stale", fault::stale, "", ""},
    {"over", fault::wrong_state, "", ""},
    {"not_active", fault::invalid, "staff", "This account is suspended or ended."},
    {"training_over", fault::invalid, "staff",
     "The training of this person is not in date, and the role touches people."},
    {"no_such_place", fault::invalid, "office", "There is no such operation, or no such office or programme in it."},
    {"bad_until", fault::invalid, "until", "A role ends in the future, within 366 days."},
    {"incompatible", fault::invalid, "role", "This person holds a role that is not held together with this one."},
    {"name_taken", fault::invalid, "name", "Another account has this name."},
    {"linked", fault::invalid, "subject", "Another account is linked with this identity."},
};

}  // namespace

http_response json_text(std::string text, unsigned status) {
    http_response response;
    response.status = status;
    response.content_type = "application/json";
    response.body = std::move(text);
    return response;
}

http_response refusal(const registry::access_outcome& outcome, const std::string& current) {
    const auto* const found = std::ranges::find(meanings, outcome.what, &meaning::what);
    if (found == std::end(meanings)) return problem(fault::failed);
    json::object more;
    if (found->as == fault::own_request || found->as == fault::not_allowed) more["reason"] = view(found->what);
    if (found->as == fault::invalid) {
        json::object one{{"field", view(found->field)}, {"code", view(found->what)}};
        if (!outcome.in_the_way.empty()) one["role"] = outcome.in_the_way;
        more["faults"] = json::array{std::move(one)};
    }
    if ((found->as == fault::stale || found->as == fault::wrong_state) && !current.empty())
        more["current"] = json::parse(current);
    return problem(found->as, found->detail, std::move(more));
}

}  // namespace mlango::console::access
