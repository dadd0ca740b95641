// Notices that nobody dialled for.
#include "tests/unit/gsm/gsup_played_hlr.hpp"

namespace mlango::gsm::gsup {
namespace {

TEST(gsup_link, notices_end_in_a_confirmation_a_refusal_or_neither) {
    played_hlr hlr;
    hlr.connect();
    const auto send = [&] {
        const auto id = hlr.euse.notify(imsi, "Look", 30s, hlr.now);
        EXPECT_NE(id, 0u);
        const auto from = hlr.next();
        EXPECT_TRUE(from.has_value());
        EXPECT_EQ(from->state, session_state::begin);
        EXPECT_EQ(from->type, message_type::ss_request);
        const auto inside = read_component(from->component);
        EXPECT_EQ(std::get<invoke>(*inside).what, operation::unstructured_notify);
        return std::pair(id, *from->session);
    };
    auto [first, first_session] = send();
    auto done =
        only<notified>(hlr.phone(message_type::ss_result, session_state::end, return_result{1, {}, {}}, first_session));
    EXPECT_EQ(done.id, first);
    EXPECT_EQ(done.end, notice_end::acknowledged);

    auto [second, second_session] = send();
    EXPECT_NE(first_session, second_session);
    done =
        only<notified>(hlr.phone(message_type::ss_result, session_state::end, return_error{1, 0x1f}, second_session));
    EXPECT_EQ(done.end, notice_end::refused);

    auto [third, third_session] = send();
    done = only<notified>(
        hlr.phone(message_type::ss_result, session_state::go_on, return_result{1, {}, {}}, third_session));
    EXPECT_EQ(done.end, notice_end::acknowledged);

    auto [fourth, fourth_session] = send();
    done = only<notified>(hlr.wait(30s));
    EXPECT_EQ(done.id, fourth);
    EXPECT_EQ(done.end, notice_end::unconfirmed);
    EXPECT_TRUE(
        hlr.phone(message_type::ss_result, session_state::end, return_result{1, {}, {}}, fourth_session).empty());

    EXPECT_EQ(hlr.euse.notify(imsi, std::string(300, 'x'), 30s, hlr.now), 0u);
    (void)hlr.euse.closed(hlr.now);
    EXPECT_EQ(hlr.euse.notify(imsi, "Look", 30s, hlr.now), 0u);
}

}  // namespace
}  // namespace mlango::gsm::gsup
