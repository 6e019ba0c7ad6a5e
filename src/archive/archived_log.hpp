#pragma once

#include <vector>

#include "archive/archive_reader.hpp"
#include "contrail/consumer_events.hpp"
#include "core/forwarding_log_reader.hpp"
#include "core/listener.hpp"

namespace contrail::archive {

/// A log with its past: reads what its archive holds from there, and what follows from the log. Its reader checks both
/// for gaps, as it does without an archive, so a gap at the seam shows.
///
/// While a consumer reads the archive, the log need not keep what the archive holds: its position is reported as that
/// of the archive's last record.
///
/// Threads  Not thread-safe.
class ArchivedLog : public ForwardingLogReader {
public:
    /// `log` and `archive` must outlive it. `on_event` hears ReadingArchive and ReadingLog.
    ArchivedLog(LogReader& log, ArchiveReader& archive, OnConsumerEvent on_event = {})
        : ForwardingLogReader(log),
          archive_(archive),
          on_event_(or_ignore(std::move(on_event))) {}

    /// Of both together. The size in memory is the log's.
    LogUsage usage() override;
    void read_begin(RecordId after, const ChunkLimits& limits, std::chrono::milliseconds wait_max) override;
    void read_end(std::vector<Record>& records) override;
    void register_consumer(const ConsumerName& consumer, RecordId position) override;
    void report_position(const ConsumerName& consumer, RecordId position) override;

private:
    [[nodiscard]] bool is_archived(RecordId after) const;
    void read_archive(std::vector<Record>& records);
    [[nodiscard]] RecordId needed_after(RecordId position) const;

    ArchiveReader& archive_;
    OnConsumerEvent on_event_;
    RecordId after_;
    ChunkLimits limits_;
    bool from_archive_ = false;     ///< The read that was begun is the archive's.
    bool reading_archive_ = false;  ///< So is the last one that returned records, as on_event_ heard.
};

}  // namespace contrail::archive
