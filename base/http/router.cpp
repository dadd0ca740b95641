#include "base/http/router.hpp"

#include <algorithm>
#include <stdexcept>

#include "base/bytes.hpp"
#include "base/http/text.hpp"

namespace mlango {

namespace {

// Takes the first segment off "/a/b"; nullopt when nothing is left.
std::optional<std::string_view> next_segment(std::string_view& path) {
    if (!path.starts_with('/')) return std::nullopt;
    path.remove_prefix(1);
    const std::string_view segment = path.substr(0, path.find('/'));
    path.remove_prefix(segment.size());
    return segment;
}

bool is_variable(std::string_view segment) {
    return segment.size() > 2 && segment.starts_with('{') && segment.ends_with('}');
}

}  // namespace

std::string path_segment(std::string_view path, std::size_t index) {
    for (std::size_t i = 0;; ++i) {
        const auto segment = next_segment(path);
        if (!segment) return {};
        if (i != index) continue;
        auto text = percent_decode(*segment, false);
        return text && is_utf8(*text) ? std::move(*text) : std::string();
    }
}

router::router(std::vector<http_route> routes) : routes_(std::move(routes)) {
    for (const http_route& route : routes_) {
        pattern parts;
        bool variable = false;
        std::string_view path = route.path;
        while (const auto segment = next_segment(path)) {
            if (parts.rest) throw std::invalid_argument("route " + route.path + ": {rest...} must be the last segment");
            if (!is_variable(*segment)) {
                parts.segments.emplace_back(*segment);
                continue;
            }
            variable = true;
            parts.rest = segment->ends_with("...}");
            if (!parts.rest) parts.segments.emplace_back("{}");
        }
        if (!path.empty() || route.path.empty())
            throw std::invalid_argument("route " + route.path + ": the path must begin with '/'");
        if (!variable) {
            add(exact_[route.path], route);
            continue;
        }
        const auto same = std::find_if(patterns_.begin(), patterns_.end(), [&](const pattern& known) {
            return known.segments == parts.segments && known.rest == parts.rest;
        });
        if (same != patterns_.end()) {
            add(same->methods, route);
        } else {
            add(parts.methods, route);
            patterns_.push_back(std::move(parts));
        }
    }
}

void router::add(entry& methods, const http_route& route) {
    for (const http_route* known : methods.routes)
        if (known->method == route.method)
            throw std::invalid_argument("route " + route.method + " " + route.path + " is given twice");
    methods.routes.push_back(&route);
    if (!methods.allowed.empty()) methods.allowed += ", ";
    methods.allowed += route.method == "GET" ? "GET, HEAD" : route.method;
}

const http_route* router::entry::of(std::string_view method) const {
    for (const http_route* route : routes)
        if (route->method == method) return route;
    return method == "HEAD" ? of("GET") : nullptr;
}

bool router::pattern::matches(std::string_view path) const {
    for (const std::string& wanted : segments) {
        const auto segment = next_segment(path);
        if (!segment) return false;
        const bool any = wanted == "{}";
        if (any ? segment->empty() : *segment != wanted) return false;
    }
    return rest ? path.starts_with('/') : path.empty();
}

router::match router::find(std::string_view method, std::string_view path) const {
    match found;
    if (const auto exact = exact_.find(path); exact != exact_.end()) {
        found.route = exact->second.of(method);
        if (found.route != nullptr) return found;
        found.allowed = &exact->second.allowed;
    }
    for (const pattern& candidate : patterns_) {
        if (!candidate.matches(path)) continue;
        found.route = candidate.methods.of(method);
        if (found.route != nullptr) return {.route = found.route, .allowed = nullptr};
        if (found.allowed == nullptr) found.allowed = &candidate.methods.allowed;
    }
    return found;
}

}  // namespace mlango
