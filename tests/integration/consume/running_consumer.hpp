#pragma once

#include <map>
#include <string>

#include "contrail/settings.hpp"
#include "servers/child_process.hpp"
#include "servers/temporary_directory.hpp"

namespace contrail::test {

/// A `contrail consume` that runs.
class RunningConsumer {
public:
    /// `arguments` as a shell reads them: the consumer's name and its flags.
    RunningConsumer(const std::string& arguments, const Settings& settings,
                    const std::map<std::string, std::string>& environment = {});

    [[nodiscard]] servers::ChildProcess& process() { return *process_; }

    /// SIGKILL, and the same command again.
    void restart_after_kill();

    /// What all of its processes have written to standard error.
    [[nodiscard]] std::string log() const;

    /// Returns once the log has this text.
    void wait_for_log(const std::string& text) const;

private:
    void start();

    servers::TemporaryDirectory folder_;
    servers::FileDescriptor log_;
    servers::Command command_;
    std::optional<servers::ChildProcess> process_;
};

}  // namespace contrail::test
