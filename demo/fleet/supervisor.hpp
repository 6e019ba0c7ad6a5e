#pragma once

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "demo/fleet/member.hpp"
#include "demo/fleet/output.hpp"
#include "demo/fleet/stop_signals.hpp"

namespace rocket_rides {

/// Keeps programs running, and passes on what they write.
///
/// A program that dies is started again after a pause. One that exits with status 78 has said that this
/// will not help; then the whole fleet should end.
///
/// Threads   One. Nothing in here waits but turn() and stop().
/// Lifetime  The destructor ends the programs that stop() has not ended.
class Supervisor {
public:
    using Duration = Member::Duration;

    /// Starts nothing yet. The order of `members` is that in which they are started; they are stopped in
    /// the reverse one. `output` and `signals` must outlive the supervisor.
    Supervisor(std::vector<Member> members, Output& output, StopSignals& signals);

    /// Told of every end of a program, besides the output: who, and what it says there.
    using Told = std::function<void(std::string_view name, const std::string& text)>;
    void on_end(Told told) { told_ = std::move(told); }

    /// One round: starts what is due, then waits for something to happen, for `wait_max` at the most, and
    /// deals with it. Also returns when one of the descriptors in `watched` is readable.
    void turn(std::optional<Duration> wait_max, std::span<const int> watched = {});

    /// True if a signal asked for the end, a program needs a person, or nobody reads the output any more.
    [[nodiscard]] bool stop_wanted() const noexcept { return stop_wanted_; }
    /// The first signal that asked for the end.
    [[nodiscard]] std::optional<int> stop_signal() const noexcept { return stop_signal_; }
    /// True if a program needs a person.
    [[nodiscard]] bool person_needed() const noexcept { return person_needed_; }

    /// How the member of this name ended the last time; nothing if it never did.
    [[nodiscard]] std::optional<contrail::servers::ExitStatus> last_status(std::string_view name) const;

    /// What the member of this name was planned to be. There must be one.
    [[nodiscard]] const Member::Plan& plan(std::string_view name) const;

    /// The process of the member of this name; nothing while it does not run.
    [[nodiscard]] std::optional<pid_t> pid(std::string_view name) const;

    /// Sends the member of this name a signal. False: it does not run.
    bool signal(std::string_view name, int number);

    /// Ends all programs, one after another.
    void stop();

private:
    void start_what_is_due();
    [[nodiscard]] std::optional<Duration> time_to_next_start() const;
    void wait(std::optional<Duration> wait_max, std::span<const int> watched);
    [[nodiscard]] bool takes_lines() const;
    [[nodiscard]] std::vector<Member>::const_iterator find(std::string_view name) const;
    void pass_on_lines();
    void bury_the_dead();
    void decide_on_restart(Member& member);
    void end(Member& member);
    void say(const Member& member, const std::string& text);

    std::vector<Member> members_;
    Output& output_;
    StopSignals& signals_;
    Told told_;
    bool stopping_ = false;
    bool stop_wanted_ = false;
    std::optional<int> stop_signal_;
    bool person_needed_ = false;
};

}  // namespace rocket_rides
