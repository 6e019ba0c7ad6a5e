#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "contrail/record.hpp"

namespace contrail {

/// Moves the records that `chooses` is true of to the front, in their order, and returns how many they are. It swaps
/// and copies nothing: the next read uses the memory of all of them again.
template <typename Chooses>
std::size_t move_chosen_to_front(std::vector<Record>& records, const Chooses& chooses) {
    std::size_t chosen = 0;
    for (std::size_t at = 0; at < records.size(); ++at) {
        if (!chooses(records[at])) continue;
        if (chosen != at) std::swap(records[chosen], records[at]);
        ++chosen;
    }
    return chosen;
}

}  // namespace contrail
