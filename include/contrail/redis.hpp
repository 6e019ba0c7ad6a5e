#pragma once

#include <memory>

#include "contrail/log.hpp"
#include "contrail/settings.hpp"

namespace contrail {

/// The log in a Redis stream. Connects at the first call. Throws Error (Retry::never) at a URL that it does
/// not understand. Every wait ends: after five seconds of silence beyond what the call itself may take.
std::unique_ptr<Log> redis_log(const Settings& settings);

}  // namespace contrail
