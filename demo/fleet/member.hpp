#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "demo/fleet/line_source.hpp"
#include "demo/fleet/output.hpp"
#include "demo/fleet/restart_pause.hpp"
#include "servers/child_process.hpp"

namespace rocket_rides {

/// One program of the fleet, through all its lives.
class Member {
public:
    using Clock = std::chrono::steady_clock;
    using Duration = std::chrono::milliseconds;

    struct Plan {
        std::string name;
        contrail::servers::Command command;  ///< Its output is this class's to decide.
        bool once = false;                   ///< It ends by itself when its work is done.
        bool dies_on_purpose = false;        ///< So that to die again and again is no reason to wait longer.
    };

    Member(Plan plan, Label label);

    [[nodiscard]] const Plan& plan() const noexcept { return plan_; }
    [[nodiscard]] const Label& label() const noexcept { return label_; }

    [[nodiscard]] bool running() const noexcept { return process_.has_value(); }
    /// Only while it is running().
    [[nodiscard]] contrail::servers::ChildProcess& process() { return *process_; }
    [[nodiscard]] const contrail::servers::ChildProcess& process() const { return *process_; }
    [[nodiscard]] LineSource& lines() { return *lines_; }

    /// How it ended the last time, if it ended.
    [[nodiscard]] const std::optional<contrail::servers::ExitStatus>& last_status() const noexcept {
        return last_status_;
    }

    /// When it is to be started; nothing if that is not planned. A new member is to be started at once.
    [[nodiscard]] std::optional<Clock::time_point> start_due() const noexcept { return start_due_; }

    /// Throws Error if it cannot be started.
    void start();
    /// To be called when its process has ended, and its last lines were read.
    void bury();
    /// Plans to start it again, and returns the pause until then.
    Duration start_again();

private:
    Plan plan_;
    Label label_;
    std::optional<contrail::servers::ChildProcess> process_;
    std::optional<LineSource> lines_;
    std::optional<contrail::servers::ExitStatus> last_status_;
    std::optional<Clock::time_point> start_due_ = Clock::time_point{};
    Clock::time_point started_;
    Duration ran_{0};
    RestartPause pause_;
};

}  // namespace rocket_rides
