#include <iostream>

#include "command.hpp"
#include "migrate.hpp"

namespace rocket_rides {

void add_migrate_command(Program& program) {
    program.command("migrate", "Make Rocket Rides' tables, and Contrail's", [&program] {
        migrate(program.require_database());
        std::cout << "up to date\n";
        return contrail::cli::exit_success;
    });
}

}  // namespace rocket_rides
