#include "bench/pgbench.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <fstream>

#include "contrail/error.hpp"
#include "servers/child_process.hpp"
#include "servers/postgres_programs.hpp"
#include "servers/temporary_directory.hpp"

namespace contrail::bench {

namespace {

std::string read_all(int descriptor) {
    std::string text;
    std::array<char, 4096> buffer{};
    for (ssize_t received = 0; (received = ::read(descriptor, buffer.data(), buffer.size())) > 0;)
        text.append(buffer.data(), static_cast<std::size_t>(received));
    return text;
}

/// `tps = 22345.678901 (without initial connection time)`
double rate_in(const std::string& output) {
    constexpr std::string_view before = "tps = ";
    const auto at = output.find(before);
    if (at == std::string::npos)
        throw Error(Retry::never, "Cannot measure with pgbench: it printed no rate, but " + output);
    return std::stod(output.substr(at + before.size()));
}

}  // namespace

double pgbench(const std::string& database_url, const std::string& statement, int clients,
               std::uint64_t transactions) {
    const servers::TemporaryDirectory folder;
    const auto script = folder.path() / "script.sql";
    if (!(std::ofstream(script) << statement << ";\n").flush())
        throw Error(Retry::never, "Cannot write " + script.string() + '.');

    servers::Pipe output = servers::make_pipe();
    servers::Command command;
    const std::uint64_t each = std::max<std::uint64_t>(transactions / static_cast<std::uint64_t>(clients), 1);
    command.arguments = {servers::postgres_programs(std::nullopt) / "pgbench",
                         "--no-vacuum",
                         "--protocol=prepared",
                         "--client=" + std::to_string(clients),
                         "--transactions=" + std::to_string(each),
                         "--file=" + script.string(),
                         database_url};
    command.standard_output = command.standard_error = output.write_end.get();
    command.if_not_found = "apt-get install postgresql-15";
    servers::ChildProcess process(command);
    output.write_end.close();
    const std::string printed = read_all(output.read_end.get());
    if (const auto status = process.wait(); !status.success())
        throw Error(Retry::never, "Cannot measure: pgbench " + status.to_string() + ": " + printed);
    return rate_in(printed);
}

}  // namespace contrail::bench
