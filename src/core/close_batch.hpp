#pragma once

#include "contrail/outbox.hpp"

namespace contrail {

/// Throws Error (Retry::never) unless `batch`, whose records were read, can end at `read_to`. A batch is
/// never empty, and reads the same every time. Anything else would number the records that follow differently
/// from what consumers may already have seen.
void require_end(const OpenBatch& batch, Offset read_to);

/// The batch, whose records were read to their end at `read_to`. Throws as require_end() does.
[[nodiscard]] Batch close_batch(const OpenBatch& batch, Offset read_to);

}  // namespace contrail
