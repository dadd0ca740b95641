#include "gsm/gateway.hpp"

namespace mlango::gsm {
namespace {

class http_sms_gateway final : public sms_gateway {
public:
    http_sms_gateway(const gateway_settings& settings, http_client& client)
        : account_(sms_account_of(settings)), dialect_(make_sms_dialect(sms_dialect_of(settings))), client_(client) {}

    task<std::expected<sms_accepted, submit_failure>> submit(const sms_out& message, deadline until) override {
        co_return dialect_->submit_result(message,
                                          co_await client_.send(dialect_->submit_request(account_, message), until));
    }

    task<std::optional<sms_receipt>> query(const sms_out& message, std::string_view provider_id,
                                           deadline until) override {
        const std::string id(provider_id);
        auto request = dialect_->query_request(account_, message, id);
        if (!request) co_return std::nullopt;
        const auto got = co_await client_.send(std::move(*request), until);
        if (!got) co_return std::nullopt;
        co_return dialect_->query_result(account_, message, id, *got);
    }

    // Half of what the client opens to one origin, so that queries find a connection.
    [[nodiscard]] std::size_t window() const override { return 8; }
    [[nodiscard]] std::string_view name() const override { return account_.gateway; }

private:
    sms_account account_;
    std::unique_ptr<sms_dialect> dialect_;
    http_client& client_;
};

}  // namespace

std::unique_ptr<sms_gateway> make_sms_gateway(const gateway_settings& settings, http_client& client) {
    return std::make_unique<http_sms_gateway>(settings, client);
}

}  // namespace mlango::gsm
