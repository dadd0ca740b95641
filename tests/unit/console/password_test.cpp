#include <gtest/gtest.h>

#include "console/sign_in_door.hpp"

namespace mlango::console {
namespace {

TEST(password, is_long_and_none_that_is_tried_first) {
    struct row {
        std::string_view password, weakness;
    };
    for (const auto& [password, weakness] :
         {row{"", "short"}, row{"elevenchars", "short"}, row{"ééééééééééé", "short"}, row{"éé éé éé éé é", "common"},
          row{"my name is Amina ok", "name"}, row{"aaaaaaaaaaaa", "common"}, row{"abababababab", "common"},
          row{"123456789012", "common"}, row{"QWERTYUIOPAS", "common"}, row{"password1234", "common"},
          row{"Welcome12345", "common"}, row{"PasswordPassword", "common"}, row{"a boat, a lamp", ""},
          row{"correct horse battery staple", ""}, row{"password of my own making", ""}, row{"مصباح على النهر", ""}})
        EXPECT_EQ(weakness_of(password, "amina"), weakness) << password;
    EXPECT_EQ(weakness_of(std::string(201, 'a') + "bcdefgh", "amina"), "long");
    EXPECT_EQ(weakness_of("a boat, a lamp", ""), "");
}

}  // namespace
}  // namespace mlango::console
