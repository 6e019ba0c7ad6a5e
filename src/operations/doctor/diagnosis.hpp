#pragma once

#include <string>

#include "operations/doctor/finding.hpp"

namespace contrail::operations::doctor {

/// The result of all checks.
struct Diagnosis {
    std::string redis;       ///< The Redis server, without its password; empty if it was not to be checked.
    std::string kafka = {};  ///< The brokers and the topic, where the log is in Kafka; else empty.
    std::string postgres;    ///< The database.
    std::string stream;      ///< The name of the log.
    Findings findings;       ///< By group, in the order in which they are shown.
};

/// The worst verdict of all findings.
Verdict verdict(const Diagnosis& diagnosis);

/// How many findings have this verdict.
std::size_t count(const Diagnosis& diagnosis, Verdict wanted);

/// `ok`, `warning`, `error`.
std::string_view name(Verdict verdict);

/// For operators: a section per group, a line per finding that is ok, a paragraph per other finding. Only a
/// line with an unbreakable word exceeds 100 columns. `coloured`: with a terminal's colours.
std::string to_text(const Diagnosis& diagnosis, bool coloured);

/// One line of JSON. docs/operations.md describes it.
std::string to_json(const Diagnosis& diagnosis);

}  // namespace contrail::operations::doctor
