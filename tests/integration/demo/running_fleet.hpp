#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "contrail/settings.hpp"
#include "servers/child_process.hpp"

namespace rocket_rides {

/// A TCP port of this machine that nobody listens on.
std::uint16_t free_port();

/// `rocket_rides up` as a process, and what it says.
class RunningFleet {
public:
    /// On servers of its own in `data_dir`, with further arguments.
    explicit RunningFleet(const std::filesystem::path& data_dir,
                          const std::vector<std::string>& arguments = {}, std::uint16_t port = free_port());

    /// Reads on until `text` was said, or said so many times. Throws std::runtime_error if the fleet ends
    /// before.
    void until_said(const std::string& text, int times = 1);

    /// Reads on to the end, and waits for it.
    contrail::servers::ExitStatus wait();

    [[nodiscard]] contrail::servers::ChildProcess& process() { return process_; }
    [[nodiscard]] std::uint16_t port() const { return port_; }
    /// All that it said, on both of its outputs.
    [[nodiscard]] const std::string& said() const { return said_; }
    /// The rest of the line in which it said `text` first.
    [[nodiscard]] std::string said_after(const std::string& text) const;

    /// The fleet's process whose command line contains `text`.
    [[nodiscard]] pid_t pid_of(const std::string& text) const;

    /// Posts random rides, and returns when all are accepted.
    void post_rides(int count) const;

    /// Where its servers are.
    [[nodiscard]] contrail::Settings settings() const;

    /// What `rocket_rides verify --json` says of the fleet's servers.
    [[nodiscard]] nlohmann::json verify() const;

private:
    [[nodiscard]] bool read_more();

    std::uint16_t port_;
    contrail::servers::Pipe pipe_ = contrail::servers::make_pipe();
    contrail::servers::ChildProcess process_;
    std::string said_;
};

/// Makes this process the parent of whoever loses its own, for the two below.
void adopt_orphans();
/// True if no other process descends from this one.
bool no_process_is_left();
/// Returns when that is so.
void wait_until_no_process_is_left();

}  // namespace rocket_rides
