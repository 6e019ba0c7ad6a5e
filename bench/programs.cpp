#include "bench/programs.hpp"

#include "contrail/error.hpp"

namespace contrail::bench {

std::filesystem::path own_program() {
    return std::filesystem::read_symlink("/proc/self/exe");
}

servers::ChildProcess start(const std::filesystem::path& program, const Settings& settings,
                            const std::vector<std::string>& arguments) {
    servers::Command command;
    command.arguments = {program, "--log-level", "warning"};
    command.arguments.insert(command.arguments.end(), arguments.begin(), arguments.end());
    command.environment = {{"DATABASE_URL", settings.database_url},
                           {"REDIS_URL", settings.redis_url},
                           {"STREAM_NAME", settings.stream_name},
                           {"CONTRAIL_SCHEMA", settings.schema}};
    return servers::ChildProcess(command);
}

servers::ChildProcess start_streamer(const Settings& settings) {
    return start(own_program(), settings, {"stream"});
}

servers::ChildProcess start_adder(const Settings& settings, const std::string& name) {
    return start(own_program(), settings, {"bench", "add-up", name});
}

void require_running(servers::ChildProcess& process, const std::string& name) {
    if (const auto ended = process.wait_for(std::chrono::milliseconds(0)))
        throw Error(Retry::never, "Cannot measure: the " + name + " has " + ended->to_string() + '.');
}

}  // namespace contrail::bench
