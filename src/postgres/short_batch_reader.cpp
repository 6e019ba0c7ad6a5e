#include "postgres/short_batch_reader.hpp"

#include <utility>

#include "core/assign_text.hpp"

namespace contrail::postgres {

ShortBatchReader::ShortBatchReader(Result records, int column, const OpenBatch& batch, Offset from)
    : records_(std::move(records)),
      column_(column),
      next_row_(1 + static_cast<int>(from.value - batch.first.value)),
      next_{batch.sealed_ms, from} {}

void ShortBatchReader::read(std::vector<Record>& chunk, const ChunkLimits& limits) {
    std::size_t records = 0;
    std::size_t bytes = 0;
    for (; next_row_ < records_.rows() && records < limits.records_max && bytes < limits.bytes_max;
         ++next_row_) {
        if (records == chunk.size()) chunk.emplace_back();
        Record& record = chunk[records++];
        record.id = next_;
        assign_text(record.action, records_.text(next_row_, column_));
        assign_text(record.object, records_.text(next_row_, column_ + 1));
        assign_text(record.data, records_.text(next_row_, column_ + 2));
        assign_text(record.key, records_.optional_text(next_row_, column_ + 3));
        assign_text(record.headers, records_.optional_text(next_row_, column_ + 4));
        bytes += record.bytes();
        next_.offset = next_.offset.next();
    }
    chunk.resize(records);
}

}  // namespace contrail::postgres
