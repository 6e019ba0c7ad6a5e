#include <iostream>
#include <memory>

#include "command.hpp"
#include "verify/examine.hpp"
#include "verify/report_text.hpp"

namespace rocket_rides {

void add_verify_command(Program& program) {
    const auto json = std::make_shared<bool>(false);
    CLI::App* command = program.command(
        "verify", "Compare the rides with what the consumers have made of them", [&program, json] {
            const Report report = examine(program.require_servers());
            std::cout << (*json ? to_json(report) : to_text(report));
            return agree(report) ? contrail::cli::exit_success : contrail::cli::exit_failure;
        });
    command->add_flag("--json", *json, "Print JSON instead of a table");
}

}  // namespace rocket_rides
