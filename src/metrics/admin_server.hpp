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
#include "metrics/query_thread.hpp"
#include "metrics/registry.hpp"

namespace contrail::metrics {

/// A server that answers queries, such as a database, and may hang. Its queries run on a thread of their own,
/// with a time limit. Either function may be empty.
struct Source {
    std::string name;
    /// The stream that it belongs to, of the several that this process serves. Empty: the registry's.
    std::string stream{};
    /// For a server that the process depends on: throws the reason why it does not answer.
    std::function<void()> probe{};
    /// Metrics that are read at every scrape.
    std::function<Families()> collect{};
};

/// Finds work of this process that has stopped although more of it waits.
struct HealthCheck {
    std::string name;
    const Watchdog* watchdog = nullptr;
    /// Says what waits. Nothing if no work waits: a standstill is then healthy. Throws if it cannot know.
    /// Called after a standstill only.
    std::function<std::optional<std::string>()> waiting{};
    /// The name of the source that `waiting` queries, and its stream. Empty if it queries no server and returns at
    /// once.
    std::string source{};
    std::string stream{};
    /// Why the work stands still although this process is well, such as a server that is away; nothing: no reason is
    /// known. The check then passes, and shows the reason. Empty: no reason counts.
    std::function<std::optional<std::string>()> excuse{};
};

/// Says for /readyz, without a query, whether a part of this process can do its work: nothing, or why it cannot.
struct ReadinessCheck {
    std::string name;
    std::function<std::optional<std::string>()> failure;
};

/// Serves /metrics, /healthz and /readyz for this process, on a thread of its own. See contrail/admin.hpp.
///
/// Lifetime  The registry, and what sources and health checks refer to, must outlive it.
/// Threads   Not thread-safe. Add sources and health checks before serve().
class AdminServer {
public:
    /// As Admin::Admin().
    AdminServer(AdminOptions options, const Registry& registry);
    AdminServer(const AdminServer&) = delete;
    AdminServer& operator=(const AdminServer&) = delete;
    ~AdminServer();

    void add(Source source);
    void add(HealthCheck check) { checks_.push_back(std::move(check)); }
    void add(ReadinessCheck check) { readiness_checks_.push_back(std::move(check)); }

    void serve();
    [[nodiscard]] std::optional<std::uint16_t> port() const;

private:
    struct QueriedSource {
        QueriedSource(boost::asio::io_context& context, Source of) : source(std::move(of)), thread(context) {}
        Source source;
        QueryThread thread;
    };
    template <class T>
    using QueriesBySource = std::vector<std::pair<const Source*, std::shared_ptr<PendingQuery<T>>>>;

    void add_routes();
    boost::asio::awaitable<http::Response> show_metrics();
    boost::asio::awaitable<http::Response> show_health();
    boost::asio::awaitable<http::Response> show_readiness();
    boost::asio::awaitable<std::optional<std::string>> failure(const HealthCheck& check);
    boost::asio::awaitable<QueryResult<std::optional<std::string>>> what_waits(const HealthCheck& check);

    AdminOptions options_;
    const Registry& registry_;
    std::vector<HealthCheck> checks_;
    std::vector<ReadinessCheck> readiness_checks_;

    boost::asio::io_context context_{1};
    std::list<QueriedSource> sources_;
    http::Router router_;
    std::optional<http::Server> server_;
    std::thread thread_;
};

}  // namespace contrail::metrics
