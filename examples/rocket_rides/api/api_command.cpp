#include <memory>
#include <utility>

#include "admin/server_sources.hpp"
#include "api/api.hpp"
#include "api/api_log.hpp"
#include "api/api_metrics.hpp"
#include "cli/admin_options.hpp"
#include "command.hpp"
#include "contrail/signals.hpp"

namespace rocket_rides {

void add_api_command(Program& program) {
    const auto options = std::make_shared<Api::Options>();
    const auto admin_options = std::make_shared<contrail::AdminOptions>();
    CLI::App* command = program.command("api", "Take rides over HTTP", [&program, options, admin_options] {
        const contrail::Settings& settings = program.require_database();
        const auto stop = contrail::stop_on_signals();
        contrail::metrics::Registry registry(settings.stream_name);
        ApiMetrics metrics(registry, contrail::system_clock());
        contrail::metrics::AdminServer admin(*admin_options, registry);
        const contrail::metrics::Source database = contrail::admin::postgres_source(settings);
        admin.add(database);
        admin.add(metrics.health_check(database));
        options->watch = [&metrics](contrail::http::Handler handler) {
            return metrics.watched(std::move(handler));
        };
        Api api(settings, *options);
        api_log.info("listening on {host}, port {port}", {{"host", options->host}, {"port", api.port()}});
        admin.serve();
        contrail::cli::log_admin_address(*admin_options, admin.port());
        api.run(stop);
        api_log.info("stopped");
        return contrail::cli::exit_success;
    });
    command->add_option("--host", options->host, "Name or address to listen on")->capture_default_str();
    command->add_option("--port", options->port, "Port to listen on; 0: any free one")
        ->envname("API_PORT")
        ->capture_default_str();
    contrail::cli::add_admin_options(*command, *admin_options);
}

}  // namespace rocket_rides
