#include <iostream>
#include <memory>

#include "command.hpp"
#include "reconcile/reconcile.hpp"

namespace rocket_rides {

void add_reconcile_command(Program& program) {
    struct Flags {
        bool fix = false;
        bool json = false;
    };
    const auto flags = std::make_shared<Flags>();
    CLI::App* command = program.command(
        "reconcile", "Compare each consumer's total with the rides, at one record, while everything runs",
        [&program, flags] {
            const Tuple tuple = reconcile(program.require_database(), flags->fix);
            std::cout << (flags->json ? to_json(tuple) : to_text(tuple));
            return tuple.count(Match::differs) == 0 ? contrail::cli::exit_success
                                                    : contrail::cli::exit_failure;
        });
    command->add_flag("--fix", flags->fix, "Correct those that differ, while they run");
    command->add_flag("--json", flags->json, "Print JSON instead of a table");
}

}  // namespace rocket_rides
