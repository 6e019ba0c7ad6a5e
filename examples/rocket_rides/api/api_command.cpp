#include <memory>

#include "api/api.hpp"
#include "api/api_log.hpp"
#include "command.hpp"
#include "contrail/signals.hpp"

namespace rocket_rides {

void add_api_command(Program& program) {
    const auto options = std::make_shared<Api::Options>();
    CLI::App* command = program.command("api", "Take rides over HTTP", [&program, options] {
        const contrail::Settings& settings = program.require_database();
        const auto stop = contrail::stop_on_signals();
        Api api(settings, *options);
        api_log.info("listening on {host}, port {port}", {{"host", options->host}, {"port", api.port()}});
        api.run(stop);
        api_log.info("stopped");
        return contrail::cli::exit_success;
    });
    command->add_option("--host", options->host, "Name or address to listen on")->capture_default_str();
    command->add_option("--port", options->port, "Port to listen on; 0: any free one")
        ->envname("API_PORT")
        ->capture_default_str();
}

}  // namespace rocket_rides
