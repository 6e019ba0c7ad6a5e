#include "admin/metered_consumer.hpp"

#include <string>
#include <utility>

#include "admin/server_sources.hpp"
#include "contrail/fan_out.hpp"
#include "metrics/stopwatch.hpp"

namespace contrail::admin {

Handler MeteredConsumer::handler(Handler handler) {
    return [this, handler = std::move(handler)](Transaction& transaction, std::span<const Record> records) {
        time(records, [&] { handler(transaction, records); });
    };
}

IdempotentHandler MeteredConsumer::handler(IdempotentHandler handler) {
    return [this, handler = std::move(handler)](std::span<const Record> records) {
        time(records, [&] { handler(records); });
    };
}

OnConsumerEvent MeteredConsumer::listener(OnConsumerEvent listener) {
    if (!listener) return metrics_.listener();
    return fan_out<ConsumerEvent>({metrics_.listener(), std::move(listener)});
}

metrics::HealthCheck MeteredConsumer::health_check(std::shared_ptr<Log> log, std::string source) {
    return {
        .name = "consumer " + metrics_.name().str(),
        .watchdog = &metrics_.watchdog(),
        .waiting = [this, log = std::move(log)]() -> std::optional<std::string> {
            const RecordId head = log->head();
            const Offset checkpoint = metrics_.checkpoint();
            if (head.offset <= checkpoint) return std::nullopt;
            return "Records that wait in the log: " + std::to_string(head.offset.value - checkpoint.value) +
                   "; its head is " + head.to_string() + '.';
        },
        .source = std::move(source)};
}

/// A rejected batch has no time: the handler may have given up early.
template <class Call>
void MeteredConsumer::time(std::span<const Record> records, Call call) {
    metrics_.handler_begins(records);
    const metrics::Stopwatch began;
    call();
    metrics_.handler_took(began.seconds());
}

}  // namespace contrail::admin
