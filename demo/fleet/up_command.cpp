#include "demo/fleet/up_command.hpp"

#include <memory>

#include "demo/fleet/fleet.hpp"

namespace rocket_rides {

void add_up_command(contrail::cli::Program& program) {
    const auto options = std::make_shared<FleetOptions>();
    CLI::App* command =
        program.command("up", "Run everything at once, on servers of its own where none are named",
                        [&program, options] { return Fleet(program.settings(), *options).run(); });
    command
        ->add_option("--data-dir", options->data_dir,
                     "Where the warehouse, and servers of its own, keep their data")
        ->capture_default_str();
    command->add_option("--port", options->api_port, "Port of the API")
        ->envname("API_PORT")
        ->check(CLI::Range(1, 65535))
        ->capture_default_str();
    command
        ->add_option("--admin-port", options->admin_port,
                     "First port for the programs' metrics and health; ports that are taken are passed over")
        ->capture_default_str();
    CLI::Option* input =
        command
            ->add_option("--input", options->input,
                         "CSV file with a column 'distance': its rides instead of random ones")
            ->check(CLI::ExistingFile);
    command
        ->add_flag("--exit-when-done", options->exit_when_done,
                   "End when the input is posted and consumed; exit status as of 'verify'")
        ->needs(input);
    command->add_option("--crash", options->crash, "How consumers crash on purpose: none, exception, kill")
        ->check(CLI::IsMember({"none", "exception", "kill"}))
        ->capture_default_str();
    command->add_flag_callback(
        "--no-failures", [options] { options->failures = false; }, "Nothing fails on purpose");
    command
        ->add_option("--dashboard-port", options->dashboard_port,
                     "Port of the page that shows it all (default: 5006, or another if that is taken)")
        ->check(CLI::Range(1, 65535));
    CLI::Option* allow_harm = command->add_flag_callback(
        "--allow-harm", [options] { options->allow_harm = true; },
        "The page has buttons that do harm (default: if the servers are its own; others are never harmed)");
    command
        ->add_flag_callback(
            "--read-only", [options] { options->allow_harm = false; }, "The page only shows")
        ->excludes(allow_harm);
    command
        ->add_flag_callback(
            "--no-simulator", [options] { options->simulator = false; }, "Nobody posts rides but you")
        ->excludes(input);
}

}  // namespace rocket_rides
