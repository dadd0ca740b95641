#include "server/config/camara_config.hpp"

#include <algorithm>

namespace mlango::server {

using namespace std::chrono_literals;

namespace {

// MLANGO_CAMARA_<NAME>_CLIENT_SECRET
std::string variable_of(std::string name) {
    std::ranges::transform(name, name.begin(), [](char c) {
        return c >= 'a' && c <= 'z'                               ? static_cast<char>(c - 'a' + 'A')
               : (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ? c
                                                                  : '_';
    });
    return "MLANGO_CAMARA_" + name + "_CLIENT_SECRET";
}

}  // namespace

void read_camara(const YAML::Node& node, const std::string& path, const config_surroundings& at,
                 gsm::camara::camara_settings& out) {
    {
        yaml_reader yaml(node, path, at.faults);
        yaml.read("name", out.name);
        yaml.read("api_root", out.api_root);
        yaml.read("token_url", out.token_url);
        yaml.read("client_id", out.client_id);
        out.client_secret = at.secret(yaml, "client_secret", variable_of(out.name));
        yaml.read("sim_swap_path", out.sim_swap_path);
        yaml.read("number_recycling_path", out.number_recycling_path);
        yaml.read("scope", out.scope);
        yaml.read("prefixes", out.prefixes);
        yaml.read_time("patience", out.patience, 100ms, 30s);
    }
    for (const auto& fault : gsm::camara::faults_of(out)) at.faults.push_back(path + ": " + fault);
}

}  // namespace mlango::server
