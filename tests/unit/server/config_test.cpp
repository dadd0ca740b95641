#include "server/config/config.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "base/random.hpp"

namespace mlango::server {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

const fs::path folder = "/etc/mlango";

std::string key_file() {
    seeded_random random(1);
    return new_key_ring_text(random);
}

// Files and environment variables as a test gives them.
struct held {
    std::map<fs::path, std::string> files{{folder / "keys", key_file()}, {folder / "secrets", "demo\n"}};
    std::map<std::string, std::string> variables;
    [[nodiscard]] secret_source source() const {
        return {.environment = [this](const std::string& name) -> std::optional<std::string> {
                    const auto found = variables.find(name);
                    return found == variables.end() ? std::nullopt : std::optional(found->second);
                },
                .file = [this](const fs::path& path) -> std::optional<std::string> {
                    const auto found = files.find(path);
                    return found == files.end() ? std::nullopt : std::optional(found->second);
                }};
    }
};

const std::string smallest =
    "keys_file: keys\n"
    "gateways:\n"
    "  - name: africastalking\n"
    "    secrets_file: secrets\n";

std::vector<std::string> faults_in(const std::string& yaml, const held& secrets = {}) {
    const auto read = parse_config(yaml, folder, secrets.source());
    return read ? std::vector<std::string>{} : read.error();
}

std::string all_of(const std::vector<std::string>& faults) {
    std::string all;
    for (const auto& fault : faults) all += fault + "\n";
    return all;
}

std::string content_of(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::ostringstream held;
    held << in.rdbuf();
    return held.str();
}

TEST(config, the_demo_is_good_once_filled_in) {
    std::string yaml = content_of(fs::path(MLANGO_SOURCE_DIR) / "deploy/demo.yaml");
    for (const auto& [place, value] :
         std::map<std::string, std::string>{{"@PORT@", "8123"},
                                            {"@REDIS@", "/run/redis.sock"},
                                            {"@PG@", "host=/run user=mlango dbname=mlango"},
                                            {"@ROOT@", MLANGO_SOURCE_DIR}})
        for (std::size_t at; (at = yaml.find(place)) != std::string::npos;) yaml.replace(at, place.size(), value);
    yaml.erase(0, yaml.find('\n'));  // its first line speaks of @places@
    ASSERT_EQ(yaml.find('@'), std::string::npos) << "a place that this test does not fill in";
    const held secrets;
    const auto read = parse_config(yaml, folder, secrets.source());
    ASSERT_TRUE(read) << all_of(read.error());
    EXPECT_EQ(read->listen.port, 8123);
    EXPECT_EQ(read->redis.url, "unix:/run/redis.sock");
    EXPECT_TRUE(read->phone);
    EXPECT_EQ(read->languages, (std::vector<std::string>{"en", "sw", "fr", "ar", "am", "so"}));
    ASSERT_GE(read->gateways.size(), 2u);
    const auto& first = read->gateways[0];
    EXPECT_EQ(first.name, "africastalking");
    EXPECT_EQ(first.secrets, std::vector<std::string>{"demo"});
    EXPECT_EQ(first.sms_api_key, "demo");
    EXPECT_EQ(first.profile.deadline, 10s);
    const auto& second = read->gateways[1];
    EXPECT_FALSE(second.profile.has_hash_key);
    EXPECT_EQ(second.profile.screen.septets, 140u);
    EXPECT_TRUE(second.fields.by_get);
    std::vector<std::string_view> dialects;
    for (const auto& gateway : read->gateways) {
        EXPECT_EQ(gateway.name, gateway.dialect) << "so that a tester finds it";
        dialects.push_back(gateway.dialect);
    }
    std::ranges::sort(dialects);
    std::set<std::string_view> known(gsm::dialect_names().begin(), gsm::dialect_names().end());
    known.insert(gsm::sms_dialect_names().begin(), gsm::sms_dialect_names().end());
    EXPECT_TRUE(std::ranges::equal(dialects, known)) << "one of each";
    for (const auto& gateway : read->gateways) EXPECT_FALSE(gateway.sms_url.empty()) << gateway.name << " sends SMS";
    EXPECT_TRUE(fs::exists(read->menu));
    EXPECT_TRUE(fs::exists(read->texts));
}

TEST(config, smpp_accounts_are_read_and_their_faults_told) {
    held secrets;
    secrets.variables = {{"MLANGO_SMPP_PASSWORD_MY_OPERATOR", "pass"}};
    const auto with = [&](const std::string& more) {
        return parse_config(smallest + "smpp:\n  - name: my-operator\n    host: smsc\n    system_id: me\n" + more,
                            folder, secrets.source());
    };
    const auto read = with(
        "    bind: separate\n    version: \"3.3\"\n    long_messages: sar\n    ca_file: ca.pem\n    tls: true\n"
        "    source_ton: 0\n    coding: { data_coding_0: latin1, single_shift: [tr, ur] }\n");
    ASSERT_TRUE(read) << all_of(read.error());
    const auto& account = read->smpp.at(0);
    EXPECT_EQ(account.password, "pass");
    EXPECT_EQ(account.way, gsm::smpp::bind_way::separate);
    EXPECT_EQ(account.interface_version, 0x33);
    EXPECT_EQ(account.coding.join, gsm::joining::sar);
    EXPECT_EQ(account.ca_file, (folder / "ca.pem").string());
    EXPECT_EQ(account.source_ton, 0);
    EXPECT_FALSE(account.source_npi);
    EXPECT_EQ(account.coding.as_default, gsm::default_alphabet::latin1);
    EXPECT_TRUE(account.coding.single_shift.contains(gsm::national_language::urdu));
    for (const auto& [wrong, told] : std::initializer_list<std::pair<std::string, std::string>>{
             {"    bind: both\n", "bind should be one of transceiver"},
             {"    windows: 5\n", "windows"},
             {"    password: pass\n", "is a secret"},
             {"    coding: { locking: [sw] }\n", "sw"},
             {"    window: 0\n", "window"},
             {"  - { name: my-operator, host: smsc, system_id: me }\n", "two gateways are named my-operator"}}) {
        const auto refused = with(wrong);
        ASSERT_FALSE(refused) << wrong;
        EXPECT_NE(all_of(refused.error()).find(told), std::string::npos) << all_of(refused.error());
    }
}

TEST(config, the_example_of_a_real_one_is_good_and_shows_the_defaults) {
    held secrets;
    secrets.files = {{folder / "secrets/keys", key_file()},
                     {folder / "secrets/africastalking", "one"},
                     {folder / "secrets/africastalking_sms", "two"},
                     {folder / "secrets/smpp_operator", "four"}};
    for (const auto dialect : gsm::dialect_names()) secrets.files.emplace(folder / "secrets" / dialect, "three");
    for (const auto file : {"kannel", "kannel_sms", "twilio", "twilio_sms"})
        secrets.files.emplace(folder / "secrets" / file, "four");
    secrets.files.emplace(folder / "secrets/twilio_tokens", "new\nold\n");
    const auto read =
        parse_config(content_of(fs::path(MLANGO_SOURCE_DIR) / "deploy/mlango.yaml"), folder, secrets.source());
    ASSERT_TRUE(read) << all_of(read.error());
    const handlers::operation_settings defaults;
    EXPECT_EQ(read->operation.pin_seconds, defaults.pin_seconds);
    EXPECT_EQ(read->operation.dials_per_minute, defaults.dials_per_minute);
    EXPECT_EQ(read->operation.dials_burst, defaults.dials_burst);
    EXPECT_EQ(read->pin.memory_kib, registry::pin_cost{}.memory_kib);
    EXPECT_EQ(read->pin_queue, config{}.pin_queue);
    EXPECT_EQ(read->session_prefix, config{}.session_prefix);
    const handlers::sender_settings sender;
    EXPECT_EQ(read->sender.pause, sender.pause);
    EXPECT_EQ(read->sender.most_attempts, sender.most_attempts);
    EXPECT_EQ(read->sender.bulk_a_day, sender.bulk_a_day);
    EXPECT_EQ(read->sender.submit_deadline, sender.submit_deadline);
    EXPECT_EQ(read->sender.lease, sender.lease);
    EXPECT_EQ(read->sender.query_sent, sender.query_sent);
    const handlers::rounds_settings rounds;
    EXPECT_EQ(read->rounds.most_queries, rounds.most_queries);
    EXPECT_EQ(read->rounds.receipts_wait, rounds.receipts_wait);
    EXPECT_EQ(read->rounds.fragments_wait, rounds.fragments_wait);
    EXPECT_FALSE(read->rounds.resend_unknown) << "what may have been sent is not sent again";
    EXPECT_EQ(read->sms_limits.fragments_of_sender, handlers::desk_limits{}.fragments_of_sender);
    EXPECT_EQ(read->listen.body_limit, http_server_settings{}.body_limit);
    EXPECT_FALSE(read->phone) << "whoever reaches the phone may dial as anybody";
    ASSERT_EQ(read->smpp.size(), 1u);
    const gsm::smpp::account_settings usual_account;
    EXPECT_EQ(read->smpp[0].password, "four");
    EXPECT_EQ(read->smpp[0].window, usual_account.window);
    EXPECT_EQ(read->smpp[0].rate, usual_account.rate);
    EXPECT_EQ(read->smpp[0].starting_rate, usual_account.starting_rate);
    EXPECT_EQ(read->smpp[0].response_timeout, usual_account.response_timeout);
    EXPECT_EQ(read->smpp[0].enquire_link, usual_account.enquire_link);
    EXPECT_EQ(read->smpp[0].first_backoff, usual_account.first_backoff);
    EXPECT_EQ(read->smpp[0].coding.most_segments, usual_account.coding.most_segments);
    EXPECT_EQ(read->smpp[0].coding.join, usual_account.coding.join);
    EXPECT_EQ(read->gateways.back().sms_tokens, (std::vector<std::string>{"new", "old"}));
    EXPECT_EQ(read->gateways.back().sms_callback, "https://mlango.example");
    for (const auto& gateway : read->gateways) {
        const auto usual = gsm::usual_profile(gateway.dialect);
        EXPECT_EQ(gateway.profile.screen.septets, usual.screen.septets) << gateway.name;
        EXPECT_EQ(gateway.profile.screen.ucs2_units, usual.screen.ucs2_units) << gateway.name;
        EXPECT_EQ(gateway.profile.input_limit, usual.input_limit) << gateway.name;
        EXPECT_EQ(gateway.profile.region, usual.region) << gateway.name;
        EXPECT_EQ(gateway.profile.ucs2, usual.ucs2) << gateway.name;
    }
}

TEST(config, little_is_enough) {
    const held secrets;
    const auto read = parse_config(smallest, folder, secrets.source());
    ASSERT_TRUE(read) << all_of(read.error());
    EXPECT_EQ(read->texts, folder / "templates/texts") << "from the file's folder";
    EXPECT_EQ(read->menu, folder / "templates/menus/main");
    EXPECT_EQ(read->admin.address, "127.0.0.1");
    EXPECT_EQ(read->gateways[0].dialect, "africastalking");
    EXPECT_TRUE(read->operation.view_needs_pin);
}

TEST(config, a_profile_begins_with_what_its_dialect_usually_has) {
    const held secrets;
    const auto read = parse_config(
        "keys_file: keys\n"
        "gateways:\n"
        "  - { name: plain, dialect: nalo, secrets_file: secrets }\n"
        "  - { name: changed, dialect: nalo, secrets_file: secrets, profile: { septets: 110, ucs2: false, region: KE } "
        "}\n",
        folder, secrets.source());
    ASSERT_TRUE(read) << all_of(read.error());
    const auto& plain = read->gateways[0].profile;
    EXPECT_EQ(plain.screen.septets, 120u);
    EXPECT_EQ(plain.input_limit, 120u);
    EXPECT_EQ(plain.region, "GH");
    EXPECT_TRUE(plain.ucs2);
    const auto& changed = read->gateways[1].profile;
    EXPECT_EQ(changed.screen.septets, 110u);
    EXPECT_EQ(changed.screen.ucs2_units, 70u);
    EXPECT_EQ(changed.region, "KE");
    EXPECT_FALSE(changed.ucs2);
}

TEST(config, absolute_paths_stay) {
    const held secrets;
    const auto read = parse_config(smallest +
                                       "texts: /srv/texts\nmenu: menus/small.yaml\n"
                                       "listen: { tls_certificate: tls/cert.pem, tls_key: /etc/ssl/key.pem }\n",
                                   folder, secrets.source());
    ASSERT_TRUE(read) << all_of(read.error());
    EXPECT_EQ(read->texts, "/srv/texts");
    EXPECT_EQ(read->menu, folder / "menus/small.yaml");
    EXPECT_EQ(read->listen.tls_certificate_file, folder / "tls/cert.pem");
    EXPECT_EQ(read->listen.tls_key_file, "/etc/ssl/key.pem");
}

TEST(config, every_fault_is_said_at_once_with_line_and_key) {
    const auto found = faults_in(
        "listen: { port: 70000, colour: blue }\n"         // 1
        "threads: none\n"                                 // 2
        "drain_time: 10\n"                                // 3
        "redis:\n"                                        // 4
        "  url: http://127.0.0.1\n"                       // 5
        "  command_timeout: 0s\n"                         // 6
        "  session_prefix: much_too_long\n"               // 7
        "postgres: [a]\n"                                 // 8
        "operation:\n"                                    // 9
        "  view_guard: sometimes\n"                       // 10
        "  pin_seconds: 5\n"                              // 11
        "  default_language: de\n"                        // 12
        "pin: { queue: 0 }\n"                             // 13
        "log_level: loud\n"                               // 14
        "phone: perhaps\n"                                // 15
        "gateways:\n"                                     // 16
        "  - name: one\n"                                 // 17
        "    secrets_file: nowhere\n"                     // 18
        "    profile: { deadline: 500ms, region: XX }\n"  // 19
        "  - name: one\n"                                 // 20
        "    dialect: morse\n"                            // 21
        "speed: high\n");                                 // 22
    const std::string all = all_of(found);
    for (const char* wanted : {"line 1: listen.port should be a whole number",
                               "line 1: listen.colour is not known",
                               "line 2: threads ",
                               "line 3: drain_time should be a time like",
                               "redis: ",
                               "line 6: redis.command_timeout ",
                               "line 7: redis.session_prefix ",
                               "line 8: postgres should be a mapping",
                               "line 10: operation.view_guard ",
                               "line 11: operation.pin_seconds ",
                               "line 12: operation.default_language ",
                               "line 13: pin.queue ",
                               "line 14: log_level ",
                               "line 15: phone should be true or false",
                               "line 18: gateways[0].secrets_file can not be read",
                               "line 19: gateways[0].profile.deadline ",
                               "gateways[0]: ",
                               "gateways[1]: ",
                               "two gateways are named one",
                               "line 22: speed is not known",
                               "no keys"})
        EXPECT_NE(all.find(wanted), std::string::npos) << "not said: " << wanted << "\nsaid:\n" << all;
}

TEST(config, secrets_stand_in_files_or_in_the_environment) {
    held secrets;
    secrets.files.clear();
    secrets.variables = {{"MLANGO_KEYS", key_file()},
                         {"MLANGO_REDIS_PASSWORD", "red is\n"},
                         {"MLANGO_POSTGRES_PASSWORD", "it's \\ here"},
                         {"MLANGO_GATEWAY_HER_GATE_SECRETS", "a\n\nb\n"},
                         {"MLANGO_GATEWAY_HER_GATE_SMS_API_KEY", "key"}};
    const auto read = parse_config(
        "gateways: [{ name: her-gate, sms: { url: \"http://127.0.0.1/x\", username: u, sender: s } }]\n"
        "postgres: { conninfo: dbname=x }\n",
        folder, secrets.source());
    ASSERT_TRUE(read) << all_of(read.error());
    EXPECT_EQ(read->redis.password, "red is");
    EXPECT_EQ(read->postgres.conninfo, "dbname=x password='it\\'s \\\\ here'") << "quoted as libpq reads it";
    EXPECT_EQ(read->gateways[0].secrets, (std::vector<std::string>{"a", "b"})) << "a line a secret";
    EXPECT_EQ(read->gateways[0].sms_api_key, "key");
    secrets.files = {{folder / "r", "from the file\n"}};
    const auto from_file =
        parse_config("redis: { password_file: r }\ngateways: [{ name: her-gate }]\n", folder, secrets.source());
    ASSERT_TRUE(from_file) << all_of(from_file.error());
    EXPECT_EQ(from_file->redis.password, "from the file") << "a file goes before the environment";
}

TEST(config, secrets_never_stand_in_the_yaml_and_faults_never_repeat_them) {
    const auto found = faults_in(
        "keys: deadbeef\n"
        "redis: { password: hunter2, url: \"redis://user:hunter2@127.0.0.1:6379/0\" }\n"
        "postgres: { password: hunter2, conninfo: \"dbname=x password=hunter2\" }\n"
        "gateways: [{ name: africastalking, secrets: hunter2, secrets_file: secrets, sms: { api_key: hunter2 } }]\n");
    const std::string all = all_of(found);
    EXPECT_NE(all_of(faults_in(smallest + "postgres: { conninfo: \"postgresql://her:hunter2@db/mlango\" }\n"))
                  .find("postgres.conninfo holds a password"),
              std::string::npos);
    EXPECT_EQ(faults_in(smallest + "postgres: { conninfo: \"postgresql://her@db:5432/mlango\" }\n"),
              std::vector<std::string>{});
    for (const char* wanted :
         {"line 1: keys is a secret", "line 2: redis.password is a secret", "line 3: postgres.password is a secret",
          "line 3: postgres.conninfo ", "line 4: gateways[0].secrets is a secret",
          "line 4: gateways[0].sms.api_key is a secret", "redis: "})
        EXPECT_NE(all.find(wanted), std::string::npos) << "not said: " << wanted << "\nsaid:\n" << all;
    EXPECT_EQ(all.find("hunter2"), std::string::npos) << all;
    EXPECT_EQ(all.find("deadbeef"), std::string::npos) << all;
}

TEST(config, keys_that_can_not_be_read_are_said_by_line) {
    held secrets;
    secrets.files[folder / "keys"] = "session 1 abc\n";
    const auto found = all_of(faults_in(smallest, secrets));
    EXPECT_NE(found.find("keys: "), std::string::npos) << found;
    EXPECT_EQ(found.find("abc"), std::string::npos) << found;
}

TEST(config, a_step_must_fit_into_what_is_left_of_the_deadline) {
    const auto with = [](const std::string& timeouts, const std::string& deadline) {
        return all_of(faults_in("keys_file: keys\n" + timeouts +
                                "\ngateways: [{ name: slow, secrets_file: secrets, profile: { deadline: " + deadline +
                                " } }]\n"));
    };
    EXPECT_EQ(with("", "10s"), "");
    EXPECT_EQ(with("", "7s"), "");
    const auto shorter = with("", "6s");
    EXPECT_NE(shorter.find("gateway slow: deadline 6000 ms leaves 1800 ms"), std::string::npos) << shorter;
    EXPECT_EQ(with("postgres: { statement_timeout: 1800ms }", "6s"), "");
    EXPECT_NE(with("postgres: { statement_timeout: 1801ms }", "6s"), "");
    EXPECT_NE(with("redis: { command_timeout: 3001ms }", "10s"), "");
    EXPECT_EQ(with("redis: { command_timeout: 3s }\npostgres: { statement_timeout: 3s }", "10s"), "");
}

TEST(config, short_messages_have_routes_over_gateways_that_send) {
    const auto with = [](const std::string& more) {
        return "keys_file: keys\ngateways:\n  - { name: sends, secrets_file: secrets, sms: { url: 'https://x.org', "
               "username: m, api_key_file: secrets } }\n  - { name: silent, secrets_file: secrets }\n" +
               more;
    };
    const held secrets;
    const auto read = parse_config(with("routes: [{ gateways: [sends], prefixes: ['+254'] }]\n"
                                        "sms: { resend_unknown: 24h, unknown_after: 48h, bulk_a_day: 1 }\n"
                                        "operation: { asks_before_words: false }\n"
                                        "postgres: { message_connections: 2 }\n"),
                                   folder, secrets.source());
    ASSERT_TRUE(read) << all_of(read.error());
    ASSERT_EQ(read->sender.routes.size(), 1u);
    EXPECT_EQ(read->sender.routes[0].prefixes, std::vector<std::string>{"+254"});
    EXPECT_EQ(read->rounds.resend_unknown, 24h);
    EXPECT_EQ(read->sender.bulk_a_day, 1);
    EXPECT_EQ(read->rounds.unknown_after, 48h);
    EXPECT_EQ(read->message_connections, 2u);
    EXPECT_FALSE(read->operation.asks_before_words);
    EXPECT_NE(all_of(faults_in(with("sms: { resend_unknown: 25h }"))).find("at most unknown_after"), std::string::npos);
    EXPECT_NE(all_of(faults_in(with("routes: [{ gateways: [silent] }]"))).find("no gateway \"silent\" sends SMS"),
              std::string::npos);
    EXPECT_EQ(all_of(faults_in(with("routes: sends"))), "routes should be a list\n");
    EXPECT_NE(all_of(faults_in(with("sms: { lease: 10min, receipts_wait: 10min }"))).find("sms.receipts_wait"),
              std::string::npos);
}

TEST(config, another_code_and_first_language_where_numbers_begin_so) {
    const std::string before =
        "keys_file: keys\ngateways:\n  - { name: one, secrets_file: secrets }\n"
        "operation:\n  languages: [en, sw]\n";
    const held secrets;
    const auto read = parse_config(before +
                                       "  local:\n"
                                       "    - { prefixes: ['+256'], service_code: '*165*7#' }\n"
                                       "    - { prefixes: ['+255'], default_language: sw }\n",
                                   folder, secrets.source());
    ASSERT_TRUE(read) << all_of(read.error());
    EXPECT_EQ(read->operation.code_for("+256701000001"), "*165*7#");
    EXPECT_EQ(read->operation.language_for("+256701000001"), "en");
    EXPECT_EQ(read->operation.language_for("+255701000001"), "sw");
    EXPECT_EQ(all_of(faults_in(before + "  local: yes\n")), "line 6: operation.local should be a list\n");
    const std::string all =
        all_of(faults_in(before + "  service_code: 384\n"
                                  "  local:\n"
                                  "    - { service_code: '*1#', colour: red }\n"                 // 8
                                  "    - { prefixes: ['+256'], default_language: fr }\n"         // 9
                                  "    - { prefixes: ['+256', x], service_code: '*12a#' }\n"));  // 10
    for (const char* wanted : {"line 6: operation.service_code should be what she dials",
                               "operation.local[0].prefixes should name how its numbers begin",
                               "line 8: operation.local[0].colour is not known",
                               "line 9: operation.local[1].default_language should be one of languages",
                               "line 10: operation.local[2].service_code should be what she dials",
                               "operation.local[2].prefixes: \"+256\" stands twice",
                               "operation.local[2].prefixes: \"x\" should be + and digits"})
        EXPECT_NE(all.find(wanted), std::string::npos) << "not said: " << wanted << "\nsaid:\n" << all;
    EXPECT_EQ(all.find("operation.local[1].service_code"), std::string::npos) << "the operation's is told once:\n"
                                                                              << all;
}

TEST(config, what_is_no_yaml_is_said_with_its_line) {
    const auto found = faults_in("listen:\n  port: [1\nthreads: 2\n");
    ASSERT_EQ(found.size(), 1u);
    EXPECT_TRUE(found[0].starts_with("line ")) << found[0];
    EXPECT_NE(found[0].find("not YAML"), std::string::npos) << found[0];
}

TEST(config, no_content_is_a_fault_not_a_crash) {
    for (const char* yaml : {"", "# nothing\n", "just words\n", "- a\n- b\n", "gateways: []\n", "gateways: {}\n",
                             "gateways: [null]\n", "gateways: [words]\n", "? [a, b]\n: c\n"})
        EXPECT_FALSE(faults_in(yaml).empty()) << yaml;
}

TEST(config, a_file_that_is_not_there_is_named) {
    const auto read = read_config("/nowhere/mlango.yaml", held{}.source());
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error(), std::vector<std::string>{"/nowhere/mlango.yaml can not be read"});
}

