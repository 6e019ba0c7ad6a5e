#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "contrail/at_least_once_consumer.hpp"
#include "contrail/consumer.hpp"
#include "contrail/settings.hpp"
#include "contrail/watchdog.hpp"

namespace prometheus {
class Collectable;
}

namespace contrail {

/// Where a process tells of itself.
struct AdminOptions {
    /// Name or address of this machine. Whoever reaches it may read: consumers' names, rates, error texts.
    std::string host = "127.0.0.1";
    /// 0 takes any free one. Nothing: nobody is told.
    std::optional<std::uint16_t> port{};
    /// A socket that listens already, inherited from whoever started this process, in place of host and port;
    /// it is closed in the end. -1: none.
    int socket = -1;
    /// For how long work may wait and nothing move before /healthz says so. Less than a batch may take calls
    /// a busy process stalled.
    Clock::Duration stalled_after{30'000};
};

/// A consumer that an Admin tells of: make it with these in place of its own log, checkpoints, handler and
/// events. They cost some clock readings a batch.
///
/// Lifetime  Ends with its Admin. What it is given must outlive it, as must the consumer be gone before.
class WatchedConsumer {
public:
    virtual ~WatchedConsumer() = default;

    virtual LogReader& log(LogReader& log) = 0;
    virtual Checkpoints& checkpoints(Checkpoints& checkpoints) = 0;
    virtual Handler handler(Handler handler) = 0;
    virtual IdempotentHandler handler(IdempotentHandler handler) = 0;
    /// To have further listeners, fan out to it and to them (contrail/fan_out.hpp).
    virtual OnConsumerEvent on_event() = 0;
};

/// Tells over HTTP, on a thread of its own, how this process does:
///   /metrics  Prometheus' text format; docs/metrics.md lists them. What a server does not answer in two
///             seconds is left out, and contrail_collect_success says so.
///   /healthz  200 while work moves or there is none; 503 if it waits and nothing has moved for
///             AdminOptions::stalled_after, with what waits, since when and why.
///   /readyz   200 if the servers that `settings` name answer, else 503 with what they said. Without a Redis URL
///             that is PostgreSQL alone.
///
///     contrail::Admin admin(settings, {.port = 9464});
///     auto& watched = admin.consumer(name);
///     contrail::Consumer mailer(name, watched.log(*log), watched.checkpoints(*checkpoints),
///                               watched.handler(handle), {}, contrail::system_clock(), watched.on_event());
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
    /// Answers no more. Waits for what servers were asked, for two seconds at the most.
    ~Admin();

    /// Before serve(), once for each consumer of this process.
    WatchedConsumer& consumer(const ConsumerName& name);

    /// Serves metrics of the service's own as well, from prometheus-cpp: a prometheus::Registry, say. Call it
    /// before serve(); `metrics` must outlive this.
    void add(const prometheus::Collectable& metrics);

    /// Has /healthz watch work of the service's own, which tells the watchdog how it goes. After a standstill
    /// it asks `waiting`, on a thread of its own, which says at once what waits; nothing: to stand still is
    /// well. Call it before serve(). The watchdog lives as long as this; `waiting` must be callable as long.
    Watchdog& watch(std::string name, std::function<std::optional<std::string>()> waiting);

    /// Answers requests from now on.
    void serve();

    /// The port that it listens on; nothing if nobody is told.
    [[nodiscard]] std::optional<std::uint16_t> port() const;

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace contrail
