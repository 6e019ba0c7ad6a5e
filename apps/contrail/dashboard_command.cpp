#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "command.hpp"
#include "contrail/component_log.hpp"
#include "contrail/signals.hpp"
#include "dashboard/dashboard.hpp"
#include "dashboard/status_poll.hpp"

namespace contrail::app {

namespace {

int run(const Settings& settings, std::optional<std::uint16_t> port) {
    const auto stop = stop_on_signals();
    dashboard::Dashboard page(port, "--port");
    page.set_about(nlohmann::json{{"stream", settings.stream_name}}.dump());
    dashboard::StatusPoll status(settings, [&](dashboard::Event event) { page.tell(std::move(event)); });
    page.add([&] { return status.poll(); });
    ComponentLog("dashboard").info("the page is at {address}", {{"address", page.address()}});
    page.run(stop);
    return cli::exit_success;
}

}  // namespace

void add_dashboard_command(Program& program) {
    const auto port = std::make_shared<std::optional<std::uint16_t>>();
    CLI::App* command =
        program.command("dashboard", "Serve a page, to this machine only, that shows the log at work",
                        [&program, port] { return run(program.require_servers(), *port); });
    command->add_option("--port", *port, "Port of the page (default: 5006, or another if that is taken)")
        ->check(CLI::Range(1, 65535));
}

}  // namespace contrail::app
