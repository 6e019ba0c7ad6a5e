#pragma once

#include <memory>

#include "contrail/log.hpp"
#include "contrail/settings.hpp"

namespace contrail {

/// The log in a Kafka topic of one partition, where `settings.log_url` is a `kafka://` URL. Only in a build with
/// librdkafka. Connects at the first call, and creates the topic with the first change.
///
/// Throws Error (Retry::never) at a URL that it does not understand. Each request to the brokers waits five seconds at
/// most.
std::unique_ptr<Log> kafka_log(const Settings& settings);

}  // namespace contrail
