#include "registry/staff/search_words.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace mlango::registry {
namespace {

const std::vector<std::string> here = {"KEN", "UGA"};

bool has(const std::vector<std::string>& all, std::string_view one) {
    return std::ranges::find(all, one) != all.end();
}

TEST(search_words, a_household_is_found_by_any_form_of_its_number) {
    for (const char* typed : {"KEN-24-2082418", "KEN-24C2082418", "KEN24C2082418", "ken 24 c 2082418", "KEN242082418",
                              " ken-24-2082418 ", "KEN/24/2082418", "KEN-24-2O824I8", "24C2082418", "24-2082418",
                              "KEN-٢٤-٢٠٨٢٤١٨", "ken-۲۴-۲۰۸۲۴۱۸", "KEN–24–2082418"}) {
        EXPECT_TRUE(has(read_search(typed, here).household_keys, "KEN242082418")) << typed;
    }
    EXPECT_TRUE(has(read_search("24C2082418", here).household_keys, "UGA242082418"));
    EXPECT_TRUE(has(read_search("２４-２０８２４１８", here).household_keys, "KEN242082418"));
    EXPECT_FALSE(has(read_search("24C2082418", {}).household_keys, "KEN242082418"));
    EXPECT_TRUE(read_search("KEN-24-2082", here).household_keys.empty());
    EXPECT_TRUE(read_search("KEN-24-20824181", here).household_keys.empty());
}

TEST(search_words, a_person_is_found_by_any_form_of_her_number) {
    for (const char* typed :
         {"KEN-244000032", "ken244000032", "KEN 244 000 032", "KEN-2440OOO32", "244000032", "KEN-٢٤٤٠٠٠٠٣٢"})
        EXPECT_TRUE(has(read_search(typed, here).individual_numbers, "KEN-244000032")) << typed;
    // Without the C both may be meant.
    EXPECT_TRUE(has(read_search("KEN-244000032", here).household_keys, "KEN244000032"));
}

TEST(search_words, a_telephone_number_keeps_its_plus) {
    EXPECT_EQ(read_search("+254 711 000-001", here).telephone, "+254711000001");
    EXPECT_EQ(read_search("0711 000 001", here).telephone, "0711000001");
    EXPECT_EQ(read_search("٠٧١١٠٠٠٠٠١", here).telephone, "0711000001");
    EXPECT_EQ(read_search("(0711) 000.001", here).telephone, "0711000001");
    EXPECT_EQ(read_search("KEN-244000032", here).telephone, "");
    EXPECT_EQ(read_search("123456", here).telephone, "");
    EXPECT_EQ(read_search("12+3456789", here).telephone, "");
}

TEST(search_words, a_document_is_looked_for_as_it_may_be_written) {
    EXPECT_EQ(read_search("ab 12-3456", here).documents,
              (std::vector<std::string>{"AB123456", "ab 12-3456", "AB 12-3456"}));
    EXPECT_EQ(read_search("AB123456", here).documents, (std::vector<std::string>{"AB123456"}));
}

TEST(search_words, what_has_few_digits_is_a_name) {
    EXPECT_EQ(read_search("Nyandeng Deng", here).name.words.size(), 2u);
    EXPECT_TRUE(read_search("Nyandeng Deng", here).documents.empty());
    EXPECT_TRUE(read_search("KEN-244000032", here).name.words.empty());
    EXPECT_TRUE(read_search("", here).name.words.empty());
    EXPECT_TRUE(read_search("   ", here).documents.empty());
    EXPECT_TRUE(read_search(std::string(300, '7'), here).documents.empty());
    EXPECT_TRUE(read_search(std::string(300, '7'), here).telephone.empty());
}

}  // namespace
}  // namespace mlango::registry
