#pragma once

#include "contrail/outbox.hpp"
#include "postgres/result.hpp"

namespace contrail::postgres {

/// Reads a batch that lies whole in an answer.
class ShortBatchReader final : public BatchReader {
public:
    /// `records`: from the second row on, one for each record of the batch, in order, with action, object and
    /// data from `column` on.
    ShortBatchReader(Result records, int column, const Batch& batch, Offset from);

    void read(std::vector<Record>& chunk, const ChunkLimits& limits) override;

private:
    Result records_;
    int column_;
    int next_row_;
    RecordId next_;
};

}  // namespace contrail::postgres
