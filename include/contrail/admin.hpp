#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "contrail/at_least_once_consumer.hpp"
#include "contrail/consumer.hpp"
#include "contrail/partitioned_consumer.hpp"
#include "contrail/settings.hpp"
#include "contrail/watchdog.hpp"

namespace prometheus {
class Collectable;
}

namespace contrail {

/// Where a process serves its metrics and health.
struct AdminOptions {
    /// Name or address of this machine. Every client that reaches it may read consumers' names, rates and
    /// error texts.
    std::string host = "127.0.0.1";
    /// 0 takes any free port. Nothing: no port is opened, and nothing is served.
    std::optional<std::uint16_t> port{};
    /// A socket that listens already, inherited from the parent process, in place of host and port. The Admin
    /// closes it in the end. -1: none.
    int socket = -1;
    /// /healthz fails when work has waited for this long and nothing has moved. A value below the time of one
    /// batch calls a busy process stalled.
    Clock::Duration stalled_after{30'000};
};

/// Serves the metrics and the health of this process over HTTP, on a thread of its own:
///   /metrics  Prometheus' text format; docs/metrics.md lists the metrics. Leaves out what a server does not
///             answer within two seconds; contrail_collect_success says so.
///   /healthz  200 while work moves or there is none. 503 when work has waited for
///             AdminOptions::stalled_after and nothing has moved, with what waits, since when and why.
///   /readyz   200 if the servers that `settings` name answer, else 503 with their errors. One without
///             a URL is left out.
///
///     contrail::Admin admin(settings, {.port = 9464});
///     auto mailer = admin.watch(contrail::ConsumerName("mailer"), *log, *checkpoints, handle);
///     admin.serve();
///     mailer.run(stop);
///
/// Needs contrail::admin to be linked, beside contrail::contrail.
/// Threads  Not thread-safe. Call stop_on_signals() first: threads are started here.
class Admin {
public:
    /// Listens; requests wait until serve(). Throws Error (Retry::never) if the port is taken, or a URL is
    /// not understood.
    Admin(const Settings& settings, const AdminOptions& options);
    Admin(const Admin&) = delete;
    Admin& operator=(const Admin&) = delete;
    /// Stops serving. Waits for queries to servers that are under way, for at most two seconds.
    ~Admin();

    /// Makes a Consumer with metrics and a health check. The arguments are those of its constructor. Costs a
    /// few clock readings per batch. Call it before serve(), once for each consumer of this process.
    ///
    /// Lifetime  This Admin, `log` and `checkpoints` must outlive the consumer.
    Consumer watch(ConsumerName name, LogReader& log, Checkpoints& checkpoints, Handler handler,
                   ConsumerOptions options = {}, OnConsumerEvent on_event = {});

    /// The same for an AtLeastOnceConsumer.
    AtLeastOnceConsumer watch(ConsumerName name, LogReader& log, Checkpoints& checkpoints,
                              IdempotentHandler handler, ConsumerOptions options = {},
                              OnConsumerEvent on_event = {});

    /// Makes the workers of a PartitionedConsumer as `make_worker` does, with metrics, and adds a health check. It
    /// fails when no worker of this process moves. Call it before serve(). This Admin must outlive the consumer.
    MakeSegmentWorker watch(ConsumerName name, MakeSegmentWorker make_worker);

    /// Adds a health check of the service's own work, which tells the watchdog how it goes. After a
    /// standstill, /healthz calls `waiting` on the Admin's thread: it returns at once what waits, or nothing
    /// if no work waits. Call it before serve(). The watchdog lives as long as this Admin, and `waiting` must
    /// stay callable as long.
    Watchdog& watch(std::string name, std::function<std::optional<std::string>()> waiting);

    /// Serves metrics of the service's own as well, from prometheus-cpp: a prometheus::Registry, for example.
    /// Call it before serve(). `metrics` must outlive this Admin.
    void add(const prometheus::Collectable& metrics);

    /// Answers requests from now on.
    void serve();

    /// The port that it listens on. Nothing if AdminOptions name neither port nor socket.
    [[nodiscard]] std::optional<std::uint16_t> port() const;

private:
    template <class AnyConsumer, class AnyHandler>
    AnyConsumer watched(ConsumerName name, LogReader& log, Checkpoints& checkpoints, AnyHandler handler,
                        ConsumerOptions options, OnConsumerEvent on_event);

    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace contrail
