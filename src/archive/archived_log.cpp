#include "archive/archived_log.hpp"

#include <algorithm>

namespace contrail::archive {

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
    if (from_archive_) return archive_.read(after_, limits_, records);
    ForwardingLogReader::read_end(records);
    if (records.empty() || records.front().id.offset <= after_.offset.next()) return;
    // The log has dropped what follows since the archive was looked at. It did so because the archive holds it.
    archive_.refresh();
    if (is_archived(after_)) archive_.read(after_, limits_, records);
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
