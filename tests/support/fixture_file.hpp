// A recorded exchange of tests/fixtures/gateways: lines of comment, then sections "= title" with a body.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace mlango::testing_support {

struct fixture_section {
    std::string title;  // "request POST /ussd/…", after "= "
    std::string body;   // without its last newline
    [[nodiscard]] bool is(std::string_view first_word) const {
        return title == first_word || title.starts_with(std::string(first_word) + ' ');
    }
};

struct fixture_file {
    std::string about;
    std::vector<fixture_section> sections;
    [[nodiscard]] const fixture_section* find(std::string_view first_word) const {
        for (const fixture_section& one : sections) {
            if (one.is(first_word)) return &one;
        }
        return nullptr;
    }
};

inline fixture_file read_fixture(const std::filesystem::path& file) {
    fixture_file read;
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);) {
        if (line.starts_with("= ")) {
            read.sections.push_back({line.substr(2), ""});
        } else if (read.sections.empty()) {
            read.about += line;
        } else {
            std::string& body = read.sections.back().body;
            body += (body.empty() ? "" : "\n") + line;
        }
    }
    return read;
}

}  // namespace mlango::testing_support
