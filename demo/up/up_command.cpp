#include "demo/up/up_command.hpp"

#include <memory>

#include "demo/up/fleet.hpp"

namespace demo {

namespace {

void add_program_flags(CLI::App& command, FleetOptions& options) {
    command
        .add_option("--data-dir", options.data_dir,
                    "Folder for the data of the warehouse and of private servers")
        ->capture_default_str();
    command.add_option("--port", options.api_port, "Port of the API")
        ->envname("API_PORT")
        ->check(CLI::Range(1, 65535))
        ->capture_default_str();
    command
        .add_option("--admin-port", options.admin_port,
                    "First port for the programs' metrics and health; taken ports are skipped")
        ->capture_default_str();
    command.add_option("--crash", options.crash, "How consumers crash on purpose: none, exception, kill")
        ->check(CLI::IsMember({"none", "exception", "kill"}))
        ->capture_default_str();
    command
        .add_option("--log", options.log,
                    "What holds the log, on private servers (default: Redis, unless LOG_URL names a log)")
        ->check(CLI::IsMember(chaos::log_names()));
    command.add_flag("--tcp", options.tcp,
                     "Private servers listen on 127.0.0.1 too, with a password, for clients that cannot use "
                     "unix sockets");
    command.add_flag_callback(
        "--no-failures", [&options] { options.failures = false; }, "Nothing fails on purpose");
}

void add_input_flags(CLI::App& command, FleetOptions& options) {
    CLI::Option* input =
        command
            .add_option("--input", options.input,
                        "CSV file with a column 'distance': its rides instead of random ones")
            ->check(CLI::ExistingFile);
    command
        .add_flag("--exit-when-done", options.exit_when_done,
                  "End when every consumer has consumed the input; exit status as of 'verify'")
        ->needs(input);
    command
        .add_flag_callback(
            "--no-simulator", [&options] { options.simulator = false; }, "Post no rides")
        ->excludes(input);
}

void add_page_flags(CLI::App& command, FleetOptions& options) {
    command
        .add_option("--dashboard-port", options.dashboard_port,
                    "Port of the page (default: 5006, or another if that is taken)")
        ->check(CLI::Range(1, 65535));
    CLI::Option* allow = command.add_flag_callback(
        "--allow-faults,--allow-harm", [&options] { options.allow_faults = true; },
        "The page has buttons that inject faults (default: if both servers are private; "
        "no fault hits a server that is not private)");
    command
        .add_flag_callback(
            "--read-only", [&options] { options.allow_faults = false; }, "The page has no buttons")
        ->excludes(allow);
}

}  // namespace

void add_up_command(contrail::Program& program) {
    const auto options = std::make_shared<FleetOptions>();
    CLI::App* command =
        program.command("up", "Run everything at once, on private servers where the settings name none",
                        [&program, options] { return Fleet(program.settings(), *options).run(); });
    add_program_flags(*command, *options);
    add_input_flags(*command, *options);
    add_page_flags(*command, *options);
}

}  // namespace demo
