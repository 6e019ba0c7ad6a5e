#include "metrics/appended_log.hpp"

namespace contrail::metrics {

namespace {

std::size_t bytes_of(std::span<const Record> records) {
    std::size_t bytes = 0;
    for (const Record& record : records)
        bytes += record.action.size() + record.object.size() + record.data.size();
    return bytes;
}

}  // namespace

void AppendedLog::append_begin(RecordId expected, std::span<const Record> records) {
    const Append append{{}, records.back().id, records.size(), bytes_of(records)};
    ForwardingLogWriter::append_begin(expected, records);
    on_their_way_.push_back(append);
}

RecordId AppendedLog::append_end() {
    const Append append = on_their_way_.front();
    on_their_way_.pop_front();
    const RecordId head = ForwardingLogWriter::append_end();
    if (head == append.last) metrics_.appended(append.records, append.bytes, append.sent.seconds());
    return head;
}

/// After a failure, this is what the streamer asks first: what was begun before is forgotten.
RecordId AppendedLog::head() {
    on_their_way_.clear();
    return ForwardingLogWriter::head();
}

}  // namespace contrail::metrics
