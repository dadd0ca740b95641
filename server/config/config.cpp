#include "server/config/config.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "handlers/number_prefixes.hpp"
#include "server/config/camara_config.hpp"
#include "server/config/console_config.hpp"
#include "server/config/gsup_config.hpp"
#include "server/config/profile_config.hpp"
#include "server/config/smpp_config.hpp"
#include "server/config/yaml_reader.hpp"

namespace mlango::server {

namespace {

using namespace std::chrono_literals;
constexpr std::chrono::milliseconds a_day = 24h;

struct place {
    const std::filesystem::path& folder;
    const secret_source& secrets;
    std::vector<std::string>& faults;
};

std::string trimmed(std::string text) {
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' ')) text.pop_back();
    return text;
}

std::filesystem::path located(const place& at, const std::string& path) {
    const std::filesystem::path given(path);
    return given.is_absolute() ? given : at.folder / given;
}

// A secret by `<key>_file` in the YAML, else by the environment; the YAML itself never holds one.
std::string secret(yaml_reader& yaml, const place& at, const std::string& key, const std::string& variable) {
    std::string file;
    yaml.read(key + "_file", file);
    if (yaml.has(key))
        yaml.fault(key, fmt::format("is a secret: put it into a file ({}_file) or into {}", key, variable));
    if (!file.empty()) {
        if (auto held = at.secrets.file(located(at, file))) return trimmed(std::move(*held));
        yaml.fault(key + "_file", "can not be read");
        return {};
    }
    return trimmed(at.secrets.environment(variable).value_or(""));
}

// password=… among keywords, or postgresql://user:password@host/…
bool holds_password(const std::string& conninfo) {
    if (conninfo.find("password=") != std::string::npos || conninfo.find("password =") != std::string::npos)
        return true;
    const std::size_t user = conninfo.find("://");
    if (user == std::string::npos) return false;
    const std::size_t end = conninfo.find_first_of("@/?", user + 3);
    return end != std::string::npos && conninfo[end] == '@' &&
           conninfo.substr(user + 3, end - user - 3).find(':') != std::string::npos;
}

