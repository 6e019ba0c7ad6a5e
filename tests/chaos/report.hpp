#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "chaos/verdict/judge.hpp"

namespace rocket_rides::chaos {

/// What came of a run.
struct ChaosReport {
    using Duration = std::chrono::milliseconds;

    struct LeftOut {
        std::string name;
        std::string why;
    };

    std::uint64_t seed = 0;
    Duration took{0};
    std::uint64_t rounds = 0;
    /// By kind: how long it took after each, and after those that overlapped with it, until all was well.
    std::map<std::string, std::vector<Duration>> converged_after;
    std::vector<LeftOut> left_out;
    std::optional<Judgement> judgement;  ///< Nothing if there was no judging what was left.
    std::string failure;                 ///< Why the run did not come to its end; empty if it did.
    std::string data_dir;                ///< Where everything is kept; empty if nothing is.

    [[nodiscard]] bool good() const { return failure.empty() && judgement && judgement->findings.none(); }
    [[nodiscard]] std::uint64_t disasters() const;
};

/// The verdict for people. Several lines, each ended.
std::string to_text(const ChaosReport& report);

/// One line of JSON; see docs/hacking.md.
std::string to_json(const ChaosReport& report);

}  // namespace rocket_rides::chaos
