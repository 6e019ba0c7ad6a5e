#pragma once

#include <string>

#include "contrail/consumer_options.hpp"
#include "contrail/reconciliation.hpp"

namespace rocket_rides {

/// What all rides add up to, in metres, as a decimal number. Exact: distances are added as the decimals that
/// they are written with, which is what records carry, and decimals add up without rounding, in any order.
std::string reconciled_total(contrail::Reconciliation& reconciliation);

/// The state with which the total-distance consumer `name` begins where the log's beginning is gone.
contrail::ReconciledState reconciled_state(const contrail::Settings& settings, const std::string& name);

}  // namespace rocket_rides
