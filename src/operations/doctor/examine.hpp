#pragma once

#include <chrono>

#include "contrail/settings.hpp"
#include "operations/doctor/report.hpp"
#include "postgres/rights.hpp"

namespace contrail::doctor {

struct Options {
    /// Whose servers, settings and users these are. What there is to look at depends on it: a consumer's
    /// database holds no outbox, and need not.
    postgres::Part part = postgres::Part::streamer;
    /// How long records that wait may stand still before that is called so.
    std::chrono::milliseconds look_max{3'000};
};

/// Looks at everything, and changes nothing. What cannot be looked at is a finding too. Throws Error only at
/// settings that cannot be understood.
Report examine(const Settings& settings, const Options& options);

}  // namespace contrail::doctor
