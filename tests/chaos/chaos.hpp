#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/line_sink.hpp"
#include "chaos/chaos_result.hpp"
#include "chaos/schedule.hpp"
#include "chaos/testbed.hpp"
#include "demo/faults/active_fault.hpp"
#include "demo/faults/fault.hpp"

namespace chaos {

struct ChaosOptions {
    std::chrono::milliseconds duration{60'000};  ///< No new round begins after it.
    std::optional<std::uint64_t> times;  ///< Instead of a duration: until each kind happened so often.
    std::uint64_t seed = 0;
    double rides_per_second = 200;
    std::size_t clients = 8;
    std::size_t writers = 2;
    std::string log = "redis";      ///< What holds the log; see Testbed::Options.
    std::vector<std::string> only;  ///< Names of faults; empty: all.
    Schedule::Options schedule;
    std::chrono::milliseconds patience{120'000};  ///< Longest time that a recovery may take.
    std::filesystem::path data_dir;
};

/// Injects faults, round after round, and judges the result.
class Chaos {
public:
    /// `log` receives the progress.
    Chaos(ChaosOptions options, contrail::base::LineSink log);

    /// Throws Error if it cannot begin.
    ChaosResult run();

private:
    void choose_faults(const Testbed& testbed);
    void run_round(Testbed& testbed, const std::vector<ScheduledFault>& round);
    [[nodiscard]] std::unique_ptr<demo::ActiveFault> inject(const demo::Fault& fault, Testbed& testbed,
                                                            std::uint64_t seed);
    void end(demo::ActiveFault& active, Testbed& testbed) const;
    [[nodiscard]] bool time_left() const;
    Convergence::Duration wait_for_convergence(Testbed& testbed) const;
    void judge_result(Testbed& testbed);
    void tell(std::string_view line) const;

    ChaosOptions options_;
    contrail::base::LineSink log_;
    std::vector<demo::Fault> faults_;
    SteadyTime begun_;
    ChaosResult result_;
    std::map<std::string, int> failures_in_a_row_;  ///< Injections that failed, by the fault's name.
};

}  // namespace chaos
