#pragma once

#include <cstddef>

namespace contrail {

/// How much is read or sent at once. A chunk ends when it reaches either bound; it holds at least one
/// record, so that it exceeds `bytes_max` by less than one record.
struct ChunkLimits {
    std::size_t records_max = 1'000;
    std::size_t bytes_max = 1 << 20;  ///< Sum of the lengths of action, object and data.
};

}  // namespace contrail
