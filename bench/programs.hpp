#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "contrail/settings.hpp"
#include "servers/child_process.hpp"

namespace contrail::bench {

/// Path of another program of the same build, such as `contrail`: benchmarks measure what users run.
std::filesystem::path program_beside_this(const std::string& name);

/// The command that runs `program` with `arguments` on the servers, stream and schema of `settings`.
servers::Command command_for(const std::filesystem::path& program, const Settings& settings,
                             const std::vector<std::string>& arguments);

/// Runs the command to its end and drops its output. Throws Error if it fails.
void run_quietly(servers::Command command);

/// Starts `contrail stream`, which prints errors only: it may start before its consumers.
servers::ChildProcess start_streamer(const Settings& settings, const std::vector<std::string>& flags = {});

/// Starts a consumer that adds up distances, in its own process.
servers::ChildProcess start_adder(const Settings& settings, const std::string& name);

/// Starts a part of a consumer with parallel workers (bench/workers.hpp), in its own process.
servers::ChildProcess start_worker(const Settings& settings, const std::vector<std::string>& arguments);

/// Throws Error if `process` has ended. `name` names it in the message.
void require_running(servers::ChildProcess& process, const std::string& name);

}  // namespace contrail::bench
