#include "wallet/card/qr_symbol.hpp"

#include <qrencode.h>

#include <memory>

namespace mlango::wallet {

namespace {

struct end_code {
    void operator()(QRcode* code) const { QRcode_free(code); }
};

std::optional<qr_symbol> encode(std::string_view text, QRecLevel level, char name) {
    const std::unique_ptr<QRcode, end_code> code(QRcode_encodeData(
        static_cast<int>(text.size()), reinterpret_cast<const unsigned char*>(text.data()), 0, level));
    if (!code) return std::nullopt;  // longer than the largest version holds
    qr_symbol symbol{.side = code->width, .level = name, .dark = {}};
    const auto modules = static_cast<std::size_t>(code->width) * static_cast<std::size_t>(code->width);
    symbol.dark.reserve(modules);
    for (std::size_t i = 0; i < modules; ++i) symbol.dark.push_back((code->data[i] & 1U) != 0);
    return symbol;
}

}  // namespace

std::optional<qr_symbol> make_qr(std::string_view text, double room) {
    constexpr std::size_t most = 2953;  // bytes, version 40-L
    if (text.empty() || text.size() > most) return std::nullopt;
    const auto module = [room](const qr_symbol& of) { return room / (of.side + 2 * quiet_modules); };
    for (const auto& [level, name] : {std::pair{QR_ECLEVEL_Q, 'Q'}, {QR_ECLEVEL_M, 'M'}, {QR_ECLEVEL_L, 'L'}}) {
        auto symbol = encode(text, level, name);
        const double least = level == QR_ECLEVEL_L ? least_module : good_module;
        if (symbol && module(*symbol) >= least) return symbol;
    }
    return std::nullopt;
}

}  // namespace mlango::wallet
