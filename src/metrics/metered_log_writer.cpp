#include "metrics/metered_log_writer.hpp"

namespace contrail::metrics {

namespace {

std::size_t bytes_of(std::span<const Record> records) {
    std::size_t bytes = 0;
    for (const Record& record : records) bytes += record.bytes();
    return bytes;
}

}  // namespace

void MeteredLogWriter::append_begin(RecordId expected, std::span<const Record> records) {
    const Append append{{}, records.back().id, records.size(), bytes_of(records)};
    ForwardingLogWriter::append_begin(expected, records);
    in_flight_.push_back(append);
}

RecordId MeteredLogWriter::append_end() {
    const Append append = in_flight_.front();
    in_flight_.pop_front();
    const RecordId head = ForwardingLogWriter::append_end();
    if (head == append.last) metrics_.appended(append.records, append.bytes, append.sent.seconds());
    return head;
}

/// The streamer asks for the head after a failure. Appends that were begun before get no answer.
RecordId MeteredLogWriter::head() {
    in_flight_.clear();
    return ForwardingLogWriter::head();
}

}  // namespace contrail::metrics
