#include "postgres/batch_reader.hpp"

#include <utility>

#include "core/close_batch.hpp"

namespace contrail::postgres {

namespace {

constexpr Attempt read_batch{.what = "read a batch of staged records", .walks_a_batch = true};

}  // namespace

CopyBatchReader::CopyBatchReader(Connection& connection, const std::string& statement,
                                 std::vector<OpenBatch> batches, Offset from)
    : connection_(connection),
      batches_(std::move(batches)),
      next_{batches_.front().sealed_ms, from} {
    connection_.run(read_batch, statement);
}

CopyBatchReader::~CopyBatchReader() {
    // In the middle of a COPY a cancel request alone does not free the connection: what was sent before has to be
    // read. A new session costs no more.
    if (!at_end_) connection_.close();
}

void CopyBatchReader::read(std::vector<Record>& chunk, const ChunkLimits& limits) {
    std::size_t records = 0;
    std::size_t bytes = 0;
    try {
        Exchange copy = connection_.begin(read_batch);
        do {
            if (records == chunk.size()) chunk.emplace_back();
            Record& record = chunk[records];
            if (!read_record(copy, record)) break;
            bytes += record.bytes();
            ++records;
        } while (records < limits.records_max && bytes < limits.bytes_max);
    } catch (...) {
        at_end_ = true;
        connection_.close();
        throw;
    }
    chunk.resize(records);
}

bool CopyBatchReader::read_record(Exchange& copy, Record& record) {
    while (!at_end_) {
        const auto message = copy.next_copy_message();
        at_end_ = message.empty();
        if (at_end_ || !decoder_.decode(message, record)) continue;
        if (const auto number = decoder_.batch_number()) go_on_to_batch(*number);
        record.id = next_;
        next_.offset = next_.offset.next();
        return true;
    }
    return false;
}

/// The end of every batch but the last is known. A mismatch is found before records of the next batch get
/// wrong ids.
void CopyBatchReader::go_on_to_batch(std::int64_t number) {
    while (batches_[batch_].number < number && batch_ + 1 < batches_.size()) {
        require_end(batches_[batch_], next_.offset.previous());
        ++batch_;
        next_.sealed_ms = batches_[batch_].sealed_ms;
    }
}

}  // namespace contrail::postgres
