#include "exchange/redemption_json.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <boost/json.hpp>

#include "base/http/json_body.hpp"
#include "exchange/problem.hpp"

namespace mlango::exchange {

namespace json = boost::json;

std::string time_text(wall_time at) {
    return fmt::format("{:%FT%T}Z", fmt::gmtime(std::chrono::system_clock::to_time_t(at)));
}

json::object to_json(wallet::redemption taken) {
    return {{"receipt", view(std::string_view(taken.receipt))},
            {"kind", view(std::string_view(taken.kind))},
            {"preset", view(std::string_view(taken.preset))},
            {"facts", std::move(taken.facts)},
            {"credential", view(std::string_view(taken.credential))},
            {"issued_at", time_text(taken.issued_at)},
            {"expires_at", time_text(taken.expires_at)}};
}

json::object to_json(const wallet::verifier_face& face, wall_time until) {
    json::array presets;
    for (const std::string& preset : face.presets) presets.emplace_back(preset);
    json::object all{{"verifier",
                      {{"number", face.number},
                       {"name", face.name},
                       {"purpose", face.purpose},
                       {"country", face.country},
                       {"presets", std::move(presets)}}},
                     {"expires_at", time_text(until)}};
    if (!face.operator_name.empty()) all["operator"] = face.operator_name;
    return all;
}

json::object to_json(std::span<const wallet::erasure> erasures) {
    json::array all;
    for (const wallet::erasure& one : erasures)
        all.push_back({{"receipt", one.receipt}, {"asked_at", time_text(one.asked_at)}});
    return {{"erasures", std::move(all)}};
}

http_response refusal(const wallet::redeem_refusal& why, fault not_found) {
    switch (why.what) {
        case wallet::redeem_refusal::kind::wait:
            return wait_problem(why.wait.count());
        case wallet::redeem_refusal::kind::suspended:
            return problem(fault::suspended);
        case wallet::redeem_refusal::kind::not_found:
            break;
    }
    return problem(not_found);
}

}  // namespace mlango::exchange
