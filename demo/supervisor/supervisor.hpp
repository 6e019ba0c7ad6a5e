#pragma once

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "demo/supervisor/output.hpp"
#include "demo/supervisor/stop_signals.hpp"
#include "demo/supervisor/supervised_program.hpp"

namespace demo {

/// Keeps programs running, and passes their output on.
///
/// It restarts a program that dies, after a pause. A program that exits with status 78 needs an operator: a
/// restart would not help, so the supervisor asks for the end of all programs.
///
/// Threads   One. Only run_once() and stop() wait.
/// Lifetime  The destructor kills the programs that stop() has not ended.
class Supervisor {
public:
    using Duration = SupervisedProgram::Duration;
    /// Receives the name of a program and one line about it.
    using ProgramSink = std::function<void(std::string_view program, const std::string& line)>;

    /// Starts nothing yet. It starts the programs in this order, and stops them in reverse. `output` and
    /// `signals` must outlive the supervisor.
    Supervisor(std::vector<SupervisedProgram> programs, Output& output, StopSignals& signals);

    /// Calls `sink` at each end of a program, with the line that goes to the output.
    void on_end(ProgramSink sink) { on_end_ = std::move(sink); }

    /// Starts the programs that are due, waits up to `wait_max` for something to happen, and handles it.
    /// Returns early when one of the `watched` descriptors is readable.
    void run_once(std::optional<Duration> wait_max, std::span<const int> watched = {});

    /// True once a signal asked for the end, a program needs an operator, or the reader closed the output.
    [[nodiscard]] bool stop_wanted() const noexcept { return stop_wanted_; }
    /// The first signal that asked for the end.
    [[nodiscard]] std::optional<int> stop_signal() const noexcept { return stop_signal_; }
    /// True once a program needs an operator.
    [[nodiscard]] bool operator_needed() const noexcept { return operator_needed_; }

    // `name` below must be the name of one of the programs.

    /// How the program last ended; nothing if it never did.
    [[nodiscard]] std::optional<contrail::servers::ExitStatus> last_status(std::string_view name) const;

    [[nodiscard]] const ProgramSpec& spec(std::string_view name) const;

    /// The process of the program; nothing while it does not run.
    [[nodiscard]] std::optional<pid_t> pid(std::string_view name) const;

    /// Sends a signal. Returns false if the program does not run.
    bool signal(std::string_view name, int number);

    /// Ends all programs, one after another.
    void stop();

private:
    void start_due_programs();
    [[nodiscard]] std::optional<Duration> time_to_next_start() const;
    void wait(std::optional<Duration> wait_max, std::span<const int> watched);
    [[nodiscard]] bool takes_lines() const;
    [[nodiscard]] std::size_t place_of(std::string_view name) const;
    void pass_lines_on();
    void reap_ended_programs();
    void decide_on_restart(SupervisedProgram& program);
    void end(SupervisedProgram& program);
    void tell(const SupervisedProgram& program, const std::string& line);

    std::vector<SupervisedProgram> programs_;
    Output& output_;
    StopSignals& signals_;
    ProgramSink on_end_;
    bool stopping_ = false;
    bool stop_wanted_ = false;
    std::optional<int> stop_signal_;
    bool operator_needed_ = false;
};

}  // namespace demo
