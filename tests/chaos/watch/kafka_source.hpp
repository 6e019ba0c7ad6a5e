#pragma once

#include <memory>
#include <string>

#include "chaos/watch/log_source.hpp"

namespace chaos {

/// Reads what is committed in a topic, with librdkafka alone. A topic that was created again, or lost its end, has
/// other Kafka offsets: where the next entry is not the next record, it reads from the beginning to its place again.
std::unique_ptr<LogSource> open_kafka_source(const std::string& brokers, const std::string& topic);

}  // namespace chaos
