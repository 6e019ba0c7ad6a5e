#pragma once

#include <memory>

#include "contrail/log.hpp"
#include "contrail/settings.hpp"
#include "metrics/admin_server.hpp"

namespace contrail {

/// The sources' names.
constexpr auto postgres_name = "postgres";
constexpr auto redis_name = "redis";

/// How long a server may keep silent that is asked for metrics or health.
constexpr std::chrono::milliseconds server_wait_max{2'000};

/// Whether the database answers, over a connection of its own.
metrics::Source postgres_source(const Settings& settings);

/// A log over a connection of its own, that waits no longer than server_wait_max. Throws Error (Retry::never)
/// at a URL that is not understood.
std::shared_ptr<Log> watching_log(const Settings& settings);

/// Whether it answers.
metrics::Source redis_source(std::shared_ptr<Log> log);

}  // namespace contrail
