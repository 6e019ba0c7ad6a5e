#include <memory>

#include "chaos/disasters/kinds.hpp"
#include "chaos/world.hpp"
#include "servers/child_process.hpp"

namespace rocket_rides::chaos {

namespace {

using contrail::servers::ChildProcess;
using contrail::servers::Command;

constexpr int crowd = 3;

/// More programs like one that there is; ends them by SIGKILL.
Disaster more(const std::string& role, const std::vector<std::string>& names) {
    return {.name = "more-" + role + 's',
            .victim = Victim::programs,
            .does = "starts three more of a " + role + ", under the same name",
            .undone = "SIGKILL to all three",
            .strike = [names](World& world, Random& random) -> Strike {
                const std::string& name = any_of(names, random);
                Command command = world.programs.plan(name).command;
                command.standard_output = command.standard_error = world.programs_output;
                const auto processes = std::make_shared<std::vector<ChildProcess>>();
                for (int i = 0; i < crowd; ++i) processes->emplace_back(command);
                return {.told = "started three more like " + name, .undo = [processes] {
                            for (ChildProcess& process : *processes) process.signal(SIGKILL);
                            processes->clear();
                        }};
            }};
}

}  // namespace

std::vector<Disaster> crowds() {
    return {more("streamer", streamers()), more("consumer", consumers())};
}

}  // namespace rocket_rides::chaos
