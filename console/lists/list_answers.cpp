#include "console/lists/list_answers.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "base/http/json_body.hpp"
#include "console/problem.hpp"

namespace mlango::console {

http_response json_text(std::string text, unsigned status) {
    http_response response;
    response.status = status;
    response.content_type = "application/json";
    response.body = std::move(text);
    return response;
}

http_response page_answer(const registry::list_page& page) {
    std::string text = R"({"items":[)";
    for (const std::string& item : page.items) {
        if (text.back() != '[') text += ',';
        text += item;
    }
    text += R"(],"next":)";
    text += page.last.empty() ? "null" : fmt::format(R"("{}")", page.last);
    text += '}';
    return json_text(std::move(text));
}

http_response refusal(const registry::list_verdict& verdict, const std::optional<std::string>& current) {
    const std::string& word = verdict.word;
    if (word == "not_found") return problem(fault::not_found);
    if (word == "not_allowed") return problem(fault::not_allowed);
    if (word == "own_request") return problem(fault::own_request);
    boost::json::object more;
    if (current) more["current"] = boost::json::parse(*current);
    if (word == "stale") return problem(fault::stale, {}, std::move(more));
    if (word == "same_file") {
        more["reason"] = "same_file";
        more["current"] = boost::json::object{{"list", verdict.other}};
        return problem(fault::conflict, "The same rows are on another list of this cycle.", std::move(more));
    }
    if (word == "empty") {
        more["faults"] = boost::json::array{boost::json::object{{"field", "file"}, {"code", "empty"}}};
        return problem(fault::invalid, "The file has no row.", std::move(more));
    }
    if (word == "not_as_signed") {
        more["reason"] = "not_as_signed";
        return problem(fault::conflict, "The rows are not those that were locked.", std::move(more));
    }
    return problem(fault::wrong_state, {}, std::move(more));
}

}  // namespace mlango::console
