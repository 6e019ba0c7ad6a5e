#pragma once

#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "servers/unprivileged_user.hpp"

namespace contrail::servers {

/// The number under which a program finds what it inherits.
constexpr int inherited_descriptor = STDERR_FILENO + 1;

/// What to run, and how.
struct Command {
    /// The program (a path, or a name to be looked for in $PATH) and its arguments.
    std::vector<std::string> arguments;
    /// Added to this process's environment, or put in the place of what is there.
    std::map<std::string, std::string> environment;
    /// Where it runs; empty: here.
    std::filesystem::path directory;
    /// Descriptors that become its standard output and error. They stay this process's to close.
    int standard_output = STDOUT_FILENO;
    int standard_error = STDERR_FILENO;
    /// A descriptor that stays open in it, as inherited_descriptor; -1: none. All others are closed.
    int inherited = -1;
    /// Nothing: as this process.
    std::optional<UnprivilegedUser> user;
    /// What it gets when its parent dies, by SIGKILL too. SIGKILL is the surest.
    int parent_death_signal = SIGKILL;
    /// What to do if there is no such program: "apt-get install redis-server".
    std::string if_not_found;
};

}  // namespace contrail::servers
