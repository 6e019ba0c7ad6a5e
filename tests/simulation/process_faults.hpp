#pragma once

#include <cstdint>
#include <string_view>

#include "testing/faults.hpp"

namespace contrail::simulation {

class Process;

/// Injects faults where a process calls a server. Other processes run first, for any time. The call may be
/// late, refused, or done without an answer. The process may freeze, or die before or after the call.
class ProcessFaults : public testing::FaultPlan {
public:
    /// `port` is for the trace. `down_until` is the step up to which the server is down.
    ProcessFaults(Process& process, std::string_view port, const std::uint64_t& down_until)
        : process_(process),
          port_(port),
          down_until_(down_until) {}

    testing::Fault next(std::string_view call) override;

    /// True if a call has failed since the last call of this function.
    [[nodiscard]] bool failed_meanwhile();

private:
    testing::Fault draw();
    void note(std::string_view call, testing::Fault fault);

    Process& process_;
    std::string_view port_;
    const std::uint64_t& down_until_;
    bool failed_ = false;
};

/// The same for calls that share a session of the database: the first call after a restart finds it lost, whatever the
/// restart has changed.
class SessionFaults : public testing::FaultPlan {
public:
    SessionFaults(Process& process, testing::FaultPlan& faults);

    testing::Fault next(std::string_view call) override;

private:
    Process& process_;
    testing::FaultPlan& faults_;
    std::uint64_t restarts_;  ///< Of the database, when the session began.
};

}  // namespace contrail::simulation
