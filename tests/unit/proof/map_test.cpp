#include "proof/map.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "proof/map_layout.hpp"
#include "tests/unit/proof/real_menu.hpp"

namespace mlango::proof {
namespace {

const templates::edition& real() {
    static const auto made = templates::edition::load(real_sources());
    if (!made) throw std::runtime_error(made.error().front());
    return **made;
}

// Open and closed elements match, attributes are quoted: what a browser needs to draw it.
std::string broken_at(std::string_view xml) {
    std::vector<std::string> open;
    for (std::size_t at = xml.find('<'); at != std::string_view::npos; at = xml.find('<', at)) {
        const std::size_t end = xml.find('>', at);
        if (end == std::string_view::npos) return "an element without end";
        const std::string_view element = xml.substr(at + 1, end - at - 1);
        at = end + 1;
        if (element.starts_with('/')) {
            if (open.empty() || open.back() != element.substr(1)) return std::string(element);
            open.pop_back();
            continue;
        }
        if (std::ranges::count(element, '"') % 2 != 0 || element.find('<') != element.npos) return std::string(element);
        if (!element.ends_with('/')) open.emplace_back(element.substr(0, element.find(' ')));
    }
    return open.empty() ? "" : open.back();
}

TEST(map, draws_every_screen_once_with_a_title_for_who_cannot_see_it) {
    const std::string drawn = map_of(real(), {});
    EXPECT_EQ(broken_at(drawn), "");
    EXPECT_TRUE(drawn.starts_with("<svg "));
    EXPECT_NE(drawn.find("<title id=\"title\">"), std::string::npos);
    EXPECT_NE(drawn.find("<desc id=\"desc\">"), std::string::npos);
    for (const auto& screen : real().screens.screens()) {
        const std::string box = "<g><title>" + screen.name + ": ";
        const auto at = drawn.find(box);
        ASSERT_NE(at, std::string::npos) << screen.name;
        EXPECT_EQ(drawn.find(box, at + 1), std::string::npos) << screen.name;
    }
}

TEST(map, no_two_boxes_stand_in_one_place_and_each_is_in_its_band) {
    const map_layout at = lay_out(real().screens);
    std::set<std::pair<int, int>> taken;
    for (std::size_t i = 0; i < at.screens.size(); ++i) {
        ASSERT_TRUE(at.screens[i].placed);
        EXPECT_TRUE(taken.insert({at.screens[i].column, at.screens[i].line}).second);
        const auto band = std::ranges::find(at.bands, real().screens.screens()[i].subject, &band::subject);
        ASSERT_NE(band, at.bands.end());
        EXPECT_GE(at.screens[i].line, band->first_line);
        EXPECT_LT(at.screens[i].line, band->first_line + band->lines);
    }
    EXPECT_EQ(at.screens[real().screens.entry()].column, 0);
    EXPECT_EQ(at.screens[real().screens.root()].column, 1);
}

TEST(map, shows_how_many_leave) {
    const auto figures = read_figures("screen,shown,left\nhome,200,30\nnowhere,1,1\r\n");
    ASSERT_TRUE(figures);
    const std::string drawn = map_of(real(), *figures);
    EXPECT_EQ(broken_at(drawn), "");
    EXPECT_NE(drawn.find("shown 200, left 30 (15 %)"), std::string::npos);
    EXPECT_EQ(drawn.find("nowhere"), std::string::npos);
}

TEST(map, figures_that_are_none_are_told_with_their_line) {
    const auto exported = read_figures("\xef\xbb\xbfscreen,shown,answered,ended,left\r\nhome,200,150,20,30\r\n");
    ASSERT_TRUE(exported) << exported.error();
    EXPECT_EQ(exported->front().left, 30U) << "as the console writes it";
    EXPECT_EQ(read_figures("screen,shown\nhome,2").error(), "line 1: has no column left");
    for (const std::string_view csv : {"screen,shown,left\nhome,2", "screen,shown,left\nhome,2,x", "\nhome,-1,2"}) {
        const auto read = read_figures(csv);
        ASSERT_FALSE(read) << csv;
        EXPECT_EQ(read.error(), "line 2: should be screen,shown,left") << csv;
    }
    EXPECT_TRUE(read_figures("")->empty());
}

}  // namespace
}  // namespace mlango::proof
