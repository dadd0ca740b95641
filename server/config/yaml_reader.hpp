// Reads a YAML mapping into typed fields and collects every fault (unknown key, wrong type, out of range) with its
// line, so that the operator mends the file once. Used by config.cpp only.
#pragma once

#include <yaml-cpp/yaml.h>

#include <charconv>
#include <chrono>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace mlango::server {

class yaml_reader {
public:
    // `path` is how faults name the mapping ("gateways[0].profile"); `faults` outlives the reader.
    yaml_reader(YAML::Node node, std::string path, std::vector<std::string>& faults);
    // Complains about the keys that nobody asked for.
    ~yaml_reader();
    yaml_reader(const yaml_reader&) = delete;

    [[nodiscard]] bool has(const std::string& key);
    void read(const std::string& key, std::string& out);
    void read(const std::string& key, bool& out);
    void read(const std::string& key, double& out, double least, double most);
    void read(const std::string& key, std::vector<std::string>& out);
    template <class Integer>
    void read_number(const std::string& key, Integer& out, std::int64_t least, std::int64_t most) {
        std::int64_t value = static_cast<std::int64_t>(out);
        if (number(key, value, least, most)) out = static_cast<Integer>(value);
    }
    // "10s", "250ms", "3min"; a bare number is refused, because it says no unit.
    template <class Duration>
    void read_time(const std::string& key, Duration& out, std::chrono::milliseconds least,
                   std::chrono::milliseconds most) {
        std::chrono::milliseconds value = std::chrono::duration_cast<std::chrono::milliseconds>(out);
        if (time(key, value, least, most)) out = std::chrono::duration_cast<Duration>(value);
    }
    // The node under a key, whatever it is; undefined when there is none.
    [[nodiscard]] YAML::Node child(const std::string& key);
    [[nodiscard]] std::string path_of(const std::string& key) const;
    void fault(const std::string& key, const std::string& what);

private:
    bool number(const std::string& key, std::int64_t& out, std::int64_t least, std::int64_t most);
    bool time(const std::string& key, std::chrono::milliseconds& out, std::chrono::milliseconds least,
              std::chrono::milliseconds most);
    YAML::Node scalar(const std::string& key);

    YAML::Node node_;
    std::string path_;
    std::vector<std::string>& faults_;
    std::set<std::string> asked_;
};

}  // namespace mlango::server
