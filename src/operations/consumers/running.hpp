#pragma once

#include <chrono>

#include "contrail/clock.hpp"
#include "contrail/log.hpp"

namespace contrail::operations {

/// How long to wait for the next report of a consumer that runs. It reports its position every second, and
/// waits for records for a quarter of that.
constexpr std::chrono::milliseconds report_wait_max{2'500};

/// True if a consumer of this name runs. Removes its position from beside the log, and waits up to `wait_max`
/// for the consumer to report it again. Meanwhile nothing is dropped: the streamer's database knows the position
/// too. A consumer that has never committed reports nothing, so this function cannot detect it.
bool runs(const ConsumerName& consumer, Log& log, Clock& clock, std::chrono::milliseconds wait_max);

}  // namespace contrail::operations
