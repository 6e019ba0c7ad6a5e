#pragma once

#include <gtest/gtest.h>

#include <algorithm>

#include "operations/doctor/examine.hpp"

namespace contrail::test {

using doctor::Verdict;
using postgres::Part;

/// What the doctor finds with these settings. It does not wait for what stands still.
inline doctor::Report examine(const Settings& settings, Part part = Part::streamer) {
    return doctor::examine(settings, {.part = part, .look_max = std::chrono::milliseconds(0)});
}

/// The finding of a check; one without a name if there is none.
inline doctor::Finding finding(const doctor::Report& report, std::string_view check) {
    const auto found = std::ranges::find(report.findings, check, &doctor::Finding::check);
    return found == report.findings.end() ? doctor::Finding{} : *found;
}

inline bool has(const doctor::Report& report, std::string_view check) {
    return !finding(report, check).check.empty();
}

/// The checks that came to this verdict, in order.
inline std::vector<std::string> checks(const doctor::Report& report, Verdict verdict) {
    std::vector<std::string> names;
    for (const auto& each : report.findings)
        if (each.verdict == verdict) names.push_back(each.check);
    return names;
}

}  // namespace contrail::test
