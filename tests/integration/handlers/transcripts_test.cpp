// Every conversation of tests/transcripts, one test a file; those in every language, one a file and language.
#include "tests/integration/handlers/transcript_everywhere.hpp"

namespace mlango::test {
namespace {

std::vector<std::filesystem::path> transcript_files() {
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(MLANGO_SOURCE_DIR "/tests/transcripts"))
        if (entry.path().extension() == ".txt") files.push_back(entry.path());
    std::ranges::sort(files);
    return files;
}

std::string text_of(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::ostringstream held;
    held << in.rdbuf();
    return held.str();
}

std::vector<std::filesystem::path> transcripts_for(bool everywhere) {
    auto files = transcript_files();
    std::erase_if(files, [&](const auto& file) { return parse_transcript(text_of(file)).everywhere != everywhere; });
    return files;
}

class transcripts : public testing::TestWithParam<std::filesystem::path> {};

TEST_P(transcripts, read_as_written) {
    transcript_run(GetParam()).run();
}

INSTANTIATE_TEST_SUITE_P(played, transcripts, testing::ValuesIn(transcripts_for(false)),
                         [](const auto& info) { return info.param.stem().string(); });

class transcripts_everywhere : public testing::TestWithParam<std::tuple<std::filesystem::path, std::string>> {};

TEST_P(transcripts_everywhere, hold_on_every_kind_of_gateway) {
    const auto& [file, language] = GetParam();
    const auto parsed = parse_transcript(text_of(file));
    for (const auto& fault : parsed.faults) ADD_FAILURE_AT(file.c_str(), fault.line) << fault.what;
    ASSERT_TRUE(parsed.faults.empty());
    ASSERT_TRUE(parsed.expects) << "nothing is expected in this transcript";
    for (const auto& profile : test_profiles) everywhere_run(file, language, profile).run(parsed);
}

INSTANTIATE_TEST_SUITE_P(played, transcripts_everywhere,
                         testing::Combine(testing::ValuesIn(transcripts_for(true)),
                                          testing::Values("en", "sw", "fr", "ar", "am", "so")),
                         [](const auto& info) {
                             return std::get<0>(info.param).stem().string() + "_" + std::get<1>(info.param);
                         });

TEST(transcript_folder, has_a_conversation_of_every_demo_person) {
    std::string all;
    for (const auto& file : transcript_files()) all += text_of(file);
    for (const auto& person : registry::demo_people())
        EXPECT_NE(all.find("as " + person.msisdn + "\n"), std::string::npos)
            << person.msisdn << ", " << person.situation;
}

}  // namespace
}  // namespace mlango::test
