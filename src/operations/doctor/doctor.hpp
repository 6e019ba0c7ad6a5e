#pragma once

#include <chrono>

#include "contrail/settings.hpp"
#include "operations/doctor/diagnosis.hpp"
#include "postgres/rights.hpp"

namespace contrail::operations::doctor {

struct Options {
    /// The program whose environment this is. It decides which rights the doctor asks for, and whether the
    /// database must hold an outbox: a consumer's need not.
    postgres::Part part = postgres::Part::streamer;
    /// How long waiting records may stand still before the doctor says so.
    std::chrono::milliseconds watch_max{3'000};
};

/// Checks both servers and what they hold, and changes nothing. A check that fails is a finding, too. Throws
/// Error only if the settings make no sense.
Diagnosis diagnose(const Settings& settings, const Options& options);

}  // namespace contrail::operations::doctor
