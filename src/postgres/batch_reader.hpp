#pragma once

#include <string>
#include <vector>

#include "contrail/outbox.hpp"
#include "postgres/connection.hpp"
#include "postgres/copy_decoder.hpp"

namespace contrail::postgres {

/// Reads consecutive batches through COPY. The server sends no faster than this reads, and memory holds no
/// more than a chunk. The connection serves nothing else until the end; destroying the reader earlier closes
/// the connection.
class CopyBatchReader final : public BatchReader {
public:
    /// Begins the COPY. `statement` yields what CopyDecoder reads of the batches' records from `from` on: with
    /// the number of its batch before each record, if there are several batches.
    CopyBatchReader(Connection& connection, const std::string& statement, std::vector<OpenBatch> batches,
                    Offset from);
    CopyBatchReader(const CopyBatchReader&) = delete;
    CopyBatchReader& operator=(const CopyBatchReader&) = delete;
    ~CopyBatchReader() override;

    void read(std::vector<Record>& chunk, const ChunkLimits& limits) override;

private:
    bool read_record(Exchange& copy, Record& record);
    void go_on_to_batch(std::int64_t number);

    Connection& connection_;
    CopyDecoder decoder_;
    std::vector<OpenBatch> batches_;
    std::size_t batch_ = 0;  ///< Index of the batch that is being read.
    RecordId next_;
    bool at_end_ = false;  ///< Or failed: the connection is free.
};

}  // namespace contrail::postgres
