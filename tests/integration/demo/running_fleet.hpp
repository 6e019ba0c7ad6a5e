#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "contrail/settings.hpp"
#include "servers/child_process.hpp"
#include "servers/descriptors.hpp"
#include "support/free_port.hpp"

namespace demo {

/// `rocket_rides up` as a process, and its output.
class RunningFleet {
public:
    /// On private servers in `data_dir`, with further arguments.
    explicit RunningFleet(const std::filesystem::path& data_dir,
                          const std::vector<std::string>& arguments = {},
                          std::uint16_t port = contrail::test::free_port());

    /// Reads on until the output contains `text` so many times. Throws std::runtime_error if the process ends
    /// first.
    void until_output(const std::string& text, int times = 1);

    /// Reads to the end, and waits for the process.
    contrail::servers::ExitStatus wait();

    [[nodiscard]] contrail::servers::ChildProcess& process() { return process_; }
    [[nodiscard]] std::uint16_t port() const { return port_; }
    /// All that it wrote so far, to standard output and standard error.
    [[nodiscard]] const std::string& output() const { return output_; }
    /// The rest of the first line that contains `text`, after it.
    [[nodiscard]] std::string output_after(const std::string& text) const;

    /// Its child process whose command line contains `text`.
    [[nodiscard]] pid_t pid_of(const std::string& text) const;

    /// Posts random rides, and returns once the API has accepted all of them.
    void post_rides(int count) const;

    /// The addresses of its servers.
    [[nodiscard]] contrail::Settings settings() const;

    /// The output of `rocket_rides verify --json` for its servers.
    [[nodiscard]] nlohmann::json verify() const;

private:
    [[nodiscard]] bool read_more();

    std::uint16_t port_;
    contrail::servers::Pipe pipe_ = contrail::servers::make_pipe();
    contrail::servers::ChildProcess process_;
    std::string output_;
};

/// Makes this process the parent of orphaned descendants, for the two functions below.
void adopt_orphans();
/// True if no child process of this one is left.
bool no_process_is_left();
/// Returns once that is so.
void wait_until_no_process_is_left();

}  // namespace demo
