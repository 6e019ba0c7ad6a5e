#pragma once

#include "contrail/record_key.hpp"
#include "testing/memory_database.hpp"

namespace contrail::testing {

/// True if the parked record is marked for a retry, and its key is one of the segment's.
inline bool is_marked_in(const MemoryDatabase::ParkedRecord& parked, Segment segment) {
    return parked.marked &&
           segment.holds(parked.letter.key_hash.value_or(key_hash(record_key(parked.letter.record))));
}

}  // namespace contrail::testing
