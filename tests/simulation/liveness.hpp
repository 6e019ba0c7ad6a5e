#pragma once

#include <cstdint>

namespace contrail::simulation {

struct World;

/// Notices that the work of a world stands still although nothing fails any more.
///
/// Some part of the work must move forward within a bounded number of rounds: a transaction of the service
/// ends, a batch is sealed or released, the log's head rises, or a consumer's checkpoint does. Each part is
/// finite, so a world that never stands still ends with every committed record applied by every consumer.
/// liveness.cpp derives the bound.
class StandstillDetector {
public:
    /// From here on nothing may fail. `world` must outlive this.
    explicit StandstillDetector(const World& world);

    /// Call it after each round, in which every process that could run made one call. True if no part of the
    /// work has moved for rounds_max() rounds.
    [[nodiscard]] bool stands_still();

    /// The longest that all parts of the work may rest, for this world as it is now.
    [[nodiscard]] std::uint64_t rounds_max() const;

private:
    const World& world_;
    std::uint64_t work_done_;
    std::uint64_t rounds_ = 0;  ///< Since the work moved last.
};

}  // namespace contrail::simulation
