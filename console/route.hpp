// A route of the staff API as its door states it: the guard (console/guard.hpp) has found out who asks, that she has
// the permission somewhere, that a change comes from our own page, and has read the body, before the handler is called.
#pragma once

#include <boost/json.hpp>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/http/message.hpp"
#include "base/task.hpp"
#include "console/caller.hpp"

namespace mlango::console {

// What a signed-in person asks. Lives until the handler's task ends.
struct asked {
    http_request& http;
    const caller& who;
    boost::json::object body;  // of POST, PUT, PATCH with JSON; empty otherwise

    // The n-th segment below /api/staff/v1, from 0, decoded: "cases" of /api/staff/v1/cases/17 is 0.
    [[nodiscard]] std::string segment(std::size_t n) const;
    // That segment as a record's key; 0 when it is none.
    [[nodiscard]] std::int64_t key(std::size_t n) const;
    // A field of the query; empty when absent.
    [[nodiscard]] std::string query(std::string_view name) const;
    // A number of the query within bounds; `otherwise` when it is absent or none.
    [[nodiscard]] std::int64_t query_number(std::string_view name, std::int64_t least, std::int64_t most,
                                            std::int64_t otherwise) const;
};

enum class body_kind {
    none,
    json,  // one object
    raw,   // as it came (http.body): pieces of uploads
};

struct staff_route {
    std::string_view method;
    std::string_view path;        // below /api/staff/v1: "/cases/{id}/approval"
    std::string_view permission;  // "cases.decide"; empty: whoever is signed in
    std::function<task<http_response>(asked&)> handler;
    body_kind body = body_kind::json;  // of POST, PUT, PATCH; GET and DELETE have none
    // What the page asks by itself keeps no session alive; so does whatever carries X-Mlango-Background: 1.
    bool by_itself = false;
};

}  // namespace mlango::console
