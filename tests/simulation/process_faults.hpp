#pragma once

#include <cstdint>
#include <string_view>

#include "testing/faults.hpp"

namespace contrail::simulation {

class Process;

/// Lets everything happen to a process where it calls a server: others run, for any time; the call is late,
/// refused, or done without an answer; the process is frozen, or dies before or after the call.
class ProcessFaults : public testing::FaultPlan {
public:
    /// `port` is for the trace. `down_until` is the step up to which the server is down.
    ProcessFaults(Process& process, std::string_view port, const std::uint64_t& down_until)
        : process_(process),
          port_(port),
          down_until_(down_until) {}

    testing::Fault next(std::string_view call) override;

    /// True if a call has failed since this was asked last.
    [[nodiscard]] bool failed_meanwhile();

private:
    testing::Fault draw();
    void note(std::string_view call, testing::Fault fault);

    Process& process_;
    std::string_view port_;
    const std::uint64_t& down_until_;
    bool failed_ = false;
};

}  // namespace contrail::simulation
