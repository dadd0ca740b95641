#include "server/config/gsup_config.hpp"

#include "server/config/profile_config.hpp"

namespace mlango::server {

using namespace std::chrono_literals;

void read_hlr(const YAML::Node& node, const std::string& path, std::vector<std::string>& faults,
              gsm::gsup::hlr_settings& out) {
    {
        yaml_reader yaml(node, path, faults);
        yaml.read("name", out.name);
        yaml.read("euse", out.euse);
        yaml.read("address", out.address);
        yaml.read_number("port", out.port, 1, 65'535);
        yaml.read("control_address", out.control_address);
        yaml.read_number("control_port", out.control_port, 1, 65'535);
        yaml.read("number_prefix", out.number_prefix);
        yaml.read_time("numbers_kept", out.numbers_kept, 0ms, 1h);
        yaml.read_number("dialogues", out.dialogues, 1, 100'000);
        yaml.read("hops_per_second", out.hops_per_second, 0, 1'000'000);
        yaml_reader profile(yaml.child("profile"), path + ".profile", faults);
        read_profile(profile, out.profile);
    }
    for (const auto& fault : gsm::gsup::faults_of(out)) faults.push_back(path + ": " + fault);
}

}  // namespace mlango::server
