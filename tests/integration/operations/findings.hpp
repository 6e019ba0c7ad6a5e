#pragma once

#include <gtest/gtest.h>

#include <algorithm>

#include "operations/doctor/doctor.hpp"

namespace contrail::test {

namespace doctor = operations::doctor;
using doctor::Verdict;
using postgres::Part;

/// What the doctor finds with these settings. It does not wait for what stands still.
inline doctor::Diagnosis diagnose(const Settings& settings, Part part = Part::streamer) {
    return doctor::diagnose(settings, {.part = part, .watch_max = std::chrono::milliseconds(0)});
}

/// The finding of a check; one without a name if there is none.
inline doctor::Finding finding(const doctor::Diagnosis& diagnosis, std::string_view check) {
    const auto found = std::ranges::find(diagnosis.findings, check, &doctor::Finding::check);
    return found == diagnosis.findings.end() ? doctor::Finding{} : *found;
}

inline bool has(const doctor::Diagnosis& diagnosis, std::string_view check) {
    return !finding(diagnosis, check).check.empty();
}

/// The checks that came to this verdict, in order.
inline std::vector<std::string> checks(const doctor::Diagnosis& diagnosis, Verdict verdict) {
    std::vector<std::string> names;
    for (const auto& each : diagnosis.findings)
        if (each.verdict == verdict) names.push_back(each.check);
    return names;
}

}  // namespace contrail::test
