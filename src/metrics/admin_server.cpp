#include "metrics/admin_server.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "contrail/component_log.hpp"
#include "contrail/http.hpp"
#include "core/utc.hpp"
#include "metrics/collect_success.hpp"
#include "metrics/process.hpp"

namespace contrail::metrics {

using boost::asio::awaitable;
using boost::asio::ip::tcp;
using http::Response;
using http::Status;

namespace {

using std::chrono::milliseconds;

/// Prometheus waits ten seconds for a scrape, if nothing else is set.
constexpr milliseconds scrape_wait_max{2'000};

/// Kubernetes waits a second for a probe, if nothing else is set.
constexpr milliseconds probe_wait_max{800};

constexpr std::string_view plain_text = "text/plain; charset=utf-8";

tcp::acceptor listen(boost::asio::io_context& context, const AdminOptions& options) {
    if (options.socket < 0) return http::listen(context, options.host, *options.port, "--admin-port");
    tcp::acceptor acceptor(context);
    boost::system::error_code error;
    acceptor.assign(tcp::v4(), options.socket, error);
    if (error) {
        throw Error(Retry::never, "Cannot listen on the inherited socket " + std::to_string(options.socket) +
                                      ": " + error.message() +
                                      ". It must be a TCP socket that is bound and listens.");
    }
    return acceptor;
}

/// Runs until it is stopped. Whatever goes wrong with one session must not end the process that does the
/// work.
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

Response text_response(bool well, std::string body) {
    return {well ? Status::ok : Status::service_unavailable, std::move(body), {}, plain_text};
}

}  // namespace

AdminServer::AdminServer(AdminOptions options, const Registry& registry)
    : options_(std::move(options)),
      registry_(registry) {
    add_routes();
    if (!options_.port && options_.socket < 0) return;
    server_.emplace(listen(context_, options_),
                    [this](const http::Request& request) { return router_(request); });
}

AdminServer::~AdminServer() {
    context_.stop();
    if (thread_.joinable()) thread_.join();
}

void AdminServer::add(Source source) {
    // A thread of its own, for nothing if nobody can ask.
    if (server_) sources_.emplace_back(context_, std::move(source));
}

void AdminServer::serve() {
    if (server_) thread_ = std::thread([this] { run(context_); });
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
    Questions<Families> questions;
    for (auto& [source, asker] : sources_)
        if (source.collect) questions.emplace_back(source.name, asker.ask(source.collect, scrape_wait_max));
    Families families = process_families();
    for (const auto& [name, question] : questions) {
        Answer<Families> answer = co_await question->answer();
        families.push_back(collect_success(registry_.stream(), name, answer.value.has_value()));
        if (answer.value) families.insert(families.end(), answer.value->begin(), answer.value->end());
    }
    co_return Response{
        Status::ok, registry_.text(std::move(families)), {}, "text/plain; version=0.0.4; charset=utf-8"};
}

awaitable<Response> AdminServer::show_health() {
    std::string body;
    bool well = true;
    for (const HealthCheck& health_check : health_checks_) {
        const auto found = co_await complaint(health_check);
        if (found) well = false;
        body += health_check.name + ": " + found.value_or("ok") + '\n';
    }
    co_return text_response(well, (well ? "ok\n" : "stalled\n") + body);
}

/// What is wrong; nothing if all is well.
awaitable<std::optional<std::string>> AdminServer::complaint(const HealthCheck& health_check) {
    const auto stalled = [&] {
        auto standstill = health_check.watchdog->standstill();
        if (standstill && standstill->lasts < options_.stalled_after) standstill.reset();
        return standstill;
    };
    if (!stalled()) co_return std::nullopt;
    const auto answer = co_await what_waits(health_check);
    if (answer.value && !*answer.value) co_return std::nullopt;
    // Something may have moved while that was asked.
    const auto standstill = stalled();
    if (!standstill) co_return std::nullopt;

    const auto since = system_clock().unix_ms() - static_cast<std::uint64_t>(standstill->lasts.count());
    auto text = fmt::format("nothing has moved for {} s, since {}. {}", standstill->lasts.count() / 1'000,
                            utc_text(since),
                            answer.value ? **answer.value : "What waits cannot be told: " + answer.error);
    if (!standstill->why.empty()) text += " Last failure: " + standstill->why;
    std::ranges::replace(text, '\n', ' ');
    co_return text;
}

awaitable<Answer<std::optional<std::string>>> AdminServer::what_waits(const HealthCheck& health_check) {
    if (health_check.asks.empty()) co_return Answer<std::optional<std::string>>{health_check.waiting(), {}};
    const auto asked = std::ranges::find_if(
        sources_, [&](const auto& each) { return each.source.name == health_check.asks; });
    const auto question = asked->asker.ask(health_check.waiting, probe_wait_max);
    co_return co_await question->answer();
}

awaitable<Response> AdminServer::show_readiness() {
    Questions<bool> questions;
    for (auto& [source, asker] : sources_) {
        if (!source.probe) continue;
        const std::function<bool()> probe = [&probed = source.probe] { return probed(), true; };
        questions.emplace_back(source.name, asker.ask(probe, probe_wait_max));
    }
    std::string body;
    bool ready = true;
    for (const auto& [name, question] : questions) {
        const Answer<bool> answer = co_await question->answer();
        if (!answer.value) ready = false;
        body.append(name).append(": ").append(answer.value ? "ok" : answer.error).append("\n");
    }
    co_return text_response(ready, (ready ? "ready\n" : "not ready\n") + body);
}

}  // namespace contrail::metrics
