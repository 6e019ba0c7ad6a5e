#pragma once

#include "contrail/error.hpp"
#include "contrail/log.hpp"
#include "core/batch_source.hpp"

namespace contrail {

/// Says that `consumer` stops at a gap in `log`, what it means, and what helps. Asks the log whether the
/// consumer was cut off.
Error gap_error(const ConsumerName& consumer, const Gap& gap, Log& log);

}  // namespace contrail
