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

/// The number of the descriptor that a program inherits.
constexpr int inherited_descriptor = STDERR_FILENO + 1;

/// What to run, and how.
struct Command {
    /// The program (a path, or a name to find in $PATH) and its arguments.
    std::vector<std::string> arguments;
    /// Added to the environment of this process; replaces variables of the same name.
    std::map<std::string, std::string> environment;
    /// Its working folder; empty: that of this process.
    std::filesystem::path directory;
    /// Becomes its standard input; -1: /dev/null. The caller keeps and closes this one and the next two.
    int standard_input = -1;
    /// Become its standard output and error.
    int standard_output = STDOUT_FILENO;
    int standard_error = STDERR_FILENO;
    /// Becomes its inherited_descriptor; -1: none. It inherits no other descriptor.
    int inherited = -1;
    /// Its user. It then inherits only PATH, TZ and the locale from this process's environment, which may
    /// hold secrets. Nothing: the user of this process.
    std::optional<UnprivilegedUser> user;
    /// The signal that it gets when its parent dies, even by SIGKILL.
    int parent_death_signal = SIGKILL;
    /// Advice if the program does not exist: "apt-get install redis-server".
    std::string if_not_found;
};

}  // namespace contrail::servers
