#pragma once

#include <cstddef>

namespace contrail {

/// How much is read or sent at once. A chunk ends with the record that reaches either bound. It exceeds
/// `bytes_max` by less than that record.
struct ChunkLimits {
    std::size_t records_max = 1'000;
    std::size_t bytes_max = 1 << 20;  ///< Sum of Record::bytes().
};

}  // namespace contrail
