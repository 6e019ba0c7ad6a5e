#include "demo/supervisor/supervisor.hpp"

#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <utility>

#include "contrail/program.hpp"
#include "core/require.hpp"
#include "demo/supervisor/sooner.hpp"
#include "servers/system_error.hpp"

namespace demo {

namespace {

using namespace std::chrono_literals;
using contrail::servers::ExitStatus;

// Longer than the streamer and the consumers wait for anything, so that it kills only a program that hangs.
constexpr auto stop_patience = 10s;

SupervisedProgram::Duration time_to(SupervisedProgram::Clock::time_point time) {
    using Duration = SupervisedProgram::Duration;
    return std::max(Duration(0), std::chrono::ceil<Duration>(time - SupervisedProgram::Clock::now()));
}

}  // namespace

Supervisor::Supervisor(std::vector<SupervisedProgram> programs, Output& output, StopSignals& signals)
    : programs_(std::move(programs)),
      output_(output),
      signals_(signals) {}

void Supervisor::run_once(std::optional<Duration> wait_max, std::span<const int> watched) {
    start_due_programs();
    wait(sooner(wait_max, time_to_next_start()), watched);
    pass_lines_on();
    reap_ended_programs();
    const std::optional<int> signal = signals_.take();
    if (!stop_signal_) stop_signal_ = signal;
    if (signal || output_.closed()) stop_wanted_ = true;
}

void Supervisor::start_due_programs() {
    if (stopping_) return;
    for (SupervisedProgram& program : programs_)
        if (program.start_due() && *program.start_due() <= SupervisedProgram::Clock::now()) program.start();
}

std::optional<Supervisor::Duration> Supervisor::time_to_next_start() const {
    std::optional<Duration> time;
    if (stopping_) return time;
    for (const SupervisedProgram& program : programs_)
        if (program.start_due()) time = sooner(time, time_to(*program.start_due()));
    return time;
}

void Supervisor::wait(std::optional<Duration> wait_max, std::span<const int> watched) {
    // The output comes first, because only its readiness matters afterwards. The rest never blocks, so the
    // supervisor simply tries it.
    std::vector<pollfd> descriptors{{output_.pending() ? output_.descriptor() : -1, POLLOUT, 0},
                                    {signals_.descriptor(), POLLIN, 0}};
    for (const int descriptor : watched) descriptors.push_back({descriptor, POLLIN, 0});
    for (SupervisedProgram& program : programs_) {
        if (!program.running()) continue;
        descriptors.push_back({program.process().exit_descriptor(), POLLIN, 0});
        if (takes_lines() && !program.lines().ended())
            descriptors.push_back({program.lines().descriptor(), POLLIN, 0});
    }
    const int timeout = wait_max ? static_cast<int>(wait_max->count()) : -1;
    if (::poll(descriptors.data(), descriptors.size(), timeout) < 0 && errno != EINTR)
        throw contrail::servers::system_error("Cannot wait for the programs");
    if (descriptors.front().revents != 0) output_.write_some();
}

bool Supervisor::takes_lines() const {
    // While the reader stalls, the programs wait. During the stop the supervisor drops their lines instead: a
    // program could not end before it has written them.
    return stopping_ || !output_.full();
}

void Supervisor::pass_lines_on() {
    for (SupervisedProgram& program : programs_) {
        if (!program.running() || !takes_lines()) continue;
        const std::string_view lines = program.lines().read();
        if (!output_.full()) output_.add(program.label(), lines);
    }
}

void Supervisor::reap_ended_programs() {
    for (SupervisedProgram& program : programs_) {
        if (!program.running() || !program.process().wait_for(0ms)) continue;
        for (std::string_view last; !(last = program.lines().read()).empty();)
            output_.add(program.label(), last);
        output_.add(program.label(), program.lines().rest());
        program.reap();
        if (!stopping_) {
            decide_on_restart(program);
        } else if (!program.last_status()->success()) {
            tell(program, program.last_status()->to_string());
        }
    }
}

void Supervisor::decide_on_restart(SupervisedProgram& program) {
    const ExitStatus status = *program.last_status();
    if (status.has_code(contrail::exit_person_needed)) {
        tell(program, status.to_string() + "; a restart would not help, so all programs end");
        stop_wanted_ = operator_needed_ = true;
    } else if (!program.spec().runs_once) {
        const Duration pause = program.plan_restart();
        tell(program, status.to_string() + "; restarting in " + std::to_string(pause.count()) + " ms");
    } else if (!status.success()) {
        tell(program, status.to_string());
    }
}

std::optional<ExitStatus> Supervisor::last_status(std::string_view name) const {
    return programs_[place_of(name)].last_status();
}

const ProgramSpec& Supervisor::spec(std::string_view name) const {
    return programs_[place_of(name)].spec();
}

std::optional<pid_t> Supervisor::pid(std::string_view name) const {
    const SupervisedProgram& program = programs_[place_of(name)];
    return program.running() ? std::optional(program.process().pid()) : std::nullopt;
}

bool Supervisor::signal(std::string_view name, int number) {
    SupervisedProgram& program = programs_[place_of(name)];
    if (!program.running()) return false;
    program.process().signal(number);
    return true;
}

std::size_t Supervisor::place_of(std::string_view name) const {
    const auto found = std::ranges::find(
        programs_, name, [](const SupervisedProgram& each) -> std::string_view { return each.spec().name; });
    contrail::require(found != programs_.end(), "the supervisor runs the program", name);
    return static_cast<std::size_t>(found - programs_.begin());
}

void Supervisor::stop() {
    stopping_ = true;
    for (std::size_t left = programs_.size(); left > 0; --left)
        if (SupervisedProgram& program = programs_[left - 1]; program.running()) end(program);
}

void Supervisor::end(SupervisedProgram& program) {
    program.process().signal(SIGTERM);
    const auto deadline = SupervisedProgram::Clock::now() + stop_patience;
    while (program.running() && SupervisedProgram::Clock::now() < deadline) run_once(time_to(deadline));
    if (!program.running()) return;
    tell(program, "did not end within 10 s of SIGTERM; killing it");
    program.process().signal(SIGKILL);
    while (program.running()) run_once(std::nullopt);
}

void Supervisor::tell(const SupervisedProgram& program, const std::string& line) {
    if (on_end_) on_end_(program.spec().name, line);
    output_.add(program.label(), line + '\n');
}

}  // namespace demo
