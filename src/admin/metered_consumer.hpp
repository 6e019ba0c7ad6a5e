#pragma once

#include <memory>

#include "contrail/at_least_once_consumer.hpp"
#include "contrail/consumer.hpp"
#include "contrail/log.hpp"
#include "metrics/admin_server.hpp"
#include "metrics/consumer_metrics.hpp"
#include "metrics/metered_checkpoints.hpp"
#include "metrics/metered_log_reader.hpp"

namespace contrail::admin {

/// The parts of a consumer, each of which tells the consumer's metrics what happens.
///
/// Lifetime  Must outlive the consumer that is made of them. The ports and the registry must outlive it.
class MeteredConsumer {
public:
    MeteredConsumer(const ConsumerName& name, LogReader& log, Checkpoints& checkpoints,
                    metrics::Registry& registry)
        : metrics_(name, registry, system_clock()),
          log_(log, metrics_),
          checkpoints_(checkpoints, metrics_) {}

    LogReader& log() { return log_; }
    Checkpoints& checkpoints() { return checkpoints_; }
    Handler handler(Handler handler);
    IdempotentHandler handler(IdempotentHandler handler);
    /// Passes events on to `listener`, too, unless that is empty.
    OnConsumerEvent listener(OnConsumerEvent listener);

    /// Fails when the consumer stands still although `log` holds records after its checkpoint.
    /// `source`: the name under which the log's server is probed.
    metrics::HealthCheck health_check(std::shared_ptr<Log> log, std::string source);

private:
    template <class Call>
    void time(std::span<const Record> records, Call call);

    metrics::ConsumerMetrics metrics_;
    metrics::MeteredLogReader log_;
    metrics::MeteredCheckpoints checkpoints_;
};

}  // namespace contrail::admin
