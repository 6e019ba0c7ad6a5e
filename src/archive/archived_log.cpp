#include "archive/archived_log.hpp"

#include <algorithm>
#include <utility>

#include "contrail/error.hpp"

namespace contrail::archive {

namespace {

[[noreturn]] void throw_torn(const ArchiveReader& archive, RecordId next) {
    throw Error(Retry::never,
                "The archive in " + archive.folder().path().string() + " ends with record " +
                    archive.last().value().to_string() + ", and the log continues with " + next.to_string() +
                    ": neither holds the records between. If the folder is an older copy, fetch the "
                    "archive's newer files, and start again.");
}

}  // namespace

LogUsage ArchivedLog::usage() {
    LogUsage usage = ForwardingLogReader::usage();
    archive_.refresh();
    const auto first = archive_.first();
    if (!first || (usage.records > 0 && usage.first <= *first)) return usage;
    usage.head = std::max(usage.head, *archive_.last());
    usage.first = *first;
    usage.records = usage.head.offset.value - first->offset.value + 1;
    return usage;
}

void ArchivedLog::read_begin(RecordId after, const ChunkLimits& limits, std::chrono::milliseconds wait_max) {
    after_ = after;
    limits_ = limits;
    from_archive_ = is_archived(after);
    if (!from_archive_) ForwardingLogReader::read_begin(after, limits, wait_max);
}

void ArchivedLog::read_end(std::vector<Record>& records) {
    if (from_archive_) return read_archive(records);
    ForwardingLogReader::read_end(records);
    if (records.empty() || records.front().id.offset <= after_.offset.next()) {
        if (std::exchange(reading_archive_, false)) on_event_(consumer_event::ReadingLog{after_});
        return;
    }
    // The log has dropped what follows since the archive was looked at. It did so because the archive holds it.
    archive_.refresh();
    if (is_archived(after_)) return read_archive(records);
    if (archive_.last() == after_) throw_torn(archive_, records.front().id);
}

void ArchivedLog::read_archive(std::vector<Record>& records) {
    if (!std::exchange(reading_archive_, true))
        on_event_(consumer_event::ReadingArchive{after_, *archive_.last()});
    archive_.read(after_, limits_, records);
}

void ArchivedLog::register_consumer(const ConsumerName& consumer, RecordId position) {
    ForwardingLogReader::register_consumer(consumer, needed_after(position));
}

void ArchivedLog::report_position(const ConsumerName& consumer, RecordId position) {
    ForwardingLogReader::report_position(consumer, needed_after(position));
}

bool ArchivedLog::is_archived(RecordId after) const {
    return archive_.last() && *archive_.last() > after;
}

/// The record after which this consumer needs the log.
RecordId ArchivedLog::needed_after(RecordId position) const {
    return is_archived(position) ? *archive_.last() : position;
}

}  // namespace contrail::archive