void read_listener(yaml_reader yaml, const place& at, http_server_settings& out) {
    yaml.read("address", out.address);
    yaml.read_number("port", out.port, 0, 65'535);
    std::string certificate, key;
    yaml.read("tls_certificate", certificate);
    yaml.read("tls_key", key);
    if (certificate.empty() != key.empty()) yaml.fault("tls_certificate", "and tls_key belong together");
    if (!certificate.empty()) out.tls_certificate_file = located(at, certificate).string();
    if (!key.empty()) out.tls_key_file = located(at, key).string();
    yaml.read("client_certificates", out.ask_client_certificates);
    if (out.ask_client_certificates && certificate.empty())
        yaml.fault("client_certificates", "needs tls_certificate: a proxy that ends TLS sees them alone");
    yaml.read_number("header_limit", out.header_limit, 1'024, 65'536);
    yaml.read_number("body_limit", out.body_limit, 1'024, 16 << 20);
    yaml.read_number("connections", out.connection_limit, 1, 100'000);
    yaml.read_time("header_timeout", out.header_timeout, 1s, 60s);
    yaml.read_time("idle_timeout", out.idle_timeout, 1s, 1h);
    yaml.read("trusted_proxies", out.trusted_proxies);
}

void read_stores(yaml_reader& yaml, const place& at, config& out) {
    {
        yaml_reader redis(yaml.child("redis"), "redis", at.faults);
        redis.read("url", out.redis.url);
        redis.read("username", out.redis.username);
        out.redis.password = secret(redis, at, "password", "MLANGO_REDIS_PASSWORD");
        redis.read_time("command_timeout", out.redis.command_timeout, 50ms, 10s);
        redis.read_time("connect_timeout", out.redis.connect_timeout, 50ms, 10s);
        redis.read("session_prefix", out.session_prefix);
        if (out.session_prefix.empty() || out.session_prefix.size() > 8)
            redis.fault("session_prefix", "should have 1 to 8 characters");
    }
    for (auto& fault : sessions::faults_of(out.redis)) at.faults.push_back("redis: " + fault);
    yaml_reader postgres(yaml.child("postgres"), "postgres", at.faults);
    postgres.read("conninfo", out.postgres.conninfo);
    if (holds_password(out.postgres.conninfo))
        postgres.fault("conninfo",
                       "holds a password: put it into a file (password_file) or into "
                       "MLANGO_POSTGRES_PASSWORD");
    if (const auto password = secret(postgres, at, "password", "MLANGO_POSTGRES_PASSWORD"); !password.empty()) {
        std::string quoted;
        for (const char c : password) {
            if (c == '\'' || c == '\\') quoted += '\\';
            quoted += c;
        }
        out.postgres.conninfo += " password='" + quoted + "'";
    }
    postgres.read_number("connections", out.postgres.connections, 1, 64);
    postgres.read_number("message_connections", out.message_connections, 1, 16);
    postgres.read_time("statement_timeout", out.postgres.statement_timeout, 50ms, 60s);
    postgres.read_time("connect_timeout", out.postgres.connect_timeout, 50ms, 60s);
}

void check_code(yaml_reader& yaml, std::string_view code) {
    if (!handlers::is_service_code(code))
        yaml.fault("service_code", fmt::format("should be what she dials: from * or # to #, digits between, at most {} "
                                               "characters",
                                               handlers::longest_service_code));
}

void check_first_language(yaml_reader& yaml, const std::string& language, const std::vector<std::string>& languages) {
    if (!languages.empty() && std::ranges::find(languages, language) == languages.end())
        yaml.fault("default_language", "should be one of languages");
}

// Countries and companies with a code or a first language of their own.
void read_local(yaml_reader& operation, const place& at, config& out) {
    const auto list = operation.child("local");
    if (!list) return;
    if (!list.IsSequence()) return operation.fault("local", "should be a list");
    std::vector<std::vector<std::string>> prefixes;
    for (std::size_t i = 0; i < list.size(); ++i) {
        yaml_reader one(list[i], fmt::format("operation.local[{}]", i), at.faults);
        auto& local = out.operation.local.emplace_back();
        one.read("prefixes", local.prefixes);
        one.read("service_code", local.service_code);
        one.read("default_language", local.default_language);
        if (local.prefixes.empty()) one.fault("prefixes", "should name how its numbers begin, such as +256");
        if (!local.service_code.empty()) check_code(one, local.service_code);
        if (!local.default_language.empty()) check_first_language(one, local.default_language, out.languages);
        prefixes.push_back(local.prefixes);
    }
    std::ranges::move(handlers::faults_of_prefixes("operation.local", prefixes), std::back_inserter(at.faults));
}

void read_operation(yaml_reader& yaml, const place& at, config& out) {
    {
        yaml_reader operation(yaml.child("operation"), "operation", at.faults);
        auto& o = out.operation;
        operation.read("service_code", o.service_code);
        operation.read("default_language", o.default_language);
        std::string guard = "pin";
        operation.read("view_guard", guard);
        if (guard != "pin" && guard != "open") operation.fault("view_guard", "should be pin or open");
        o.view_needs_pin = guard != "open";
        operation.read_number("pin_seconds", o.pin_seconds, 30, 600);
        operation.read("dials_per_minute", o.dials_per_minute, 0, 6'000);
        operation.read("dials_burst", o.dials_burst, 1, 6'000);
        operation.read("asks_before_words", o.asks_before_words);
        operation.read("languages", out.languages);
        if (out.languages.empty()) operation.fault("languages", "should name at least one language");
        check_code(operation, o.service_code);
        check_first_language(operation, o.default_language, out.languages);
        read_local(operation, at, out);
    }
    yaml_reader pin(yaml.child("pin"), "pin", at.faults);
    pin.read_number("memory_kib", out.pin.memory_kib, 8, 1 << 20);
    pin.read_number("passes", out.pin.passes, 1, 100);
    pin.read_number("threads", out.pin_threads, 1, 64);
    pin.read_number("queue", out.pin_queue, 1, 10'000);
}

void read_fields(yaml_reader yaml, gsm::con_end_fields& out) {
    yaml.read("name", out.name);
    yaml.read("by_get", out.by_get);
    yaml.read("session", out.session);
    yaml.read("msisdn", out.msisdn);
    yaml.read("service_code", out.service_code);
    yaml.read("network", out.network);
    yaml.read("input", out.input);
    yaml.read("whole_transcript", out.whole_transcript);
    yaml.read("separator", out.separator);
    yaml.read("continue_prefix", out.continue_prefix);
    yaml.read("end_prefix", out.end_prefix);
}

// "africastalking" → "AFRICASTALKING", for names of environment variables.
std::string in_capitals(std::string name) {
    for (char& c : name) c = c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return name;
}

// One secret a line.
std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> all;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);)
        if (!trimmed(line).empty()) all.push_back(trimmed(line));
    return all;
}

void read_gateway(const YAML::Node& node, const std::string& path, const place& at, gsm::gateway_settings& out) {
    {
        yaml_reader yaml(node, path, at.faults);
        yaml.read("name", out.name);
        yaml.read("dialect", out.dialect);
        read_fields(yaml_reader(yaml.child("fields"), path + ".fields", at.faults), out.fields);
        out.profile = gsm::usual_profile(out.dialect);
        yaml_reader profile(yaml.child("profile"), path + ".profile", at.faults);
        read_profile(profile, out.profile);
        const std::string variable = "MLANGO_GATEWAY_" + in_capitals(out.name);
        out.secrets = lines_of(secret(yaml, at, "secrets", variable + "_SECRETS"));
        yaml.read("allow", out.allow);
        yaml.read("hops_per_second", out.hops_per_second, 0, 1'000'000);
        yaml_reader sms(yaml.child("sms"), path + ".sms", at.faults);
        sms.read("dialect", out.sms_dialect);
        sms.read("url", out.sms_url);
        sms.read("username", out.sms_username);
        sms.read("sender", out.sms_sender);
        sms.read("route", out.sms_route);
        sms.read("callback", out.sms_callback);
        out.sms_api_key = secret(sms, at, "api_key", variable + "_SMS_API_KEY");
        out.sms_tokens = lines_of(secret(sms, at, "auth_tokens", variable + "_SMS_AUTH_TOKENS"));
    }
    for (const auto& fault : gsm::faults_of(out)) at.faults.push_back(path + ": " + fault);
}

// Short messages, whatever gateway carries them.
void read_sms(yaml_reader& yaml, const place& at, config& out) {
    yaml.read_time("sms_pause", out.sender.pause, 10ms, a_day);
    yaml_reader sms(yaml.child("sms"), "sms", at.faults);
    sms.read_number("most_attempts", out.sender.most_attempts, 1, 20);
    out.rounds.most_attempts = out.sender.most_attempts;
    sms.read_number("bulk_a_day", out.sender.bulk_a_day, 0, 1'000);
    sms.read_time("submit_deadline", out.sender.submit_deadline, 1s, 60s);
    sms.read_time("lease", out.sender.lease, 5s, 10min);
    sms.read_time("query_sent", out.sender.query_sent, 0s, 7 * a_day);
    sms.read_number("most_queries", out.rounds.most_queries, 1, 20);
    sms.read_time("receipts_wait", out.rounds.receipts_wait, 2min, a_day);
    sms.read_time("fragments_wait", out.rounds.fragments_wait, 1min, a_day);
    sms.read_number("fragments_of_sender", out.sms_limits.fragments_of_sender, 10, 1'000);
    // A receipt waits for a message that becomes unknown when its attempt's lease is over.
    if (out.rounds.receipts_wait <= out.sender.submit_deadline + out.sender.lease)
        sms.fault("receipts_wait", "should be longer than submit_deadline and lease together");
    sms.read_time("unknown_after", out.rounds.unknown_after, 10min, 30 * a_day);
    if (sms.has("resend_unknown")) {
        std::chrono::seconds after{0};
        sms.read_time("resend_unknown", after, 10min, 7 * a_day);
        out.rounds.resend_unknown = after;
        if (after > out.rounds.unknown_after) sms.fault("resend_unknown", "should be at most unknown_after");
    }
    const auto routes = yaml.child("routes");
    if (!routes) return;
    if (!routes.IsSequence()) return at.faults.emplace_back("routes should be a list"), void();
    std::vector<std::string> able;
    for (const auto& gateway : out.gateways)
        if (!gateway.sms_url.empty()) able.push_back(gateway.name);
    for (const auto& account : out.smpp) able.push_back(account.name);
    for (std::size_t i = 0; i < routes.size(); ++i) {
        yaml_reader one(routes[i], fmt::format("routes[{}]", i), at.faults);
        auto& route = out.sender.routes.emplace_back();
        one.read("gateways", route.gateways);
        one.read("prefixes", route.prefixes);
    }
    for (auto& fault : handlers::faults_of(out.sender.routes, able)) at.faults.push_back(std::move(fault));
}

// A hop's parts must fit into what is left when the last of them is begun (handlers/ussd_desk.hpp).
void check_deadlines(const config& read, std::vector<std::string>& faults) {
    for (const auto& gateway : ussd_doors_of(read)) {
        const auto left = gateway.profile.deadline * 3 / 10;
        if (read.postgres.statement_timeout > left || read.redis.command_timeout > left)
            faults.push_back(fmt::format(
                "gateway {}: deadline {} ms leaves {} ms for the last step, less than postgres.statement_timeout or "
                "redis.command_timeout; shorten these",
                gateway.name, gateway.profile.deadline.count(), left.count()));
    }
}

log_level level_named(yaml_reader& yaml) {
    std::string level = "info";
    yaml.read("log_level", level);
    if (level == "debug") return log_level::debug;
    if (level == "warning") return log_level::warning;
    if (level == "error") return log_level::error;
    if (level != "info") yaml.fault("log_level", "should be debug, info, warning or error");
    return log_level::info;
}

}  // namespace

std::vector<ussd_door> ussd_doors_of(const config& settings) {
    std::vector<ussd_door> all;
    for (const auto& gateway : settings.gateways)
        if (gsm::has_ussd(gateway)) all.push_back({gateway.name, gateway.profile});
    for (const auto& hlr : settings.hlrs) all.push_back({hlr.name, hlr.profile});
    for (const auto& account : settings.smpp_ussd) all.push_back({account.gateway, account.profile});
    return all;
}

secret_source secret_source::real() {
    return {.environment = [](const std::string& variable) -> std::optional<std::string> {
                const char* value = std::getenv(variable.c_str());
                return value ? std::optional<std::string>(value) : std::nullopt;
            },
            .file = [](const std::filesystem::path& path) -> std::optional<std::string> {
                std::ifstream in(path, std::ios::binary);
                if (!in) return std::nullopt;
                std::ostringstream held;
                held << in.rdbuf();
                return held.str();
            }};
}

std::expected<config, std::vector<std::string>> parse_config(const std::string& text,
                                                             const std::filesystem::path& folder,
                                                             const secret_source& secrets) {
    std::vector<std::string> faults;
    YAML::Node root;
    try {
        root = YAML::Load(text);
    } catch (const YAML::ParserException& broken) {
        return std::unexpected(
            std::vector<std::string>{fmt::format("line {}: not YAML: {}", broken.mark.line + 1, broken.msg)});
    }
    const place at{.folder = folder, .secrets = secrets, .faults = faults};
    config read;
    read.redis.command_timeout = 1'000ms;
    read.postgres.statement_timeout = 2'000ms;
    {
        yaml_reader yaml(root, "", faults);
        read_listener(yaml_reader(yaml.child("listen"), "listen", faults), at, read.listen);
        read_listener(yaml_reader(yaml.child("admin"), "admin", faults), at, read.admin);
        yaml.read_number("threads", read.threads, 1, 256);
        yaml.read_time("drain_time", read.drain_time, 1s, 10min);
        read_stores(yaml, at, read);
        read_operation(yaml, at, read);
        const std::string keys = secret(yaml, at, "keys", "MLANGO_KEYS");
        if (keys.empty())
            faults.push_back("no keys: name a keys_file (mlango keys new makes one) or set MLANGO_KEYS");
        else if (auto ring = parse_key_ring(keys))
            read.keys = std::move(*ring);
        else
            faults.push_back("keys: " + ring.error().message);
        std::string texts = "templates/texts", menu = "templates/menus/main";
        yaml.read("texts", texts);
        yaml.read("menu", menu);
        read.texts = located(at, texts);
        read.menu = located(at, menu);
        const auto hlrs = yaml.child("gsup");
        if (hlrs && !hlrs.IsSequence()) faults.emplace_back("gsup should be a list");
        for (std::size_t i = 0; hlrs && hlrs.IsSequence() && i < hlrs.size(); ++i)
            read_hlr(hlrs[i], fmt::format("gsup[{}]", i), faults, read.hlrs.emplace_back());
        const auto accounts = yaml.child("smpp");
        if (accounts && !accounts.IsSequence()) faults.emplace_back("smpp should be a list of accounts");
        const config_surroundings around{
            .secret = [&](yaml_reader& of, const std::string& key,
                          const std::string& variable) { return secret(of, at, key, variable); },
            .located = [&](const std::string& given) { return located(at, given).string(); },
            .faults = faults};
        const auto operators = yaml.child("camara");
        if (operators && !operators.IsSequence()) faults.emplace_back("camara should be a list of operators");
        for (std::size_t i = 0; operators && operators.IsSequence() && i < operators.size(); ++i)
            read_camara(operators[i], fmt::format("camara[{}]", i), around, read.operators.emplace_back());
        for (std::size_t i = 0; accounts && accounts.IsSequence() && i < accounts.size(); ++i)
            read_smpp_account(accounts[i], fmt::format("smpp[{}]", i), around, read.smpp.emplace_back(),
                              read.smpp_ussd);
        const auto gateways = yaml.child("gateways");
        const std::size_t count = gateways && gateways.IsSequence() ? gateways.size() : 0;
        if (gateways && !gateways.IsSequence())
            faults.emplace_back("gateways should be a list");
        else if (count == 0 && read.hlrs.empty() && read.smpp.empty())
            faults.emplace_back("gateways should be a list with at least one gateway, unless there is smpp or gsup");
        for (std::size_t i = 0; i < count; ++i)
            read_gateway(gateways[i], fmt::format("gateways[{}]", i), at, read.gateways.emplace_back());
        read_wallet(yaml.child("wallet"), around.located, faults, read.wallet);
        read_console(yaml.child("console"), around, read.console);
        yaml.read("phone", read.phone);
        yaml.read("public_url", read.public_url);
        read_sms(yaml, at, read);
        read.level = level_named(yaml);
    }
    std::vector<std::string> names;
    for (const auto& gateway : read.gateways) names.push_back(gateway.name);
    for (const auto& hlr : read.hlrs) names.push_back(hlr.name);
    for (const auto& account : read.smpp) names.push_back(account.name);
    std::ranges::sort(names);
    for (std::size_t i = 1; i < names.size(); ++i)
        if (names[i] == names[i - 1]) faults.push_back("two gateways are named " + names[i]);
    check_deadlines(read, faults);
    if (!faults.empty()) return std::unexpected(std::move(faults));
    return read;
}

std::expected<config, std::vector<std::string>> read_config(const std::filesystem::path& file,
                                                            const secret_source& secrets) {
    const auto text = secret_source::real().file(file);
    if (!text) return std::unexpected(std::vector<std::string>{file.string() + " can not be read"});
    return parse_config(*text, std::filesystem::absolute(file).parent_path(), secrets);
}

std::expected<templates::edition_sources, std::vector<std::string>> edition_sources_of(const config& settings) {
    auto menu = templates::read_sources(settings.menu);
    if (!menu) return std::unexpected(std::move(menu.error()));
    auto texts = templates::read_sources(settings.texts);
    if (!texts) return std::unexpected(std::move(texts.error()));
    return templates::edition_sources{
        .menu = std::move(*menu), .texts = std::move(*texts), .languages = settings.languages};
}

}  // namespace mlango::server
