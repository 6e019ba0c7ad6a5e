#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "contrail/record.hpp"

namespace contrail::handlers {

/// A record that a program refused.
struct Refusal {
    RecordId id;
    std::string reason;

    bool operator==(const Refusal&) const = default;
};

/// What a program answers to a batch: it has applied it, or refuses one of its records.
struct ProgramAnswer {
    std::optional<Refusal> refusal;  ///< Nothing: it has applied the batch.

    /// Reads `ok`, or `refuse <id> <reason>` where the reason may be missing. Nothing if `line` is neither.
    [[nodiscard]] static std::optional<ProgramAnswer> parse(std::string_view line);

    bool operator==(const ProgramAnswer&) const = default;
};

/// So much of a line of a program's output as a message quotes.
std::string quoted_output(std::string_view line);

}  // namespace contrail::handlers
