#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "contrail/record.hpp"
#include "contrail/retention_events.hpp"
#include "core/program_state.hpp"

namespace contrail::status {

/// What an instance of a consumer tells of a segment that it works on.
struct SegmentStatus {
    std::uint32_t number = 0;
    ProgramState state = ProgramState::unknown;
    std::optional<RecordId> last{};  ///< The last record that it has applied, as far as this instance knows.
    std::string error{};             ///< As below, cut short.

    bool operator==(const SegmentStatus&) const = default;
};

/// What a program publishes about itself beside the log.
struct ProgramStatus {
    ProgramState state = ProgramState::unknown;
    std::uint64_t at_ms = 0;        ///< When, by the clock of the log's server. Unix time in milliseconds.
    std::string error{};            ///< The last failure since the program started; empty: none.
    std::uint64_t error_at_ms = 0;  ///< When it failed, by the program's clock.
    /// From a record's seal to the commit of its effects, over the last ten seconds. Nothing if the program
    /// committed no record in that time.
    std::optional<double> latency_p50_ms{};
    std::optional<double> latency_p99_ms{};
    /// Of a consumer that reads an archive: its checkpoint. Its position beside the log is the archive's last record.
    std::optional<RecordId> replayed{};
    /// A streamer's: what retention, in the same process, keeps.
    std::optional<retention_event::Planned> retention{};
    /// Of a consumer with segments: the name of this instance, and those that it works on. Empty: it has none.
    std::string instance{};
    std::uint32_t segment_count = 0;
    std::vector<SegmentStatus> segments{};

    bool operator==(const ProgramStatus&) const = default;
};

/// A status as it is kept beside the log: one JSON object. The log's server inserts its own time, `at_ms`,
/// between the two parts.
struct StatusText {
    std::string before_at_ms;
    std::string after_at_ms;
};
StatusText to_text(const ProgramStatus& status);

/// What the text of this instance's status contains, and that of no other instance.
std::string instance_mark(std::string_view instance);

/// Reads a status back. Nothing if `text` is not a status.
std::optional<ProgramStatus> parse_program_status(std::string_view text);

}  // namespace contrail::status
