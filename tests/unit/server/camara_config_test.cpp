#include "server/config/camara_config.hpp"

#include <gtest/gtest.h>

namespace mlango::server {
namespace {

struct read_outcome {
    gsm::camara::camara_settings settings;
    std::vector<std::string> faults;
    std::string asked_variable;
};

read_outcome read(const std::string& yaml) {
    read_outcome out;
    const config_surroundings around{.secret =
                                         [&](yaml_reader& of, const std::string& key, const std::string& variable) {
                                             out.asked_variable = variable;
                                             if (of.has(key)) of.fault(key, "is a secret");
                                             return std::string("s3cret");
                                         },
                                     .located = [](const std::string& path) { return path; },
                                     .faults = out.faults};
    read_camara(YAML::Load(yaml), "camara[0]", around, out.settings);
    return out;
}

TEST(camara_config, is_read) {
    const auto all = read(
        "{name: safari-ke, api_root: 'https://api.example/camara', token_url: 'https://api.example/token',"
        " client_id: mlango, prefixes: ['25470', '25471'], patience: 800ms, number_recycling_path: ''}");
    EXPECT_TRUE(all.faults.empty()) << all.faults.front();
    EXPECT_EQ(all.settings.name, "safari-ke");
    EXPECT_EQ(all.settings.client_secret, "s3cret");
    EXPECT_EQ(all.asked_variable, "MLANGO_CAMARA_SAFARI_KE_CLIENT_SECRET");
    EXPECT_EQ(all.settings.prefixes.size(), 2U);
    EXPECT_EQ(all.settings.patience, std::chrono::milliseconds(800));
    EXPECT_EQ(all.settings.sim_swap_path, "/sim-swap/v2/check");
    EXPECT_TRUE(all.settings.number_recycling_path.empty());
}

TEST(camara_config, tells_every_fault) {
    const auto all = read("{api_root: 'http://api.example/', token_url: x, client_id: c, colour: red, patience: 1h}");
    EXPECT_EQ(all.faults.size(), 5U) << "colour, patience, name, api_root, token_url";
    for (const auto& fault : all.faults) EXPECT_NE(fault.find("camara[0]"), std::string::npos) << fault;
}

}  // namespace
}  // namespace mlango::server
