#pragma once

#include "contrail/outbox.hpp"
#include "postgres/result.hpp"

namespace contrail::postgres {

/// Reads a batch that came whole with the answer of the statement that sealed it.
class ShortBatchReader final : public BatchReader {
public:
    /// `records` has a row for each record of the batch, in order, from the second row on. Action, object,
    /// data, key and headers are in the five columns from `column` on.
    ShortBatchReader(Result records, int column, const OpenBatch& batch, Offset from);

    void read(std::vector<Record>& chunk, const ChunkLimits& limits) override;

private:
    Result records_;
    int column_;
    int next_row_;
    RecordId next_;
};

}  // namespace contrail::postgres
