#include "admin/metered_segments.hpp"

#include <algorithm>
#include <utility>

#include "contrail/fan_out.hpp"
#include "metrics/metered_checkpoints.hpp"
#include "metrics/metered_log_reader.hpp"
#include "metrics/stopwatch.hpp"

namespace contrail::admin {

namespace {

/// A worker's ports. The metered ones pass calls on to them.
struct MeteredPorts {
    MeteredPorts(const SegmentWorker& worker, metrics::ConsumerMetrics& metrics)
        : log_below(worker.log),
          checkpoints_below(worker.checkpoints),
          log(*log_below, metrics),
          checkpoints(*checkpoints_below, metrics) {}

    std::shared_ptr<LogReader> log_below;
    std::shared_ptr<Checkpoints> checkpoints_below;
    metrics::MeteredLogReader log;
    metrics::MeteredCheckpoints checkpoints;
};

}  // namespace

SegmentWorker MeteredSegments::metered(Segment segment, SegmentWorker worker) {
    metrics::ConsumerMetrics& own = metrics_of(segment);
    const auto ports = std::make_shared<MeteredPorts>(worker, own);
    const OnConsumerEvent on_event = [this, &own](const ConsumerEvent& event) {
        own.on_event(event);
        if (const auto* const retrying = std::get_if<consumer_event::Retrying>(&event))
            watchdog_.failed(retrying->error.what());
        else if (!std::holds_alternative<consumer_event::Located>(event))
            watchdog_.moved();
    };
    worker.log = {ports, &ports->log};
    worker.checkpoints = {ports, &ports->checkpoints};
    worker.handler = [handler = std::move(worker.handler), &own](Transaction& transaction,
                                                                 std::span<const Record> records) {
        own.handler_begins(records);
        const metrics::Stopwatch began;
        handler(transaction, records);
        own.handler_took(began.seconds());
    };
    worker.on_event =
        worker.on_event ? fan_out<ConsumerEvent>({on_event, std::move(worker.on_event)}) : on_event;
    return worker;
}

metrics::HealthCheck MeteredSegments::health_check(std::shared_ptr<Log> log, std::string source) {
    return {.name = "consumer " + name_.str(),
            .watchdog = &watchdog_,
            .waiting = [this, log = std::move(log)]() -> std::optional<std::string> {
                const RecordId head = log->head();
                Offset furthest;
                {
                    const std::lock_guard lock(mutex_);
                    for (const auto& [segment, own] : metrics_)
                        furthest = std::max(furthest, own->checkpoint());
                }
                if (head.offset <= furthest) return std::nullopt;
                return "Records that wait in the log: " + std::to_string(head.offset.value - furthest.value) +
                       "; its head is " + head.to_string() + '.';
            },
            .source = std::move(source)};
}

metrics::ConsumerMetrics& MeteredSegments::metrics_of(Segment segment) {
    const std::lock_guard lock(mutex_);
    auto& own = metrics_[segment];
    if (!own) own = std::make_unique<metrics::ConsumerMetrics>(name_, registry_, system_clock(), segment);
    return *own;
}

}  // namespace contrail::admin
