#include "sessions/redis_script.hpp"

#include <openssl/evp.h>

#include <stdexcept>

#include "base/bytes.hpp"

namespace mlango::sessions {
namespace {

std::string sha1_hex(std::string_view text) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned length = 0;
    if (EVP_Digest(text.data(), text.size(), digest.data(), &length, EVP_sha1(), nullptr) != 1) {
        throw std::runtime_error("SHA-1 is not available, and Redis names scripts by it");
    }
    return to_hex(std::as_bytes(std::span(digest).first(length)));
}

}  // namespace

redis_script::redis_script(std::string_view body) : body_(body), digest_(sha1_hex(body)) {}

task<std::expected<redis_reply, redis_failure>> redis_script::run(redis_client& redis, std::string_view key,
                                                                  std::string_view first, std::string_view second,
                                                                  std::string_view third) const {
    auto reply = co_await redis.command({"EVALSHA", digest_, "1", key, first, second, third});
    if (reply) {
        const auto* refusal = std::get_if<redis_refusal>(&*reply);
        if (refusal != nullptr && refusal->text.starts_with("NOSCRIPT")) {
            reply = co_await redis.command({"EVAL", body_, "1", key, first, second, third});
        }
    }
    co_return reply;
}

}  // namespace mlango::sessions
