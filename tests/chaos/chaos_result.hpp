#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "chaos/verdict/judge.hpp"

namespace chaos {

/// The result of a run.
struct ChaosResult {
    using Duration = std::chrono::milliseconds;

    struct LeftOut {
        std::string name;
        std::string why;
    };

    std::uint64_t seed = 0;
    Duration took{0};
    std::uint64_t rounds = 0;
    /// By the name of the fault: how long each convergence took after it and the faults of the same round.
    std::map<std::string, std::vector<Duration>> converged_after;
    std::vector<LeftOut> left_out;
    std::optional<Verdict> verdict;  ///< Nothing if the evidence could not be collected.
    std::string failure;             ///< Why the run ended early, as a sentence; empty if it did not.
    std::string data_dir;            ///< The folder with data and logs; empty if it was removed.

    [[nodiscard]] bool good() const { return failure.empty() && verdict && verdict->findings.none(); }
    [[nodiscard]] std::uint64_t faults() const;
};

/// For people. Several lines, each with its line end.
std::string to_text(const ChaosResult& result);

/// One line of JSON; see docs/chaos.md.
std::string to_json(const ChaosResult& result);

}  // namespace chaos
