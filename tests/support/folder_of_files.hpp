// A folder that holds the files a test wrote, and goes with it.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace mlango::test {

class folder_of_files {
public:
    folder_of_files() {
        const auto* running = ::testing::UnitTest::GetInstance()->current_test_info();
        path_ = std::filesystem::path(::testing::TempDir()) /
                (std::string("mlango.") + running->test_suite_name() + "." + running->name() + "." +
                 std::to_string(::getpid()) + "." + std::to_string(++made_));
        std::filesystem::create_directories(path_);
    }
    folder_of_files(const folder_of_files&) = delete;
    folder_of_files& operator=(const folder_of_files&) = delete;
    ~folder_of_files() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }

    std::filesystem::path write(std::string_view name, std::string_view content) const {
        const auto file = path_ / name;
        std::ofstream(file, std::ios::binary) << content;
        return file;
    }
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

private:
    static inline int made_ = 0;
    std::filesystem::path path_;
};

}  // namespace mlango::test
