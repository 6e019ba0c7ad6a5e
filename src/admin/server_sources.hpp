#pragma once

#include <memory>

#include "contrail/log.hpp"
#include "contrail/settings.hpp"
#include "metrics/admin_server.hpp"

namespace contrail::admin {

/// Names of sources.
constexpr auto postgres_name = "postgres";
constexpr auto redis_name = "redis";
constexpr auto kafka_name = "kafka";

/// A server that is asked for metrics or health and stays silent for longer is given up.
constexpr std::chrono::milliseconds server_wait_max{2'000};

/// Probes the database over a connection of its own.
metrics::Source postgres_source(const Settings& settings);

/// A log over a connection of its own, which waits for at most server_wait_max in Redis, and five seconds in Kafka.
/// Throws Error (Retry::never) at a URL that is not understood.
std::shared_ptr<Log> impatient_log(const Settings& settings);

/// Probes the log's server.
metrics::Source log_source(const Settings& settings, std::shared_ptr<Log> log);

}  // namespace contrail::admin
