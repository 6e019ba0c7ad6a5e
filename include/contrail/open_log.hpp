#pragma once

#include <memory>

#include "contrail/log.hpp"
#include "contrail/settings.hpp"

namespace contrail {

/// The log that `settings.log_url` names, in Redis or in Kafka. Connects at the first call. Throws Error (Retry::never)
/// at a URL that it does not understand, and at an engine that this build lacks.
std::unique_ptr<Log> open_log(const Settings& settings);

}  // namespace contrail
