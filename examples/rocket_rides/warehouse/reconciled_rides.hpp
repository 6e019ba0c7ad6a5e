#pragma once

#include "contrail/consumer_options.hpp"
#include "contrail/settings.hpp"
#include "warehouse/warehouse.hpp"

namespace rocket_rides {

/// Fills the warehouse with the service's rides, as of a record, after which its consumer begins: for where
/// the log's beginning is gone. The rides are there for good when this returns, and its checkpoint comes
/// next, as with a batch. Memory is bounded, however many there are. Throws Error.
contrail::ReconciledState begin_with_reconciled_rides(const contrail::Settings& settings,
                                                      Warehouse& warehouse);

}  // namespace rocket_rides
