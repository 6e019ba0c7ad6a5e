#pragma once

#include <memory>

#include "archive/archive_writer.hpp"
#include "contrail/checkpoints.hpp"
#include "core/forwarding_log_reader.hpp"

namespace contrail::archive {

/// The checkpoint of the consumer that writes an archive: what its folder holds. A transaction commits when its records
/// are written to a file, and the file is durable only once it is complete. ArchivedPositions keeps the difference from
/// the log.
///
/// Threads  Not thread-safe.
class ArchiveCheckpoints : public Checkpoints {
public:
    /// `writer` must outlive it. Its folder holds an archive.
    explicit ArchiveCheckpoints(ArchiveWriter& writer) : writer_(writer) {}

    std::unique_ptr<Transaction> begin(const ConsumerSegment& part) override;
    /// An archive is one piece.
    std::optional<RecordId> least(const ConsumerName& consumer) override;
    /// The archive itself. A second folder under the same consumer's name is another owner: the log refuses it.
    ConsumerOwner owner() override;
    [[nodiscard]] bool has_marked(const ConsumerSegment& /*part*/) override { return false; }

private:
    ArchiveWriter& writer_;
};

/// A log to which an archive's consumer reports what is durable in the folder, and not what it has written: the log
/// keeps the records of a file until the file is complete. The consumer reports at least once a second: then a file is
/// completed for its age.
class ArchivedPositions : public ForwardingLogReader {
public:
    /// `log` and `writer` must outlive it.
    ArchivedPositions(LogReader& log, ArchiveWriter& writer) : ForwardingLogReader(log), writer_(writer) {}

    void report_position(const ConsumerName& consumer, RecordId position) override;

private:
    ArchiveWriter& writer_;
};

}  // namespace contrail::archive
