#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "chaos/arena.hpp"
#include "chaos/disaster.hpp"
#include "chaos/outbreak.hpp"
#include "chaos/plan.hpp"
#include "chaos/report.hpp"

namespace rocket_rides::chaos {

struct ChaosOptions {
    std::chrono::milliseconds duration{60'000};  ///< After it no new round begins.
    std::optional<std::uint64_t> times;          ///< Instead of a duration: until each kind struck so often.
    std::uint64_t seed = 0;
    double rides_per_second = 200;
    std::size_t clients = 8;
    std::size_t writers = 2;
    std::vector<std::string> only;  ///< Names of kinds; empty: all.
    Plan::Options plan;
    std::chrono::milliseconds patience{120'000};  ///< Longest time until all has to be well again.
    std::filesystem::path data_dir;
};

/// Disasters, round after round, until the time is over.
class Chaos {
public:
    using Say = Arena::Say;

    /// `say` is told what happens, line by line.
    Chaos(ChaosOptions options, Say say);

    /// Throws Error if it cannot begin.
    ChaosReport run();

private:
    void choose_kinds(const World& world);
    void run_round(Arena& arena, const std::vector<Blow>& round);
    [[nodiscard]] std::unique_ptr<Outbreak> strike(const Disaster& kind, Arena& arena,
                                                   std::uint64_t seed) const;
    [[nodiscard]] bool time_left() const;
    Convergence::Duration wait_until_well(Arena& arena) const;
    void judge_what_is_left(Arena& arena);
    void tell(const std::string& what) const;

    ChaosOptions options_;
    Say say_;
    std::vector<Disaster> kinds_;
    SteadyTime begun_;
    ChaosReport report_;
};

}  // namespace rocket_rides::chaos
