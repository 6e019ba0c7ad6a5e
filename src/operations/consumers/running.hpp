#pragma once

#include <chrono>

#include "contrail/clock.hpp"
#include "contrail/log.hpp"

namespace contrail {

/// How long a consumer that runs may take until it has reported its position again: it does so every second,
/// and waits a quarter of that for records.
constexpr std::chrono::milliseconds report_awaited{2'500};

/// True if a consumer of this name runs: removes its position from beside the log, and checks whether it is
/// reported again. (Nothing is dropped meanwhile: the streamer's database knows the position too.) One that
/// has never committed reports nothing, and is not seen.
bool runs(const ConsumerName& consumer, Log& log, Clock& clock, std::chrono::milliseconds watch);

}  // namespace contrail
