#include "server/editions.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "base/within.hpp"
#include "handlers/ussd_desk.hpp"

namespace mlango::server {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t refused_remembered = 100;

std::vector<registry::published_file> files_of(const templates::sources& from) {
    std::vector<registry::published_file> files;
    for (const auto& [name, content] : from) files.push_back({.name = name, .content = content});
    return files;
}

templates::sources sources_of(std::vector<registry::published_file> files) {
    templates::sources from;
    for (auto& [name, content] : files) from.push_back({.name = std::move(name), .content = std::move(content)});
    return from;
}

}  // namespace

registry::publication_content content_of(const templates::edition_sources& from) {
    return {.languages = from.languages, .menu = files_of(from.menu), .texts = files_of(from.texts)};
}

templates::edition_sources sources_of(registry::publication_content content) {
    return {.menu = sources_of(std::move(content.menu)),
            .texts = sources_of(std::move(content.texts)),
            .languages = std::move(content.languages)};
}

std::expected<std::unique_ptr<const templates::edition>, std::vector<std::string>> servable(
    const templates::edition_sources& from, std::uint32_t version) {
    auto made = templates::edition::load(from, version);
    if (!made) return made;
    if (auto faults = handlers::faults_of((*made)->screens); !faults.empty()) return std::unexpected(std::move(faults));
    return made;
}

std::chrono::seconds longest_pinned(const config& settings) {
    std::chrono::seconds session{0};
    for (const auto& gateway : ussd_doors_of(settings)) session = std::max(session, gateway.profile.session_time);
    return 2 * session + 11min;
}

edition_keeper::edition_keeper(templates::edition_shelf& shelf, registry::publications& store, worker_pool& loading,
                               const clock& time, random_source& random, metrics& numbers,
                               edition_keeper_settings settings)
    : shelf_(shelf),
      store_(store),
      loading_(loading),
      time_(time),
      random_(random),
      served_(numbers.level("menu_version", "The published menu that sessions begin with; 0: the files.")),
      refused_count_(numbers.count("menu_versions_refused_total", "Published menus that this program can not serve")),
      settings_(settings),
      files_(shelf.current().version) {}

task<void> edition_keeper::run() {
    coarse_timer pause(co_await asio::this_coro::executor);
    for (;;) {
        try {
            co_await look();
        } catch (const registry::registry_unavailable&) {
            log_debug("menu_waits_for_registry");
        } catch (const std::exception& bug) {
            log_error("menu_look_failed", {{"what", typeid(bug).name()}});
        }
        const auto fifth = static_cast<std::uint64_t>(settings_.pause.count()) / 5;
        pause.expires_after(settings_.pause - std::chrono::milliseconds(fifth) +
                            std::chrono::milliseconds(random_.below(2 * fifth + 1)));
        co_await pause.async_wait(use_task);
    }
}

task<void> edition_keeper::look() {
    shelf_.tidy(time_.steady());
    const deadline now = time_.steady();
    auto window = std::chrono::duration_cast<std::chrono::milliseconds>(settings_.lasting);
    // What came and went since the last look may have been begun on elsewhere.
    if (looked_)
        window = std::min(window, settings_.settle + std::chrono::ceil<std::chrono::milliseconds>(now - *looked_) + 1s);
    const auto turns = co_await store_.recent(window);
    const auto due = std::ranges::find_if(turns, [&](const auto& turn) { return turn.age >= settings_.settle; });
    auto served = due;
    while (served != turns.end() && !co_await hold(served->version)) ++served;
    if (served != turns.end())
        begin_with(served->version);
    else if (due == turns.end())
        begin_with(registry::the_files);
    for (const auto& turn : turns) co_await hold(turn.version);
    if (!looked_ && settings_.tells_of_files && due != turns.end()) tell_of_files(due->version);
    looked_ = now;
}

void edition_keeper::tell_of_files(std::uint32_t served) {
    if (served != registry::the_files && served != same_as_files_)
        log_info("menu_files_differ", {{"published", served}});
}

// False when it can not be held: it is no version that this program can serve, or there is no room for it yet.
task<bool> edition_keeper::hold(std::uint32_t version) {
    if (version == registry::the_files || shelf_.find(version) != nullptr) co_return true;
    if (std::ranges::find(refused_, version) != refused_.end()) co_return false;
    auto content = co_await store_.load(version);
    std::expected<std::unique_ptr<const templates::edition>, std::vector<std::string>> made;
    if (content) {
        const templates::edition_sources from = sources_of(std::move(*content));
        if (templates::edition::version_of(from) == files_) same_as_files_ = version;
        // Nobody lets go of `from` and `made` while the job runs: this coroutine waits for it.
        if (!co_await loading_.run([&] { made = servable(from, version); })) co_return false;
    } else {
        made = std::unexpected(std::vector<std::string>{"it is not what was stored"});
    }
    if (!made) {
        refused_count_.add();
        if (refused_.size() == refused_remembered) refused_.clear();
        refused_.push_back(version);
        log_error("menu_refused",
                  {{"version", version}, {"faults", made.error().size()}, {"first", made.error().front()}});
        co_return false;
    }
    const bool room = shelf_.hold(std::move(*made), time_.steady());
    if (!room && !crowded_) log_warning("menu_waits_for_room", {{"version", version}, {"held", shelf_.size()}});
    crowded_ = !room;
    co_return room;
}

void edition_keeper::begin_with(std::uint32_t version) {
    const std::uint32_t named = version == registry::the_files ? files_ : version;
    served_.set(version);
    if (shelf_.current().version == named) return;
    shelf_.take(named, time_.steady());
    log_info("menu_taken_over", {{"version", version}});
}

}  // namespace mlango::server
