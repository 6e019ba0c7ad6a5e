#pragma once

#include "contrail/settings.hpp"
#include "reconcile/tuple.hpp"

namespace rocket_rides {

/// Compares what each total-distance consumer has added up with the rides themselves, while everything runs;
/// with `fix`, corrects those that differ. Throws contrail::Error.
///
/// Consumers keep their totals in the rides' database, so one snapshot shows rides, staged records, totals
/// and checkpoints. A consumer has by then applied the records up to its checkpoint, and none of those after
/// it: what it should show is the rides' sum less what these change, which the outbox still holds for it.
/// So nobody is waited for, and nobody stopped.
///
/// A correction is made in one transaction that holds the consumer's checkpoint, and so waits for the batch
/// that it has in hand; to what it should show at the checkpoint that it has by then.
Tuple reconcile(const contrail::Settings& settings, bool fix);

}  // namespace rocket_rides