TEST(config, an_hlr_is_a_door_of_its_own) {
    const held secrets;
    const auto read = parse_config(
        "keys_file: keys\ngsup:\n  - { name: village, address: 10.0.0.1, number_prefix: '254', profile: { deadline: 9s "
        "} }\n",
        folder, secrets.source());
    ASSERT_TRUE(read.has_value()) << all_of(read.error());
    ASSERT_EQ(read->hlrs.size(), 1u);
    const auto& hlr = read->hlrs.front();
    EXPECT_EQ(hlr.euse, "mlango");
    EXPECT_EQ(hlr.port, 4'222);
    EXPECT_EQ(hlr.control_port, 4'259);
    EXPECT_EQ(hlr.profile.screen.septets, 128u);
    EXPECT_EQ(hlr.profile.screen.ucs2_units, 56u);
    EXPECT_EQ(hlr.profile.deadline, 9s);
    ASSERT_EQ(ussd_doors_of(*read).size(), 1u);
    EXPECT_EQ(ussd_doors_of(*read).front().name, "village");
}

TEST(config, faults_of_an_hlr_are_named) {
    const std::pair<std::string_view, std::string_view> rows[] = {
        {"name: Big", "a name has"},
        {"name: africastalking", "two gateways are named africastalking"},
        {"name: v, address: hlr.example", "address is an IPv4"},
        {"name: v, control_address: x", "control_address is an IPv4"},
        {"name: v, euse: 'a b'", "euse is a name"},
        {"name: v, number_prefix: '0711'", "number_prefix has"},
        {"name: v, number_prefix: '25x'", "number_prefix has"},
        {"name: v, port: 0", "gsup[0].port"},
        {"name: v, secret: x", "gsup[0].secret is not known"},
        {"name: v, profile: { septets: 20 }", "gsup[0].profile.septets"},
        {"name: v, profile: { deadline: 2s }", "deadline 2000 ms"},
    };
    for (const auto& [given, fault] : rows) {
        const auto faults = all_of(faults_in(smallest + "gsup:\n  - { " + std::string(given) + " }\n"));
        EXPECT_NE(faults.find(fault), std::string::npos) << given << ": " << faults;
    }
    EXPECT_NE(all_of(faults_in(smallest + "gsup: 3\n")).find("gsup should be a list"), std::string::npos);
}

TEST(config, other_doors_make_gateways_needless) {
    const std::string keys = "keys_file: keys\n";
    const std::string account = "smpp:\n  - { name: operator, host: smsc, system_id: me }\n";
    const std::string hlr = "gsup:\n  - { name: village, address: 10.0.0.1 }\n";
    for (const std::string& none : {std::string(), std::string("gateways: []\n")}) {
        EXPECT_EQ(all_of(faults_in(keys + none + account)), "");
        EXPECT_EQ(all_of(faults_in(keys + none + hlr)), "");
        EXPECT_EQ(all_of(faults_in(keys + none)),
                  "gateways should be a list with at least one gateway, unless there is smpp or gsup\n");
    }
    EXPECT_EQ(all_of(faults_in(keys + "gateways: 3\n" + account)), "gateways should be a list\n");
    // Short messages leave by the account; nobody dials.
    const held secrets;
    const auto read =
        parse_config(keys + account + "routes:\n  - { gateways: [operator] }\n", folder, secrets.source());
    ASSERT_TRUE(read.has_value()) << all_of(read.error());
    EXPECT_TRUE(ussd_doors_of(*read).empty());
}

TEST(config, an_smpp_account_may_carry_ussd) {
    const held secrets;
    const auto with = [&](const std::string& ussd) {
        return parse_config(
            "keys_file: keys\nsmpp:\n  - name: operator\n    host: smsc\n    system_id: me\n    ussd: " + ussd + "\n",
            folder, secrets.source());
    };
    const auto read = with("{ profile: tata, service_code: '384', network: { septets: 140, ucs2_units: 63 } }");
    ASSERT_TRUE(read.has_value()) << all_of(read.error());
    ASSERT_EQ(read->smpp_ussd.size(), 1u);
    EXPECT_EQ(read->smpp_ussd.front().gateway, "operator");
    EXPECT_EQ(read->smpp_ussd.front().words.name, "tata");
    ASSERT_EQ(ussd_doors_of(*read).size(), 1u);
    EXPECT_EQ(ussd_doors_of(*read).front().profile.screen.septets, 140u);
    for (const auto& [given, fault] :
         {std::pair<std::string, std::string_view>{"{ profile: x }", "should be one of spec"},
          {"{ country: KE }", "should be a country code"},
          {"{ network: { region: ZZ } }", "no ISO 3166 country"}}) {
        const auto wrong = with(given);
        ASSERT_FALSE(wrong.has_value()) << given;
        EXPECT_NE(all_of(wrong.error()).find(fault), std::string::npos) << all_of(wrong.error());
    }
}

}  // namespace
}  // namespace mlango::server
