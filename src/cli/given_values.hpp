#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace contrail::cli {

/// Why CLI11 would misread `value` as one of this option: it takes nothing for 0 or false, a negative number for a huge
/// one, a number that is too large for the largest, and 010 for 8. Follows "it" or "which". Empty if it does not.
[[nodiscard]] std::string misreading(const CLI::Option& option, const std::string& value);

/// Throws CLI::ValidationError if a flag that was given to `app`, or to a command below it, has such a value.
void require_read_as_given(const CLI::App& app);

}  // namespace contrail::cli
