#pragma once

#include <chrono>

#include "contrail/settings.hpp"
#include "operations/doctor/diagnosis.hpp"
#include "postgres/rights.hpp"

namespace contrail::doctor {

struct Options {
    /// Whose servers, settings and users these are. The checks depend on it: a consumer's database holds no outbox, and
    /// need not.
    postgres::Part part = postgres::Part::streamer;
    /// How long waiting records may stand still before the doctor reports it.
    std::chrono::milliseconds watch_max{3'000};
};

/// Checks everything, and changes nothing. What cannot be checked is a finding too. Throws Error only at settings that
/// cannot be understood.
Diagnosis diagnose(const Settings& settings, const Options& options);

}  // namespace contrail::doctor
