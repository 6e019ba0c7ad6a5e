#include "metrics/admin_server.hpp"

#include <fmt/format.h>
#include <sys/socket.h>

#include <algorithm>
#include <boost/system/errc.hpp>
#include <utility>

#include "base/utc.hpp"
#include "contrail/component_log.hpp"
#include "contrail/http.hpp"
#include "core/require.hpp"
#include "metrics/collect_success.hpp"
#include "metrics/process.hpp"

namespace contrail::metrics {

using boost::asio::awaitable;
using boost::asio::ip::tcp;
using http::Response;
using http::Status;

namespace {

using std::chrono::milliseconds;

/// By default, Prometheus waits ten seconds for a scrape.
constexpr milliseconds scrape_wait_max{2'000};

/// By default, Kubernetes waits a second for a probe.
constexpr milliseconds probe_wait_max{800};

/// More than Prometheus, a probe and an operator need. The work of this process needs the other descriptors.
constexpr std::size_t connections_max = 32;

constexpr std::string_view plain_text = "text/plain; charset=utf-8";

/// Also a file or a connection can be waited for; the first accept() would tell, when the program works already.
bool is_listening(int descriptor) {
    int listens = 0;
    socklen_t size = sizeof listens;
    return ::getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) == 0 && listens != 0;
}

tcp::acceptor listen(boost::asio::io_context& context, const AdminOptions& options) {
    if (options.socket < 0) return http::listen(context, options.host, *options.port, "--admin-port");
    tcp::acceptor acceptor(context);
    boost::system::error_code error;
    acceptor.assign(tcp::v4(), options.socket, error);
    if (!error && !is_listening(options.socket))
        error = boost::system::errc::make_error_code(boost::system::errc::invalid_argument);
    if (error) {
        throw Error(Retry::never, "Cannot listen on the inherited socket " + std::to_string(options.socket) +
                                      ": " + error.message() +
                                      ". It must be a TCP socket that is bound and listens.");
    }
    return acceptor;
}

/// Runs until the context is stopped. A session that fails must not end the process, which has work to do.
void run(boost::asio::io_context& context) {
    for (;;) {
        try {
            context.run();
            return;
        } catch (const std::exception& error) {
            ComponentLog("admin").error("a request failed: {error}", {{"error", error.what()}});
        }
    }
}

Response text_response(bool healthy, std::string body) {
    return {healthy ? Status::ok : Status::service_unavailable, std::move(body), {}, plain_text};
}

}  // namespace

AdminServer::AdminServer(AdminOptions options, const Registry& registry)
    : options_(std::move(options)),
      registry_(registry) {
    add_routes();
    if (!options_.port && options_.socket < 0) return;
    server_.emplace(
        listen(context_, options_), [this](const http::Request& request) { return router_(request); },
        http::Limits{.connections_max = connections_max});
}

AdminServer::~AdminServer() {
    context_.stop();
    if (thread_.joinable()) thread_.join();
}

void AdminServer::add(Source source) {
    // Without a port, no request comes, and the thread would have nothing to do.
    if (server_) sources_.emplace_back(context_, std::move(source));
}

void AdminServer::serve() {
    if (!server_) return;
    thread_ = std::thread([this] { run(context_); });
    // The parent process that handed down a socket knows its port.
    if (options_.socket < 0)
        ComponentLog("admin").info("metrics and health are served on {host}, port {port}",
                                   {{"host", options_.host}, {"port", server_->port()}});
}

std::optional<std::uint16_t> AdminServer::port() const {
    return server_ ? std::optional(server_->port()) : std::nullopt;
}

void AdminServer::add_routes() {
    const auto add = [&](std::string_view path, awaitable<Response> (AdminServer::*show)()) {
        router_.add(http::Method::get, path,
                    [this, show](const http::Request&, std::string_view) { return (this->*show)(); });
    };
    add("/metrics", &AdminServer::show_metrics);
    add("/healthz", &AdminServer::show_health);
    add("/readyz", &AdminServer::show_readiness);
}

awaitable<Response> AdminServer::show_metrics() {
    QueriesBySource<Families> queries;
    for (auto& [source, thread] : sources_)
        if (source.collect) queries.emplace_back(&source, thread.submit(source.collect, scrape_wait_max));
    Families families = process_families();
    for (const auto& [source, query] : queries) {
        QueryResult<Families> result = co_await query->result();
        const std::string& stream = source->stream.empty() ? registry_.stream() : source->stream;
        families.push_back(collect_success(stream, source->name, result.value.has_value()));
        if (result.value) families.insert(families.end(), result.value->begin(), result.value->end());
    }
    co_return Response{
        Status::ok, registry_.text(std::move(families)), {}, "text/plain; version=0.0.4; charset=utf-8"};
}

awaitable<Response> AdminServer::show_health() {
    std::string body;
    bool healthy = true;
    for (const HealthCheck& check : checks_) {
        auto found = check.excuse ? check.excuse() : std::nullopt;
        if (!found) {
            found = co_await failure(check);
            if (found) healthy = false;
        }
        body += check.name + ": " + found.value_or("ok") + '\n';
    }
    co_return text_response(healthy, (healthy ? "ok\n" : "stalled\n") + body);
}

/// Why the check fails; nothing if it passes.
awaitable<std::optional<std::string>> AdminServer::failure(const HealthCheck& check) {
    const auto stalled = [&] {
        auto standstill = check.watchdog->standstill();
        if (standstill && standstill->lasts < options_.stalled_after) standstill.reset();
        return standstill;
    };
    if (!stalled()) co_return std::nullopt;
    const auto waiting = co_await what_waits(check);
    if (waiting.value && !*waiting.value) co_return std::nullopt;
    // Work may have moved during the query.
    const auto standstill = stalled();
    if (!standstill) co_return std::nullopt;

    const auto since = system_clock().unix_ms() - static_cast<std::uint64_t>(standstill->lasts.count());
    auto text = fmt::format("nothing has moved for {} s, since {}. {}", standstill->lasts.count() / 1'000,
                            base::utc_text(since),
                            waiting.value ? **waiting.value : "What waits is unknown: " + waiting.error);
    if (!standstill->why.empty()) text += " Last failure: " + standstill->why;
    std::ranges::replace(text, '\n', ' ');
    co_return text;
}

awaitable<QueryResult<std::optional<std::string>>> AdminServer::what_waits(const HealthCheck& check) {
    if (check.source.empty()) co_return QueryResult<std::optional<std::string>>{check.waiting(), {}};
    const auto queried = std::ranges::find_if(sources_, [&](const auto& each) {
        return each.source.name == check.source && each.source.stream == check.stream;
    });
    require(queried != sources_.end(), "a health check names a source of this server");
    const auto query = queried->thread.submit(check.waiting, probe_wait_max);
    co_return co_await query->result();
}

awaitable<Response> AdminServer::show_readiness() {
    QueriesBySource<bool> queries;
    for (auto& [source, thread] : sources_) {
        if (!source.probe) continue;
        const std::function<bool()> query = [&probe = source.probe] { return probe(), true; };
        queries.emplace_back(&source, thread.submit(query, probe_wait_max));
    }
    std::string body;
    bool ready = true;
    for (const auto& [source, query] : queries) {
        const QueryResult<bool> result = co_await query->result();
        if (!result.value) ready = false;
        body.append(source->name).append(": ").append(result.value ? "ok" : result.error).append("\n");
    }
    for (const ReadinessCheck& check : readiness_checks_) {
        const auto failure = check.failure();
        if (failure) ready = false;
        body += check.name + ": " + failure.value_or("ok") + '\n';
    }
    co_return text_response(ready, (ready ? "ready\n" : "not ready\n") + body);
}

}  // namespace contrail::metrics
