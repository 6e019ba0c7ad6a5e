#pragma once

#include <array>
#include <cstdint>

#include "operations/database.hpp"
#include "operations/doctor/finding.hpp"

namespace contrail::doctor {

/// What the outbox takes on disk, indexes included, in bytes.
struct OutboxSize {
    std::array<std::uint64_t, 3> segments{};
    std::uint64_t batches = 0;
    std::uint64_t batch_rows = 0;  ///< But for the first, which holds nothing.
};

OutboxSize gather_outbox_size(Database& database);
Findings judge(const OutboxSize& size);

}  // namespace contrail::doctor
