#include <csignal>
#include <memory>

#include "demo/faults/kinds.hpp"
#include "demo/faults/system.hpp"
#include "servers/child_process.hpp"

namespace demo {

namespace {

using contrail::servers::ChildProcess;
using contrail::servers::Command;

/// A role of the programs in a System.
using Role = std::vector<std::string> System::*;

Injection kill(System& system, const std::string& name) {
    const std::optional<pid_t> killed = system.programs.pid(name);
    if (!killed || !system.programs.signal(name, SIGKILL))
        return {.what = "found " + name + " dead already", .repair = "", .momentary = true};
    return {.what = "killed " + name + " (SIGKILL)",
            .repair = name + " runs again",
            .repaired =
                [&system, name, killed] {
                    const std::optional<pid_t> now = system.programs.pid(name);
                    return now && now != killed;
                },
            .momentary = true};
}

Injection freeze(System& system, const std::string& name) {
    if (!system.programs.signal(name, SIGSTOP))
        return {.what = "found " + name + " dead, so it cannot freeze", .repair = "", .momentary = true};
    return {.what = "froze " + name + " (SIGSTOP)", .repair = name + " goes on", .end = [&system, name] {
                system.programs.signal(name, SIGCONT);
            }};
}

/// Starts more programs like `name`, and kills them in the end.
Injection crowd(System& system, const std::string& name) {
    constexpr int more = 3;
    Command command = system.programs.spec(name).command;
    command.standard_output = command.standard_error = system.programs_output;
    const auto processes = std::make_shared<std::vector<ChildProcess>>();
    for (int i = 0; i < more; ++i) processes->emplace_back(command);
    return {.what = "started three more of " + name, .repair = "the three are gone", .end = [processes] {
                for (ChildProcess& process : *processes) process.signal(SIGKILL);
                processes->clear();
            }};
}

Fault program_fault(const std::string& name, Role role, const std::string& does, const std::string& ends,
                    Injection (*inject)(System&, const std::string&)) {
    return {.name = name,
            .target = Target::programs,
            .does = does,
            .ends = ends,
            .inject = [role, inject](System& system,
                                     Random& random) { return inject(system, any_of(system.*role, random)); },
            .obstacle = [role](const System& system) -> std::optional<std::string> {
                if (!(system.*role).empty()) return std::nullopt;
                return "no such program runs";
            }};
}

}  // namespace

std::vector<Fault> program_faults() {
    constexpr auto restarted = "the supervisor restarts it";
    constexpr auto thawed = "SIGCONT: it goes on as if no time had passed";
    constexpr auto killed = "SIGKILL to all three";
    return {program_fault("kill-streamer", &System::streamers, "SIGKILL to a streamer", restarted, kill),
            program_fault("kill-consumer", &System::consumers, "SIGKILL to a consumer", restarted, kill),
            program_fault("kill-api", &System::apis, "SIGKILL to the API", restarted, kill),
            program_fault("freeze-streamer", &System::streamers, "SIGSTOP to a streamer", thawed, freeze),
            program_fault("freeze-consumer", &System::consumers, "SIGSTOP to a consumer", thawed, freeze),
            program_fault("freeze-api", &System::apis, "SIGSTOP to the API", thawed, freeze),
            program_fault("more-streamers", &System::streamers, "starts three more streamers", killed, crowd),
            program_fault("more-consumers", &System::consumers, "starts three more consumers of one name",
                          killed, crowd)};
}

}  // namespace demo
