#include "gsm/smpp/reach.hpp"

#include <gtest/gtest.h>

#include <deque>

#include "tests/support/test_loop.hpp"

namespace mlango::gsm::smpp {
namespace {

using namespace std::chrono_literals;
using tcp = asio::ip::tcp;

class smpp_reach : public testing::Test, protected test::test_loop {
protected:
    smpp_reach() : test_loop(20s) {
        // Linux answers no further SYN when nobody takes those that came before.
        silent.open(tcp::v4());
        silent.bind({asio::ip::make_address("127.0.0.2"), 0});
        silent.listen(0);
        for (int i = 0; i < 4; ++i)
            before.emplace_back(context).async_connect(silent.local_endpoint(), [](const auto&) {});
        context.run_for(100ms);
    }
    bool reaches(std::vector<tcp::endpoint> addresses, std::chrono::milliseconds patience) {
        began = std::chrono::steady_clock::now();
        const bool done = wait(reach(socket, std::move(addresses), began + patience));
        took = std::chrono::steady_clock::now() - began;
        return done;
    }

    tcp::acceptor silent{context};
    std::deque<tcp::socket> before;
    tcp::acceptor polite{context, {asio::ip::make_address("127.0.0.1"), 0}};
    plain_socket socket{context};
    std::chrono::steady_clock::time_point began;
    std::chrono::steady_clock::duration took{};
};

TEST_F(smpp_reach, the_second_address_when_the_first_answers_nothing) {
    EXPECT_TRUE(reaches({silent.local_endpoint(), polite.local_endpoint()}, 1s));
    EXPECT_EQ(socket.remote_endpoint(), polite.local_endpoint());
    EXPECT_GE(took, 400ms);
}

TEST_F(smpp_reach, the_next_at_once_when_one_refuses) {
    tcp::endpoint nobody;
    {
        tcp::acceptor gone(context, {asio::ip::make_address("127.0.0.3"), 0});
        nobody = gone.local_endpoint();
    }
    EXPECT_TRUE(reaches({nobody, polite.local_endpoint()}, 10s));
    EXPECT_LT(took, 4s);
}

TEST_F(smpp_reach, nobody_in_the_time_there_is) {
    EXPECT_FALSE(reaches({silent.local_endpoint(), silent.local_endpoint()}, 400ms));
    EXPECT_GE(took, 350ms);
    EXPECT_FALSE(socket.is_open());
    EXPECT_FALSE(reaches({}, 400ms));
}

}  // namespace
}  // namespace mlango::gsm::smpp
