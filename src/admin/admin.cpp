#include "contrail/admin.hpp"

#include <list>
#include <utility>

#include "admin/metered_consumer.hpp"
#include "admin/metered_segments.hpp"
#include "admin/server_sources.hpp"
#include "core/require.hpp"
#include "metrics/admin_server.hpp"

namespace contrail {

struct Admin::Parts {
    Parts(const Settings& settings, const AdminOptions& options)
        : registry(settings.stream_name),
          server(options, registry) {
        if (!settings.database_url.empty()) server.add(admin::postgres_source(settings));
        if (settings.log_url.empty()) return;
        log = admin::impatient_log(settings);
        metrics::Source source = admin::log_source(settings, log);
        log_name = source.name;
        server.add(std::move(source));
    }

    std::shared_ptr<Log> log;  ///< Null if the settings name no log.
    std::string log_name;      ///< Of its source.
    metrics::Registry registry;
    std::list<admin::MeteredConsumer> consumers;
    std::list<admin::MeteredSegments> partitioned;
    std::list<Watchdog> watchdogs;
    metrics::AdminServer server;  ///< Last: it ends before what it queries.
};

Admin::Admin(const Settings& settings, const AdminOptions& options)
    : parts_(std::make_unique<Parts>(settings, options)) {}

Admin::~Admin() = default;

template <class AnyConsumer, class AnyHandler>
AnyConsumer Admin::watched(ConsumerName name, LogReader& log, Checkpoints& checkpoints, AnyHandler handler,
                           ConsumerOptions options, OnConsumerEvent on_event) {
    require(parts_->log != nullptr, "the settings of a consumer's Admin name its log", name.str());
    auto& metered = parts_->consumers.emplace_back(name, log, checkpoints, parts_->registry);
    parts_->server.add(metered.health_check(parts_->log, parts_->log_name));
    return AnyConsumer(std::move(name), metered.log(), metered.checkpoints(),
                       metered.handler(std::move(handler)), std::move(options), system_clock(),
                       metered.listener(std::move(on_event)));
}

Consumer Admin::watch(ConsumerName name, LogReader& log, Checkpoints& checkpoints, Handler handler,
                      ConsumerOptions options, OnConsumerEvent on_event) {
    return watched<Consumer>(std::move(name), log, checkpoints, std::move(handler), std::move(options),
                             std::move(on_event));
}

AtLeastOnceConsumer Admin::watch(ConsumerName name, LogReader& log, Checkpoints& checkpoints,
                                 IdempotentHandler handler, ConsumerOptions options,
                                 OnConsumerEvent on_event) {
    return watched<AtLeastOnceConsumer>(std::move(name), log, checkpoints, std::move(handler),
                                        std::move(options), std::move(on_event));
}

MakeSegmentWorker Admin::watch(ConsumerName name, MakeSegmentWorker make_worker) {
    require(parts_->log != nullptr, "the settings of a consumer's Admin name its log", name.str());
    auto& segments = parts_->partitioned.emplace_back(std::move(name), parts_->registry);
    parts_->server.add(segments.health_check(parts_->log, parts_->log_name));
    return [&segments, make_worker = std::move(make_worker)](Segment segment) {
        return segments.metered(segment, make_worker(segment));
    };
}

void Admin::add(const prometheus::Collectable& metrics) {
    parts_->registry.add(metrics);
}

Watchdog& Admin::watch(std::string name, std::function<std::optional<std::string>()> waiting) {
    Watchdog& watchdog = parts_->watchdogs.emplace_back(system_clock());
    parts_->server.add(
        metrics::HealthCheck{.name = std::move(name), .watchdog = &watchdog, .waiting = std::move(waiting)});
    return watchdog;
}

void Admin::serve() {
    parts_->server.serve();
}

std::optional<std::uint16_t> Admin::port() const {
    return parts_->server.port();
}

}  // namespace contrail
