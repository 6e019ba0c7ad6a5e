#include "contrail/admin.hpp"

#include <list>
#include <utility>

#include "admin/server_sources.hpp"
#include "core/require.hpp"
#include "metrics/admin_server.hpp"
#include "metrics/consumer_metrics.hpp"
#include "metrics/metered_checkpoints.hpp"
#include "metrics/metered_log_reader.hpp"
#include "metrics/stopwatch.hpp"

namespace contrail {

namespace {

class Watched : public WatchedConsumer {
public:
    Watched(const ConsumerName& name, metrics::Registry& registry)
        : metrics_(name, registry, system_clock()) {}

    LogReader& log(LogReader& log) override { return logs_.emplace_back(log, metrics_); }
    Checkpoints& checkpoints(Checkpoints& checkpoints) override {
        return checkpoints_.emplace_back(checkpoints, metrics_);
    }
    Handler handler(Handler handler) override {
        return
            [this, handler = std::move(handler)](Transaction& transaction, std::span<const Record> records) {
                time(records, [&] { handler(transaction, records); });
            };
    }
    IdempotentHandler handler(IdempotentHandler handler) override {
        return [this, handler = std::move(handler)](std::span<const Record> records) {
            time(records, [&] { handler(records); });
        };
    }
    OnConsumerEvent on_event() override { return metrics_.listener(); }

    /// What the log holds after the checkpoint.
    metrics::HealthCheck health_check(std::shared_ptr<Log> log) {
        return {.name = "consumer " + metrics_.name().str(),
                .watchdog = &metrics_.watchdog(),
                .waiting = [this, log = std::move(log)]() -> std::optional<std::string> {
                    const RecordId head = log->head();
                    const Offset checkpoint = metrics_.checkpoint();
                    if (head.offset <= checkpoint) return std::nullopt;
                    return "Records that wait in the log: " +
                           std::to_string(head.offset.value - checkpoint.value) + "; its head is " +
                           head.to_string() + '.';
                },
                .source = redis_name};
    }

private:
    template <class Call>
    void time(std::span<const Record> records, Call call) {
        metrics_.handler_begins(records);
        const metrics::Stopwatch begun;
        call();
        metrics_.handler_took(begun.seconds());
    }

    metrics::ConsumerMetrics metrics_;
    std::list<metrics::MeteredLogReader> logs_;
    std::list<metrics::MeteredCheckpoints> checkpoints_;
};

}  // namespace

struct Admin::Parts {
    Parts(const Settings& settings, const AdminOptions& options)
        : registry(settings.stream_name),
          server(options, registry) {
        server.add(postgres_source(settings));
        if (settings.redis_url.empty()) return;
        log = watching_log(settings);
        server.add(redis_source(log));
    }

    std::shared_ptr<Log> log;  ///< Null if the settings name no Redis.
    metrics::Registry registry;
    std::list<Watched> consumers;
    std::list<Watchdog> watchdogs;
    metrics::AdminServer server;  // last, so that it ends before what it asks
};

Admin::Admin(const Settings& settings, const AdminOptions& options)
    : parts_(std::make_unique<Parts>(settings, options)) {}

Admin::~Admin() = default;

WatchedConsumer& Admin::consumer(const ConsumerName& name) {
    require(parts_->log != nullptr, "the settings of a consumer's Admin name its Redis", name.str());
    Watched& watched = parts_->consumers.emplace_back(name, parts_->registry);
    parts_->server.add(watched.health_check(parts_->log));
    return watched;
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
