#include "exchange/add_page.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>
#include <stdexcept>

#include "base/bytes.hpp"
#include "base/hmac.hpp"

namespace mlango::exchange {

namespace {

struct words {
    std::string_view language, direction, title, label, hint, go, unknown, open, then;
};

constexpr words english{"en",
                        "ltr",
                        "Add a card to this phone",
                        "The ten digits on your phone's screen",
                        "For example 482 913 7706",
                        "Continue",
                        "No offer has this number. Type it again, or ask for a new one on your phone.",
                        "Open in the wallet",
                        "The wallet asks for the six digits that stand on the same screen. Tell them to nobody."};
constexpr words french{"fr",
                       "ltr",
                       "Ajouter une carte à ce téléphone",
                       "Les dix chiffres affichés sur votre téléphone",
                       "Par exemple 482 913 7706",
                       "Continuer",
                       "Aucune offre n’a ce numéro. Tapez-le à nouveau, ou demandez-en un autre sur votre téléphone.",
                       "Ouvrir dans le portefeuille",
                       "Le portefeuille demande les six chiffres du même écran. Ne les dites à personne."};
constexpr words arabic{"ar",
                       "rtl",
                       "أضف بطاقة إلى هذا الهاتف",
                       "الأرقام العشرة على شاشة هاتفك",
                       "مثال: 482 913 7706",
                       "متابعة",
                       "لا يوجد عرض بهذا الرقم. اكتبه مرة أخرى أو اطلب رقماً جديداً من هاتفك.",
                       "افتح في المحفظة",
                       "تطلب المحفظة الأرقام الستة من الشاشة نفسها. لا تخبر بها أحداً."};

constexpr std::string_view style =
    "body{margin:0;font:1.15rem/1.5 system-ui,sans-serif;background:#f5efe3;color:#1d2a2a}"
    "main{max-width:26rem;margin:0 auto;padding:1.5rem 1rem}h1{font-size:1.4rem;margin:0 0 1rem}"
    "label,input,button,a.go{display:block;box-sizing:border-box;width:100%}"
    "input{font:inherit;font-size:1.6rem;padding:.6rem;margin:.4rem 0;border:2px solid #0d5c5c;border-radius:.4rem}"
    "button,a.go{font:inherit;font-weight:600;margin-top:1rem;padding:.9rem;border:0;border-radius:.4rem;"
    "background:#0d5c5c;color:#fff;text-align:center;text-decoration:none}"
    ":focus-visible{outline:3px solid #c2410c;outline-offset:2px}.hint{color:#4a5656;margin:0}"
    "[role=alert]{border-inline-start:.3rem solid #b3261e;padding-inline-start:.8rem}";

const words& words_of(std::string_view language) {
    if (language == "fr") return french;
    return language == "ar" ? arabic : english;
}

// Only this style and no script at all.
const std::string& policy() {
    static const std::string made = [] {
        std::array<std::byte, 32> digest{};
        if (EVP_Digest(style.data(), style.size(), reinterpret_cast<unsigned char*>(digest.data()), nullptr,
                       EVP_sha256(), nullptr) != 1)
            throw std::runtime_error("OpenSSL refused SHA-256");
        return fmt::format(
            "default-src 'none'; style-src 'sha256-{}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
            to_base64(digest));
    }();
    return made;
}

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        switch (c) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '"':
                out += "&quot;";
                break;
            default:
                out += c;
        }
    }
    return out;
}

std::string form_of(const words& say, bool unknown) {
    return fmt::format(
        "{}<form method=\"post\"><label for=\"number\">{}</label><input id=\"number\" name=\"number\" dir=\"ltr\" "
        "inputmode=\"numeric\" autocomplete=\"off\" maxlength=\"32\" required autofocus aria-describedby=\"hint\">"
        "<p class=\"hint\" id=\"hint\">{}</p><button>{}</button></form>",
        unknown ? fmt::format("<p role=\"alert\">{}</p>", say.unknown) : std::string(), say.label, say.hint, say.go);
}

}  // namespace

http_response add_page(std::string_view language, add_state state, std::string_view link) {
    const words& say = words_of(language);
    const std::string body = state == add_state::found ? fmt::format("<a class=\"go\" href=\"{}\">{}</a><p>{}</p>",
                                                                     escaped(link), say.open, say.then)
                                                       : form_of(say, state == add_state::unknown_number);
    http_response response;
    response.status = state == add_state::unknown_number ? 404 : 200;
    response.content_type = "text/html; charset=utf-8";
    response.body = fmt::format(
        "<!doctype html><html lang=\"{}\" dir=\"{}\"><meta charset=\"utf-8\"><meta name=\"viewport\" "
        "content=\"width=device-width,initial-scale=1\"><title>{}</title><style>{}</style><main><h1>{}</h1>{}</main></"
        "html>",
        say.language, say.direction, say.title, style, say.title, body);
    response.headers = {{"Cache-Control", "no-store"},
                        {"Content-Security-Policy", policy()},
                        {"Referrer-Policy", "no-referrer"},
                        {"X-Content-Type-Options", "nosniff"},
                        {"Content-Language", std::string(say.language)},
                        {"Vary", "Accept-Language"}};
    return response;
}

std::string typed_digits(std::string_view typed) {
    std::string out;
    typed = typed.substr(0, 64);
    while (!typed.empty()) {
        std::size_t size = 1;
        if (const char c = typed.front(); c >= '0' && c <= '9') {
            out += c;
        } else if (typed.size() > 1 && (c == '\xd9' || c == '\xdb')) {
            // U+0660…0669 is D9 A0…A9, U+06F0…06F9 is DB B0…B9.
            const int digit = static_cast<unsigned char>(typed[1]) - (c == '\xd9' ? 0xa0 : 0xb0);
            if (digit < 0 || digit > 9) return {};
            out += static_cast<char>('0' + digit);
            size = 2;
        } else if (c != ' ' && c != '-') {
            return {};
        }
        typed.remove_prefix(size);
    }
    return out;
}

}  // namespace mlango::exchange
