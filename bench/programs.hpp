#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "contrail/settings.hpp"
#include "servers/child_process.hpp"

namespace contrail::bench {

/// Path of another program of the same build, such as `contrail`: benchmarks measure what users run.
std::filesystem::path program_beside_this(const std::string& name);

/// `program` with `arguments`, on the servers and under the names of `settings`.
servers::Command command_for(const std::filesystem::path& program, const Settings& settings,
                             const std::vector<std::string>& arguments);

/// Runs it to its end, unheard. Throws Error if it fails.
void run_quietly(servers::Command command);

/// A streamer, as `contrail stream` runs it; silent but for errors, since it may well come before its
/// consumers.
servers::ChildProcess start_streamer(const Settings& settings, const std::vector<std::string>& flags = {});

/// A consumer that adds up, in a process of its own.
servers::ChildProcess start_adder(const Settings& settings, const std::string& name);

/// Throws Error if `process`, which is called `name`, has ended: there is nothing to wait for.
void require_running(servers::ChildProcess& process, const std::string& name);

}  // namespace contrail::bench
