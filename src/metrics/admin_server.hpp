#pragma once

#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "contrail/admin.hpp"
#include "contrail/http.hpp"
#include "contrail/watchdog.hpp"
#include "metrics/asker.hpp"
#include "metrics/registry.hpp"

namespace contrail::metrics {

/// Somebody who can be asked, such as a database, but may not answer: asked on a thread of its own, and
/// waited for only so long. Either function may be empty.
struct Source {
    std::string name;
    /// For what the process cannot do without: throws what is wrong with it.
    std::function<void()> probe{};
    /// Metrics whose values are found out at every scrape.
    std::function<Families()> collect{};
};

/// Work of a process that /healthz watches.
struct HealthCheck {
    std::string name;
    const Watchdog* watchdog;
    /// Says what waits; nothing: none does, and to stand still is well. Throws if that cannot be told. Asked
    /// after a standstill only.
    std::function<std::optional<std::string>()> waiting;
    /// The source that `waiting` asks, by name; empty: it asks nobody, and answers at once.
    std::string asks{};
};

/// Answers /metrics, /healthz and /readyz for this process, on a thread of its own. See contrail/admin.hpp.
///
/// Lifetime  The registry, and what sources and duties refer to, must outlive it.
/// Threads   Not thread-safe. Sources and duties are made known before serve().
class AdminServer {
public:
    /// As Admin::Admin().
    AdminServer(AdminOptions options, const Registry& registry);
    AdminServer(const AdminServer&) = delete;
    AdminServer& operator=(const AdminServer&) = delete;
    ~AdminServer();

    void add(Source source);
    void add(HealthCheck health_check) { health_checks_.push_back(std::move(health_check)); }

    void serve();
    [[nodiscard]] std::optional<std::uint16_t> port() const;

private:
    struct AskedSource {
        AskedSource(boost::asio::io_context& context, Source of) : source(std::move(of)), asker(context) {}
        Source source;
        Asker asker;
    };
    template <class T>
    using Questions = std::vector<std::pair<std::string_view, std::shared_ptr<Question<T>>>>;

    void add_routes();
    boost::asio::awaitable<http::Response> show_metrics();
    boost::asio::awaitable<http::Response> show_health();
    boost::asio::awaitable<http::Response> show_readiness();
    boost::asio::awaitable<std::optional<std::string>> complaint(const HealthCheck& health_check);
    boost::asio::awaitable<Answer<std::optional<std::string>>> what_waits(const HealthCheck& health_check);

    AdminOptions options_;
    const Registry& registry_;
    std::vector<HealthCheck> health_checks_;

    boost::asio::io_context context_{1};
    std::list<AskedSource> sources_;
    http::Router router_;
    std::optional<http::Server> server_;
    std::thread thread_;
};

}  // namespace contrail::metrics
