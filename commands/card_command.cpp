#include "commands/card_command.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>

#include "base/clock.hpp"
#include "base/iso_day.hpp"
#include "base/metrics.hpp"
#include "base/random.hpp"
#include "base/worker_pool.hpp"
#include "commands/command_parts.hpp"
#include "commands/registry_conversation.hpp"
#include "handlers/operation_settings.hpp"
#include "registry/pin_codes.hpp"
#include "registry/wallet/card_holder.hpp"
#include "server/wallet_parts.hpp"
#include "wallet/card/card_page.hpp"

namespace mlango::commands {

namespace {

struct card_options {
    std::string number;
    std::string output;
    std::string kind = "registration";
    std::string preset = "name";
    std::string language;  // empty: hers
    std::string service = "Mlango";
    std::string words;  // folder
    std::string dial;   // empty: the operation's code
    bool codes = true;
};

// A new file that only its owner reads; gone again unless it was kept.
class new_file {
public:
    explicit new_file(std::string path)
        : path_(std::move(path)), descriptor_(::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)) {
        if (descriptor_ < 0)
            throw std::runtime_error(errno == EEXIST ? path_ + " is there already"
                                                     : path_ + " can not be written: " + std::strerror(errno));
    }
    new_file(const new_file&) = delete;
    new_file& operator=(const new_file&) = delete;
    ~new_file() {
        ::close(descriptor_);
        if (!kept_) ::unlink(path_.c_str());
    }

    void keep(std::string_view content) {
        while (!content.empty()) {
            const ssize_t written = ::write(descriptor_, content.data(), content.size());
            if (written < 0 && errno == EINTR) continue;
            if (written <= 0) throw std::runtime_error(path_ + " can not be written: " + std::strerror(errno));
            content.remove_prefix(static_cast<std::size_t>(written));
        }
        if (::fsync(descriptor_) != 0 && errno != EINVAL)
            throw std::runtime_error(path_ + " can not be written: " + std::strerror(errno));
        kept_ = true;
    }

private:
    std::string path_;
    int descriptor_;
    bool kept_ = false;
};

std::optional<std::string> content_of(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) return std::nullopt;
    return std::string(std::istreambuf_iterator<char>(file), {});
}

// Those of her language, else of the operation's.
std::expected<wallet::card_words, std::string> words_for(const std::filesystem::path& folder, const std::string& hers,
                                                         const std::string& otherwise) {
    for (const std::string& language : {hers, otherwise}) {
        const bool plain = !language.empty() && language.size() <= 3 && language.find('/') == std::string::npos;
        const auto text = plain ? content_of(folder / (language + ".yaml")) : std::nullopt;
        if (text) return wallet::parse_card_words(*text, language);
    }
    return std::unexpected(fmt::format("{} has no words for the card in {} or {}", folder.string(),
                                       hers.empty() ? "her language" : hers, otherwise));
}

// Where anybody may check it: the issuer's host.
std::string address_of(std::string_view issuer) {
    const std::string_view rest = issuer.substr(issuer.find("://") + 3);
    return std::string(rest.substr(0, rest.find('/'))) + "/verify";
}

std::string_view told(wallet::issue_refusal refusal) {
    switch (refusal) {
        case wallet::issue_refusal::frozen:
            return "she locked My ID; she can unlock it on her phone";
        case wallet::issue_refusal::not_allowed:
            return "how she was verified does not allow this card (mlango wallet verify-person)";
        case wallet::issue_refusal::gone:
            break;
    }
    return "the registry can not state these facts of her, or there is no such kind or preset";
}

struct issued_card {
    wallet::issued_credential credential;
    std::string language;
};

task<std::expected<issued_card, std::string>> issue(registry::pg_pool& pool, const server::config& settings,
                                                    server::shared_wallet& shared, const card_options& options) {
    const auto who = co_await registry::find_card_holder(pool, options.number);
    if (!who) co_return std::unexpected("nobody is registered with that number");
    system_random random;
    const system_clock time;
    sealer record(settings.keys.record, random);
    blinder blind(settings.keys.blind);
    worker_pool hashing("card", 1, 1);
    metrics numbers;
    server::wallet_parts wallet({.settings = settings,
                                 .pool = pool,
                                 .record = record,
                                 .blind = blind,
                                 .hashing = hashing,
                                 .time = time,
                                 .random = random,
                                 .numbers = numbers},
                                shared);
    auto made = co_await wallet.issuance.print(who->person, options.kind, options.preset);
    if (!made) co_return std::unexpected(std::string(told(made.error())));
    co_return issued_card{.credential = std::move(*made), .language = who->language};
}

