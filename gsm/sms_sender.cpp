#include "gsm/sms_africastalking.hpp"

namespace mlango::gsm {
namespace {

class africastalking_sender final : public sms_gateway {
public:
    africastalking_sender(gateway_settings settings, http_client& client)
        : settings_(std::move(settings)), client_(client) {}

    task<std::expected<sms_accepted, submit_failure>> submit(const sms_out& message, deadline until) override {
        co_return submit_result(co_await client_.send(submit_request(settings_, message), until));
    }
    [[nodiscard]] std::string_view name() const override { return settings_.name; }

private:
    gateway_settings settings_;
    http_client& client_;
};

}  // namespace

std::unique_ptr<sms_gateway> make_sms_gateway(const gateway_settings& settings, http_client& client) {
    return std::make_unique<africastalking_sender>(settings, client);
}

}  // namespace mlango::gsm
