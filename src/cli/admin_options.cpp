#include <CLI/CLI.hpp>
#include <chrono>
#include <string>

#include "contrail/run.hpp"

namespace contrail {

void add_flags(CLI::App& command, AdminOptions& options) {
    constexpr auto group = "Metrics and health";
    command
        .add_option("--admin-port", options.port,
                    "Serve /metrics, /healthz and /readyz on this port; 0: any free one (default: do not)")
        ->envname("CONTRAIL_ADMIN_PORT")
        ->group(group);
    command.add_option("--admin-host", options.host, "Name or address to serve them on")
        ->envname("CONTRAIL_ADMIN_HOST")
        ->group(group)
        ->capture_default_str();
    command
        .add_option_function<std::uint32_t>(
            "--stalled-after",
            [&options](std::uint32_t seconds) { options.stalled_after = std::chrono::seconds(seconds); },
            "Seconds that work may wait, and nothing move, before /healthz fails")
        ->check(CLI::Range(1, 86'400))
        ->group(group)
        ->default_str(
            std::to_string(std::chrono::floor<std::chrono::seconds>(options.stalled_after).count()));
    command
        .add_option("--admin-socket", options.socket,
                    "Number of a socket to serve them on, which listens already and was inherited")
        ->envname("CONTRAIL_ADMIN_SOCKET")
        ->check(CLI::NonNegativeNumber)
        ->group(group);
}

}  // namespace contrail
