#pragma once

#include <optional>
#include <string>

#include "contrail/settings.hpp"
#include "servers/child_process.hpp"
#include "servers/temporary_directory.hpp"

namespace contrail::test {

/// A `contrail archive` that runs.
class RunningArchive {
public:
    /// `arguments` as a shell reads them. `before`: commands of the shell that comes before the program.
    RunningArchive(const std::string& arguments, const Settings& settings, const std::string& before = "");

    [[nodiscard]] servers::ChildProcess& process() { return *process_; }

    void kill();
    void start();

    /// What all of its processes have written to standard error.
    [[nodiscard]] std::string log() const;
    void wait_for_log(const std::string& text) const;

private:
    servers::TemporaryDirectory folder_;
    servers::FileDescriptor log_;
    servers::Command command_;
    std::optional<servers::ChildProcess> process_;
};

}  // namespace contrail::test
