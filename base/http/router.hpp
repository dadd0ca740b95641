// Finds the handler of a method and a path. Caller: the server's connections, once a request.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/http/server.hpp"

namespace mlango {

class router {
public:
    // Throws std::invalid_argument on a path that does not begin with '/', on a "{rest...}" that is not the last
    // segment, and on a method and path given twice.
    explicit router(std::vector<http_route> routes);
    router(const router&) = delete;
    router& operator=(const router&) = delete;

    struct match {
        const http_route* route = nullptr;
        const std::string* allowed = nullptr;  // of a path that exists for other methods: the value of Allow
    };
    // A path without variables goes before one with; among those the first given wins. HEAD falls back to GET.
    [[nodiscard]] match find(std::string_view method, std::string_view path) const;

private:
    struct entry {
        std::vector<const http_route*> routes;
        std::string allowed;
        [[nodiscard]] const http_route* of(std::string_view method) const;
    };
    struct pattern {
        std::vector<std::string> segments;  // "{}": any one
        bool rest = false;
        entry methods;
        [[nodiscard]] bool matches(std::string_view path) const;
    };
    struct text_hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
    };

    void add(entry& methods, const http_route& route);

    std::vector<http_route> routes_;
    std::unordered_map<std::string, entry, text_hash, std::equal_to<>> exact_;
    std::vector<pattern> patterns_;  // in the order given
};

}  // namespace mlango
