#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "contrail/record.hpp"
#include "core/program_state.hpp"

namespace contrail {

// The state of a log, its outbox, its streamer and its consumers at one moment. `contrail status`, the page and the metrics
// are all made from this. What is not known is nothing. Rates are over the time between two polls.

struct LogStatus {
    std::optional<RecordId> head{};   ///< 0-0: nothing was ever appended.
    std::optional<RecordId> first{};  ///< The oldest record held; `head` if none is.
    std::optional<std::uint64_t> records{};
    std::optional<std::uint64_t> bytes{};  ///< As the server estimates it.
    std::optional<double> records_per_second{};
    std::string error{};  ///< Why it could not be asked; empty: it was.
};

struct OutboxStatus {
    struct Segment {
        int number = 0;
        std::uint64_t bytes = 0;  ///< On disk, with its index.
        bool current = false;     ///< It takes what is staged now.
    };
    /// Of the last record staged and committed: the offset that it has, or will have.
    std::optional<Offset> staged_offset{};
    std::optional<std::uint64_t> waiting_records{};  ///< That the log has not got yet.
    /// Since the first of them was sealed. Of one that is not sealed, which bears no time: since it was first
    /// seen, here, that such a record waits.
    std::optional<double> oldest_waiting_seconds{};
    std::optional<std::uint64_t> bytes{};  ///< On disk: the segments, and what is noted of batches.
    std::vector<Segment> segments{};
    std::string error{};  ///< Why it could not be asked; empty: it was.
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
    std::optional<double> seen_seconds{};  ///< Since it last told of itself.
};

struct ConsumerStatus {
    std::string name;
    std::optional<RecordId> last{};  ///< It is past this record.
    std::optional<std::uint64_t> lag_records{};
    std::optional<double> lag_seconds{};  ///< From the seal of that record to the seal of the log's head.
    std::optional<double> records_per_second{};
    std::optional<double> latency_p50_ms{};  ///< From a record's seal to the commit of its effects.
    std::optional<double> latency_p99_ms{};
    ProgramState state = ProgramState::unknown;
    std::optional<ReportedError> last_error{};
    std::optional<double> seen_seconds{};  ///< Since it last told of itself.
};

struct Status {
    std::uint64_t at_ms = 0;  ///< When the poll began, by this machine's clock. Unix time in milliseconds.
    std::string stream;
    LogStatus log{};
    OutboxStatus outbox{};
    StreamerStatus streamer{};
    std::vector<ConsumerStatus> consumers{};  ///< By name.
};

}  // namespace contrail
