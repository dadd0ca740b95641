// Every conversation of tests/transcripts, one test a file.
#include "tests/integration/handlers/transcript_run.hpp"

namespace mlango::test {
namespace {

std::vector<std::filesystem::path> transcript_files() {
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(MLANGO_SOURCE_DIR "/tests/transcripts"))
        if (entry.path().extension() == ".txt") files.push_back(entry.path());
    std::ranges::sort(files);
    return files;
}

class transcripts : public testing::TestWithParam<std::filesystem::path> {};

TEST_P(transcripts, read_as_written) {
    transcript_run(GetParam()).run();
}

INSTANTIATE_TEST_SUITE_P(played, transcripts, testing::ValuesIn(transcript_files()),
                         [](const auto& info) { return info.param.stem().string(); });

TEST(transcript_folder, has_a_conversation_of_every_demo_person) {
    std::string all;
    for (const auto& file : transcript_files()) {
        std::ifstream in(file, std::ios::binary);
        std::ostringstream held;
        held << in.rdbuf();
        all += held.str();
    }
    for (const auto& person : registry::demo_people())
        EXPECT_NE(all.find("as " + person.msisdn + "\n"), std::string::npos)
            << person.msisdn << ", " << person.situation;
}

}  // namespace
}  // namespace mlango::test