std::vector<std::string> new_codes(const server::config& settings, const card_options& options) {
    if (!options.codes) return {};
    system_random random;
    blinder blind(settings.keys.blind);
    const registry::code_issuer by{
        .conninfo = settings.postgres.conninfo, .blind = blind, .random = random, .now = system_clock().now()};
    return registry::issue_paper_codes(by, options.number).value_or(std::vector<std::string>{});
}

// ISO 8601, UTC: the credential's last whole day.
std::string day_text(wall_time until) {
    return iso_day(std::chrono::floor<std::chrono::days>(until - std::chrono::seconds(1)));
}

int print_card(const command_options& common, const card_options& options) {
    const auto settings = configuration(common);
    if (!settings) return 1;
    if (!settings->wallet.on) return faulty("the configuration has no wallet:");
    if (!is_plain(options.service, 60)) return faulty("--service should be at most 60 bytes on one line");
    if (!options.dial.empty() && !handlers::is_service_code(options.dial))
        return faulty("--dial should be what she dials, such as *384#");
    try {
        system_random random;
        const auto shared = make_shared_wallet(*settings, random);
        // Before anything is issued: what could not be printed must not end the card and the codes she has.
        new_file file(options.output);
        const std::filesystem::path folder = options.words.empty() ? settings->wallet.kinds.parent_path() / "card/words"
                                                                   : std::filesystem::path(options.words);
        if (auto words = words_for(folder, options.language, settings->operation.default_language); !words)
            return faulty(words.error());
        auto issued = with_registry<std::expected<issued_card, std::string>>(
            settings->postgres.conninfo,
            [&](registry::pg_pool& pool) { return issue(pool, *settings, *shared, options); });
        if (!issued) return faulty(issued.error());
        const auto words = words_for(folder, options.language.empty() ? issued->language : options.language,
                                     settings->operation.default_language);
        if (!words) return faulty(words.error());
        wallet::issued_credential& made = issued->credential;
        const wallet::printed_card card{.service = options.service,
                                        .kind = made.kind,
                                        .facts = std::move(made.facts),
                                        .order = shared->kinds.find(made.kind)->facts,
                                        .credential = std::move(made.credential),
                                        .valid_until = day_text(made.expires_at),
                                        .address = address_of(settings->wallet.options.issuer),
                                        .dial = options.dial.empty() ? settings->operation.service_code : options.dial,
                                        .recovery_codes = new_codes(*settings, options)};
        const auto pdf = wallet::draw_card(card, *words);
        if (!pdf)
            return faulty(pdf.error() == wallet::card_fault::too_long
                              ? "these facts make a QR code too dense for paper: choose a smaller preset"
                              : "this machine has no font for the card's language (fonts-noto-core has them)");
        file.keep(*pdf);
        fmt::print("{}: print it, give it to her, delete it\n", options.output);
        return 0;
    } catch (const std::exception& fault) {
        return failed(fault);
    }
}

}  // namespace

void add_card_command(CLI::App& app, command_options& common, int& status) {
    const auto options = std::make_shared<card_options>();
    auto* card = app.add_subcommand("card",
                                    "Print a person's card: a PDF to fold, with her credential as a QR code and, on a\n"
                                    "part of its own, codes for a lost PIN. The card and the codes before it end");
    card->add_option("--config", common.config_file, "YAML file (else $MLANGO_CONFIG, /etc/mlango/mlango.yaml)");
    card->add_option("--registration-number,--number", options->number,
                     "Her group's registration number (its principal), or her individual number")
        ->required();
    card->add_option("-o,--output", options->output, "The PDF, a new file")->required();
    card->add_option("--kind", options->kind, "Kind of credential (credentials.yaml)")->capture_default_str();
    card->add_option("--preset", options->preset, "Which facts stand on it")->capture_default_str();
    card->add_option("--language", options->language, "In place of the language that she chose");
    card->add_option("--service", options->service, "The service's public name, on top")->capture_default_str();
    card->add_option("--dial", options->dial, "What she dials, where it is not the operation's service code");
    card->add_option("--words", options->words, "Folder of the card's words, in place of card/words beside the kinds");
    card->add_flag("!--without-codes", options->codes, "Leave her present codes for a lost PIN as they are");
    card->callback([options, &common, &status] { status = print_card(common, *options); });
}

}  // namespace mlango::commands
