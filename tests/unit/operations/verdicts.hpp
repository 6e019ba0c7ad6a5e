#pragma once

#include <gmock/gmock.h>

#include <algorithm>
#include <ostream>

#include "operations/doctor/diagnosis.hpp"

namespace contrail::operations::doctor {

inline void PrintTo(Verdict verdict, std::ostream* out) {
    *out << name(verdict);
}

constexpr Verdict fine = Verdict::ok;
constexpr Verdict warns = Verdict::warning;
constexpr Verdict fails = Verdict::error;

/// The finding of a check, which must be there.
inline Finding finding(const Findings& findings, const std::string& check) {
    const auto found = std::ranges::find(findings, check, &Finding::check);
    EXPECT_NE(found, findings.end()) << "no finding of " << check;
    return found == findings.end() ? Finding{} : *found;
}

/// Whatever is not ok says why it matters and what fixes it; what is ok has nothing to add.
inline void expect_explained(const Finding& finding) {
    const bool is_ok = finding.verdict == fine;
    EXPECT_FALSE(finding.found.empty()) << finding.check;
    EXPECT_EQ(finding.why.empty(), is_ok) << finding.check;
    EXPECT_EQ(finding.fix.empty(), is_ok) << finding.check;
}

/// The verdict of one check, after a look at whether it is explained.
inline Verdict verdict_of(const Findings& findings, const std::string& check) {
    const Finding one = finding(findings, check);
    expect_explained(one);
    return one.verdict;
}

}  // namespace contrail::operations::doctor
