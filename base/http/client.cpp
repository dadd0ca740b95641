#include "base/http/client.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <stdexcept>
#include <unordered_map>

#include "base/http/client_link.hpp"
#include "base/http/text.hpp"

namespace mlango {

using namespace std::chrono_literals;

namespace {

// Servers and middleboxes drop idle connections silently; one that is older is not trusted.
constexpr auto idle_lifetime = 30s;

struct target {
    http_origin origin;
    std::string host_field;
    std::string path;
};

std::optional<target> parse_target(std::string_view text) {
    const auto parsed = boost::urls::parse_uri(text);
    if (!parsed) return std::nullopt;
    const boost::urls::url_view url = *parsed;
    const bool tls = equal_ignoring_case(std::string_view(url.scheme()), "https");
    if (!tls && !equal_ignoring_case(std::string_view(url.scheme()), "http")) return std::nullopt;
    if (url.has_userinfo() || url.encoded_host().empty()) return std::nullopt;
    // port_number() wraps around.
    const std::string_view port(url.port());
    if (url.has_port() &&
        (port.empty() || port.size() > 5 || url.port_number() == 0 || std::to_string(url.port_number()) != port))
        return std::nullopt;

    target out;
    out.origin.tls = tls;
    out.origin.host = url.host_address();
    out.origin.port = url.has_port() ? url.port_number() : static_cast<std::uint16_t>(tls ? 443 : 80);
    out.host_field = std::string(std::string_view(url.encoded_host()));
    if (url.has_port()) out.host_field += ":" + std::to_string(out.origin.port);
    out.path = std::string(std::string_view(url.encoded_path()));
    if (out.path.empty()) out.path = "/";
    if (url.has_query()) out.path.append("?").append(std::string_view(url.encoded_query()));
    return out;
}

std::string request_text(const http_client::outgoing& request, const target& to) {
    if (!is_token(request.method)) throw std::invalid_argument("an HTTP method must be a token");
    std::string out;
    out.reserve(256 + to.path.size() + request.body.size());
    out.append(request.method).append(" ").append(to.path).append(" HTTP/1.1\r\nHost: ").append(to.host_field);
    for (const http_header& field : request.headers) {
        if (!is_token(field.name) || !is_header_value(field.value))
            throw std::invalid_argument("an HTTP header must stay on its line");
        out.append("\r\n").append(field.name).append(": ").append(field.value);
    }
    if (!request.body.empty() || request.method == "POST" || request.method == "PUT" || request.method == "PATCH")
        out.append("\r\nContent-Length: ").append(std::to_string(request.body.size()));
    return out.append("\r\n\r\n").append(request.body);
}

}  // namespace

struct http_client::state {
    struct origin_pool {
        std::vector<std::pair<std::unique_ptr<http_link>, deadline>> idle;  // since when
        std::size_t in_use = 0;
        std::size_t waiting = 0;
    };

    state(asio::io_context& context, http_client_settings given)
        : where(context.get_executor()), settings(given), freed(where, deadline::max()) {}

    executor where;
    http_client_settings settings;
    std::shared_ptr<asio::ssl::context> tls;
    std::unordered_map<std::string, origin_pool> pools;
    coarse_timer freed;  // cancelled whenever a connection is given back

    [[nodiscard]] std::shared_ptr<asio::ssl::context> tls_context();
    [[nodiscard]] std::unique_ptr<http_link> take_idle(const std::string& key);
    void forget_old(deadline now);
};

std::shared_ptr<asio::ssl::context> http_client::state::tls_context() {
    if (tls) return tls;
    auto made = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_client);
    SSL_CTX_set_min_proto_version(made->native_handle(), TLS1_2_VERSION);
    SSL_CTX_set_options(made->native_handle(), SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
    made->set_default_verify_paths();
    made->set_verify_mode(settings.verify_tls ? asio::ssl::verify_peer : asio::ssl::verify_none);
    return tls = std::move(made);
}

std::unique_ptr<http_link> http_client::state::take_idle(const std::string& key) {
    auto& idle = pools[key].idle;
    while (!idle.empty()) {
        auto link = std::move(idle.back().first);
        idle.pop_back();
        if (link->is_quiet()) return link;
    }
    return nullptr;
}

void http_client::state::forget_old(deadline now) {
    for (auto pool = pools.begin(); pool != pools.end();) {
        std::erase_if(pool->second.idle, [&](const auto& one) { return now - one.second > idle_lifetime; });
        const bool empty = pool->second.idle.empty() && pool->second.in_use == 0 && pool->second.waiting == 0;
        pool = empty ? pools.erase(pool) : std::next(pool);
    }
}

http_client::http_client(asio::io_context& context, http_client_settings settings)
    : state_(std::make_shared<state>(context, settings)) {}
http_client::~http_client() = default;

namespace {

// Gives the place in the pool back, however the exchange ends.
template <class Release>
struct on_leaving {
    Release release;
    ~on_leaving() { release(); }
};
template <class Release>
on_leaving(Release) -> on_leaving<Release>;

}  // namespace

task<std::expected<http_response, http_failure>> http_client::send(outgoing request, deadline until) {
    const auto self = state_;
    const auto to = parse_target(request.url);
    if (!to) co_return std::unexpected(http_failure::bad_url);
    const std::string text = request_text(request, *to);
    const bool head = request.method == "HEAD";
    const std::string key = to->origin.key();

    self->forget_old(std::chrono::steady_clock::now());
    ++self->pools[key].waiting;
    {
        const on_leaving left{[&] { --self->pools[key].waiting; }};
        while (self->pools[key].in_use >= self->settings.connections_per_origin) {
            auto freed = [](state& shared) -> task<void> {
                boost::system::error_code ignored;
                co_await shared.freed.async_wait(asio::redirect_error(use_task, ignored));
            };
            if (!co_await within(until, freed(*self))) co_return std::unexpected(http_failure::not_sent);
        }
        ++self->pools[key].in_use;
    }
    const on_leaving left{[&] {
        --self->pools[key].in_use;
        self->freed.cancel();
    }};

    // A kept connection may turn out to be closed. What never left is then sent once more, over a new one.
    for (bool fresh = false;; fresh = true) {
        auto link = fresh ? nullptr : self->take_idle(key);
        fresh = link == nullptr;
        if (fresh) {
            link = make_http_link(self->where, to->origin, to->origin.tls ? self->tls_context() : nullptr,
                                  self->settings.verify_tls);
            if (!co_await link->open(until)) co_return std::unexpected(http_failure::not_sent);
        }
        auto result = co_await link->exchange(text, head, self->settings.response_limit, until);
        if (!result && result.error() == http_failure::not_sent && !fresh) continue;
        if (result && link->reusable())
            self->pools[key].idle.emplace_back(std::move(link), std::chrono::steady_clock::now());
        co_return result;
    }
}

}  // namespace mlango
