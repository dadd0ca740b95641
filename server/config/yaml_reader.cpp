#include "server/config/yaml_reader.hpp"

#include <fmt/format.h>

namespace mlango::server {

namespace {

template <class Number>
bool parse_whole(const std::string& text, Number& out) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    return error == std::errc() && end == text.data() + text.size();
}

}  // namespace

yaml_reader::yaml_reader(YAML::Node node, std::string path, std::vector<std::string>& faults)
    : node_(std::move(node)), path_(std::move(path)), faults_(faults) {
    if (node_ && !node_.IsNull() && !node_.IsMap()) {
        faults_.push_back(fmt::format("line {}: {} should be a mapping (key: value)", node_.Mark().line + 1, path_));
        node_ = YAML::Node();
    }
}

yaml_reader::~yaml_reader() {
    if (!node_ || !node_.IsMap()) return;
    for (const auto& entry : node_) {
        const auto key = entry.first.as<std::string>("");
        if (!asked_.contains(key))
            faults_.push_back(fmt::format("line {}: {} is not known", entry.first.Mark().line + 1, path_of(key)));
    }
}

std::string yaml_reader::path_of(const std::string& key) const {
    return path_.empty() ? key : path_ + "." + key;
}

YAML::Node yaml_reader::child(const std::string& key) {
    asked_.insert(key);
    if (!node_ || !node_.IsMap()) return YAML::Node(YAML::NodeType::Undefined);
    const YAML::Node& constant = node_;
    return constant[key];
}

bool yaml_reader::has(const std::string& key) {
    return static_cast<bool>(child(key));
}

void yaml_reader::fault(const std::string& key, const std::string& what) {
    const auto node = child(key);
    const int line = node ? node.Mark().line + 1 : (node_ ? node_.Mark().line + 1 : 0);
    faults_.push_back(fmt::format("line {}: {} {}", line, path_of(key), what));
}

YAML::Node yaml_reader::scalar(const std::string& key) {
    auto node = child(key);
    if (node && !node.IsScalar()) {
        fault(key, "should be a single value");
        return YAML::Node(YAML::NodeType::Undefined);
    }
    return node;
}

void yaml_reader::read(const std::string& key, std::string& out) {
    if (const auto node = scalar(key)) out = node.Scalar();
}

void yaml_reader::read(const std::string& key, bool& out) {
    const auto node = scalar(key);
    if (!node) return;
    if (node.Scalar() == "true")
        out = true;
    else if (node.Scalar() == "false")
        out = false;
    else
        fault(key, "should be true or false");
}

void yaml_reader::read(const std::string& key, double& out, double least, double most) {
    const auto node = scalar(key);
    if (!node) return;
    double value = 0;
    if (!parse_whole(node.Scalar(), value) || !(value >= least && value <= most))
        fault(key, fmt::format("should be a number from {} to {}", least, most));
    else
        out = value;
}

void yaml_reader::read(const std::string& key, std::vector<std::string>& out) {
    const auto node = child(key);
    if (!node) return;
    if (!node.IsSequence()) return fault(key, "should be a list");
    out.clear();
    for (const auto& item : node) {
        if (item.IsScalar())
            out.push_back(item.Scalar());
        else
            fault(key, "should be a list of single values");
    }
}

bool yaml_reader::number(const std::string& key, std::int64_t& out, std::int64_t least, std::int64_t most) {
    const auto node = scalar(key);
    if (!node) return false;
    std::int64_t value = 0;
    if (!parse_whole(node.Scalar(), value) || value < least || value > most) {
        fault(key, fmt::format("should be a whole number from {} to {}", least, most));
        return false;
    }
    out = value;
    return true;
}

bool yaml_reader::time(const std::string& key, std::chrono::milliseconds& out, std::chrono::milliseconds least,
                       std::chrono::milliseconds most) {
    const auto node = scalar(key);
    if (!node) return false;
    const std::string& text = node.Scalar();
    const std::size_t unit_at = text.find_first_not_of("0123456789");
    std::int64_t value = 0;
    std::int64_t factor = 0;
    if (unit_at != std::string::npos && unit_at != 0 && parse_whole(text.substr(0, unit_at), value)) {
        const std::string unit = text.substr(unit_at);
        if (unit == "ms")
            factor = 1;
        else if (unit == "s")
            factor = 1'000;
        else if (unit == "min")
            factor = 60'000;
        else if (unit == "h")
            factor = 3'600'000;
    }
    const std::chrono::milliseconds time(factor > 0 && value < 1'000'000'000 ? value * factor : -1);
    if (time < least || time > most) {
        fault(key, fmt::format("should be a time like 250ms, 10s or 3min, from {} ms to {} ms", least.count(),
                               most.count()));
        return false;
    }
    out = time;
    return true;
}

}  // namespace mlango::server
