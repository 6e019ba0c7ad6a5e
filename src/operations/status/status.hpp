#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "contrail/record.hpp"
#include "contrail/retention_events.hpp"
#include "core/program_state.hpp"

namespace contrail::operations {

// The state of a log, its outbox, its streamer and its consumers at one moment. `contrail status`, the page
// and the metrics all show it. An unknown value is nothing. Rates are over the time since the poll before.

struct LogStatus {
    std::optional<RecordId> head{};   ///< 0-0: the log never held a record.
    std::optional<RecordId> first{};  ///< The oldest record held; `head` if the log holds none.
    std::optional<std::uint64_t> records{};
    std::optional<std::uint64_t> bytes{};  ///< The server's estimate.
    std::optional<double> records_per_second{};
    std::string error{};  ///< Why the poll of the log failed; empty: it succeeded.
};

struct OutboxStatus {
    struct Segment {
        int number = 0;
        std::uint64_t bytes = 0;  ///< On disk, with its index.
        bool current = false;     ///< New records go into this segment.
    };
    /// The offset that the record staged and committed last has, or will have.
    std::optional<Offset> staged_offset{};
    std::optional<std::uint64_t> waiting_records{};  ///< Records that the log lacks.
    /// Since the oldest of them was sealed. A record that is not sealed has no time: for those it is the time
    /// since this process first found one waiting.
    std::optional<double> oldest_waiting_seconds{};
    /// Commits in the database that have waited for a synchronous standby for more than five seconds. Those of other
    /// users count only if this user is a member of pg_read_all_stats.
    std::uint64_t hanging_commits = 0;
    std::optional<std::uint64_t> bytes{};  ///< On disk: the segments and the table of batches.
    std::vector<Segment> segments{};
    std::string error{};  ///< Why the poll of the outbox failed; empty: it succeeded.
};

/// The last failure of a program since it was started.
struct ReportedError {
    std::string message;
    std::uint64_t at_ms = 0;  ///< By the program's clock. Unix time in milliseconds.
};

struct StreamerStatus {
    ProgramState state = ProgramState::unknown;
    std::optional<double> records_per_second{};
    std::optional<ReportedError> last_error{};
    std::optional<double> seen_seconds{};                 ///< Since it last published its status.
    std::optional<retention_event::Planned> retention{};  ///< What the log keeps, as it published last.
};

/// A segment of a consumer that has several.
struct SegmentStatus {
    std::uint32_t number = 0;
    std::optional<RecordId> last{};  ///< The last record that it has applied.
    std::optional<std::uint64_t> lag_records{};
    std::optional<double> lag_seconds{};
    ProgramState state = ProgramState::unknown;  ///< Stopped: no instance works on it.
    std::string instance{};                      ///< That works on it. Empty: none is known.
    std::string last_error{};  ///< Since the instance began with it; cut short. Empty: none.
};

struct ConsumerStatus {
    std::string name;
    std::optional<RecordId> last{};  ///< The last record that it has applied.
    std::optional<std::uint64_t> lag_records{};
    std::optional<double> lag_seconds{};  ///< From the seal of that record to the seal of the log's head.
    std::optional<double> records_per_second{};
    std::optional<double> latency_p50_ms{};  ///< From a record's seal to the commit of its effects.
    std::optional<double> latency_p99_ms{};
    ProgramState state = ProgramState::unknown;
    std::optional<ReportedError> last_error{};
    std::optional<double> seen_seconds{};  ///< Since it last published its status.
    bool reads_archive = false;            ///< It reads an archive, and has yet to reach what the log holds.
    std::string owner{};                   ///< The database of its checkpoint. Empty: not known.
    /// Since an operator forgot it, if it came back: it holds records again, and does not say that it runs.
    std::optional<double> forgotten_seconds{};
    std::vector<SegmentStatus> segments{};  ///< By number. Empty: it has one.

    /// Of the segments that have a known place, the one furthest behind. Null: there is none.
    [[nodiscard]] const SegmentStatus* slowest() const;
    /// How many records the segment furthest ahead is ahead of that one.
    [[nodiscard]] std::optional<std::uint64_t> skew_records() const;
};

struct Status {
    std::uint64_t at_ms = 0;  ///< When the poll began, by this machine's clock. Unix time in milliseconds.
    std::string stream;
    LogStatus log{};
    OutboxStatus outbox{};
    StreamerStatus streamer{};
    std::vector<ConsumerStatus> consumers{};  ///< By name.
};

}  // namespace contrail::operations
