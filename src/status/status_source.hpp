#pragma once

#include <optional>

#include "status/program_status.hpp"

namespace contrail::status {

/// Tells a program's status to the thread that publishes it. Thread-safe.
class StatusSource {
public:
    virtual ~StatusSource() = default;

    /// The status now. Nothing before the first event.
    [[nodiscard]] virtual std::optional<ProgramStatus> status() const = 0;
    /// The status to leave behind when the program has ended. Nothing if it stood by: another instance works.
    [[nodiscard]] virtual std::optional<ProgramStatus> final_status() const = 0;
};

}  // namespace contrail::status
