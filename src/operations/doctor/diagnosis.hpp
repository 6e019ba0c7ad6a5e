#pragma once

#include <string>

#include "operations/doctor/finding.hpp"

namespace contrail::doctor {

/// What the doctor found.
struct Diagnosis {
    std::string redis;     ///< Which Redis, without password.
    std::string postgres;  ///< Which database.
    std::string stream;    ///< Which log.
    Findings findings;     ///< By group, in the order in which they are shown.
};

/// The worst of all findings.
Verdict verdict(const Diagnosis& diagnosis);

/// How many findings have this verdict.
std::size_t count(const Diagnosis& diagnosis, Verdict wanted);

/// `ok`, `warning`, `error`.
std::string_view name(Verdict verdict);

/// For people: a section for each group, a line for each finding that is ok, a paragraph for each that is
/// not. Only a line with an unbreakable word exceeds 100 columns. `coloured`: with a terminal's colours.
std::string to_text(const Diagnosis& diagnosis, bool coloured);

/// One line of JSON, described in docs/operations.md.
std::string to_json(const Diagnosis& diagnosis);

}  // namespace contrail::doctor
