#pragma once

#include <string>
#include <string_view>

namespace contrail::cli {

/// `0.1.0`.
std::string_view release();

/// `2026-11-27`: the day of the release that this build is, or comes before.
std::string_view release_date();

/// What `--version` prints: the program and its release, then a line for each thing that a report of a fault needs.
std::string build_details(const std::string& program);

}  // namespace contrail::cli
