#include "postgres/batch_reader.hpp"

namespace contrail::postgres {

namespace {

constexpr Attempt read_batch{.what = "read a batch of staged records", .walks_a_batch = true};

// For the answer to a cancel. A server that takes longer has lost the connection, or is about to.
constexpr Milliseconds leave_wait_max{5'000};

}  // namespace

CopyBatchReader::CopyBatchReader(Connection& connection, const std::string& statement, const Batch& batch,
                                 Offset from)
    : connection_(connection),
      next_{batch.sealed_ms, from} {
    connection_.run(read_batch, statement);
}

CopyBatchReader::~CopyBatchReader() {
    if (!at_end_) leave();
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
            bytes += record.action.size() + record.object.size() + record.data.size();
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
        record.id = next_;
        next_.offset = next_.offset.next();
        return true;
    }
    return false;
}

/// Stops the server in the middle. What it has sent has to be read away before the connection serves again.
void CopyBatchReader::leave() noexcept {
    cancel(connection_.native());
    try {
        Exchange copy(connection_.native(), read_batch, leave_wait_max);
        while (!copy.next_copy_message().empty()) {
        }
    } catch (const std::exception&) {
        // A cancel is answered by an error. Whether it was that one shows in the connection's state.
    }
    if (PQtransactionStatus(connection_.native()) != PQTRANS_IDLE) connection_.close();
}

}  // namespace contrail::postgres
