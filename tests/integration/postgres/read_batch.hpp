#pragma once

#include <vector>

#include "contrail/outbox.hpp"

namespace contrail::test {

/// The records of a batch, from one of them on, in one piece.
std::vector<Record> read_batch(Outbox& outbox, const OpenBatch& batch, Offset from);
std::vector<Record> read_batch(Outbox& outbox, const OpenBatch& batch);

}  // namespace contrail::test
