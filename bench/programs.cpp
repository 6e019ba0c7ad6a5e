#include "bench/programs.hpp"

#include "contrail/error.hpp"

namespace contrail::bench {

namespace {

std::filesystem::path this_program() {
    return std::filesystem::read_symlink("/proc/self/exe");
}

}  // namespace

std::filesystem::path program_beside_this(const std::string& name) {
    return this_program().parent_path() / name;
}

servers::Command command_for(const std::filesystem::path& program, const Settings& settings,
                             const std::vector<std::string>& arguments) {
    servers::Command command;
    command.arguments = {program};
    command.arguments.insert(command.arguments.end(), arguments.begin(), arguments.end());
    command.environment = {{"DATABASE_URL", settings.database_url},
                           {"LOG_URL", settings.log_url},
                           {"STREAM_NAME", settings.stream_name},
                           {"CONTRAIL_SCHEMA", settings.schema}};
    return command;
}

void run_quietly(servers::Command command) {
    const servers::Pipe unread = servers::make_pipe();
    command.standard_output = unread.write_end.get();
    if (const auto ended = servers::run(command); !ended.success())
        throw Error(Retry::never,
                    "The benchmark stopped: " + command.arguments.front() + ' ' + ended.to_string() + '.');
}

servers::ChildProcess start_streamer(const Settings& settings, const std::vector<std::string>& flags) {
    std::vector<std::string> arguments{"--log-level", "error", "stream"};
    arguments.insert(arguments.end(), flags.begin(), flags.end());
    return servers::ChildProcess(command_for(program_beside_this("contrail"), settings, arguments));
}

servers::ChildProcess start_adder(const Settings& settings, const std::string& name) {
    return servers::ChildProcess(
        command_for(this_program(), settings, {"--log-level", "warning", "add-up", name}));
}

servers::ChildProcess start_worker(const Settings& settings, const std::vector<std::string>& arguments) {
    std::vector<std::string> all{"--log-level", "warning", "work"};
    all.insert(all.end(), arguments.begin(), arguments.end());
    return servers::ChildProcess(command_for(this_program(), settings, all));
}

void require_running(servers::ChildProcess& process, const std::string& name) {
    if (const auto ended = process.wait_for(std::chrono::milliseconds(0)))
        throw Error(Retry::never, "The benchmark stopped: the " + name + ' ' + ended->to_string() + '.');
}

}  // namespace contrail::bench
