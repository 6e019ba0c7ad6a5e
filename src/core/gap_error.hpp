#pragma once

#include <optional>

#include "contrail/consumer_registry.hpp"
#include "contrail/error.hpp"
#include "contrail/names.hpp"
#include "contrail/record.hpp"

namespace contrail {

/// Two records that follow each other in the log, but not by their offsets.
struct Gap {
    RecordId before, after;
};

/// The error of a consumer that meets a gap: which records are missing, and what to do. `cut_off` is the
/// notice left for the consumer beside the log.
Error gap_error(const ConsumerName& consumer, const Gap& gap, const std::optional<CutOff>& cut_off);

}  // namespace contrail
