#include "base/log.hpp"

#include <gtest/gtest.h>

#include <regex>
#include <set>
#include <sstream>
#include <thread>
#include <vector>

using namespace mlango;

TEST(log, lines_of_several_threads_are_whole) {
    constexpr int threads = 4;
    constexpr int lines = 500;
    testing::internal::CaptureStderr();
    {
        std::vector<std::jthread> writers;
        for (int t = 0; t < threads; ++t)
            writers.emplace_back([t] {
                for (int n = 0; n < lines; ++n) log_info("written", {{"thread", t}, {"n", n}, {"text", "two words"}});
            });
    }
    std::istringstream out(testing::internal::GetCapturedStderr());
    const std::regex form(
        R"re(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z info written (thread=\d n=\d+) text="two words")re");
    std::set<std::string> seen;
    std::smatch parts;
    for (std::string line; std::getline(out, line);) {
        ASSERT_TRUE(std::regex_match(line, parts, form)) << line;
        seen.insert(parts[1]);
    }
    EXPECT_EQ(seen.size(), std::size_t{threads} * lines);
}
