#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "demo/supervisor/output.hpp"
#include "demo/supervisor/restart_pause.hpp"
#include "servers/child_process.hpp"
#include "servers/line_source.hpp"

namespace demo {

/// What to run, and how the supervisor treats it.
struct ProgramSpec {
    std::string name;
    contrail::servers::Command command;  ///< The supervisor redirects its output.
    bool runs_once = false;              ///< It ends by itself when its work is done.
    bool dies_on_purpose = false;  ///< Its deaths are part of the demo: restart it after the shortest pause.
};

/// One program through all its restarts.
class SupervisedProgram {
public:
    using Clock = std::chrono::steady_clock;
    using Duration = std::chrono::milliseconds;

    SupervisedProgram(ProgramSpec spec, Label label);

    [[nodiscard]] const ProgramSpec& spec() const noexcept { return spec_; }
    [[nodiscard]] const Label& label() const noexcept { return label_; }

    [[nodiscard]] bool running() const noexcept { return process_.has_value(); }
    /// Only while running().
    [[nodiscard]] contrail::servers::ChildProcess& process() { return *process_; }
    [[nodiscard]] const contrail::servers::ChildProcess& process() const { return *process_; }
    [[nodiscard]] contrail::servers::LineSource& lines() { return *lines_; }

    /// How it last ended; nothing if it never did.
    [[nodiscard]] const std::optional<contrail::servers::ExitStatus>& last_status() const noexcept {
        return last_status_;
    }

    /// When its next start is due; nothing if none is planned. A new program is due at once.
    [[nodiscard]] std::optional<Clock::time_point> start_due() const noexcept { return start_due_; }

    /// Throws Error if it cannot start.
    void start();
    /// Takes the exit status. The process must have ended, and the caller must have read its last lines.
    void reap();
    /// Plans the next start, and returns the pause until then.
    Duration plan_restart();

private:
    ProgramSpec spec_;
    Label label_;
    std::optional<contrail::servers::ChildProcess> process_;
    std::optional<contrail::servers::LineSource> lines_;
    std::optional<contrail::servers::ExitStatus> last_status_;
    std::optional<Clock::time_point> start_due_ = Clock::time_point{};
    Clock::time_point started_;
    Duration ran_{0};
    RestartPause pause_;
};

}  // namespace demo
