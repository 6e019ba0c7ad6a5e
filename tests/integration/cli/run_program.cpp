#include "integration/cli/run_program.hpp"

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "servers/child_process.hpp"
#include "servers/temporary_directory.hpp"

namespace contrail::test {

namespace {

std::string content_of(const std::filesystem::path& file) {
    std::ifstream stream(file);
    return {std::istreambuf_iterator<char>(stream), {}};
}

}  // namespace

servers::Command shell(const std::string& line, const Settings& settings,
                       const std::map<std::string, std::string>& environment) {
    servers::Command command;
    command.arguments = {"/bin/sh", "-c", line};
    // In place of what the surroundings set. An empty variable counts as none.
    command.environment = {{"PATH", CONTRAIL_PROGRAMS ":" + std::string(std::getenv("PATH"))},
                           {"DATABASE_URL", settings.database_url},
                           {"REDIS_URL", settings.log_url},
                           {"STREAM_NAME", settings.stream_name}};
    for (const auto& [name, value] : environment) command.environment[name] = value;
    return command;
}

Ended run_program(const std::string& line, const Settings& settings,
                  const std::map<std::string, std::string>& environment) {
    const servers::TemporaryDirectory folder;
    const auto output = servers::open_for_append(folder.path() / "output");
    const auto errors = servers::open_for_append(folder.path() / "errors");
    servers::Command command = shell(line, settings, environment);
    command.standard_output = output.get();
    command.standard_error = errors.get();
    const servers::ExitStatus status = servers::run(command);
    return {status, content_of(folder.path() / "output"), content_of(folder.path() / "errors")};
}

}  // namespace contrail::test
