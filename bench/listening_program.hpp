#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "servers/child_process.hpp"

namespace contrail::bench {

/// A program in its own process that logs the port on which it listens. This object ends it.
class ListeningProgram {
public:
    /// Returns when the program listens. `before_port` is what its log line has before the port: `, port `.
    /// Throws Error if the program ends before, and tells what it printed.
    ListeningProgram(servers::Command command, std::string_view before_port);

    [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
    [[nodiscard]] pid_t pid() const noexcept { return process_.pid(); }

private:
    void read_port(std::string_view before_port);
    [[nodiscard]] servers::ChildProcess start(servers::Command command) const;

    servers::Pipe output_ = servers::make_pipe();
    std::string name_;
    servers::ChildProcess process_;
    std::string output_text_;
    std::uint16_t port_ = 0;
};

}  // namespace contrail::bench
