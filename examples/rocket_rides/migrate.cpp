#include <iostream>

#include "commands.hpp"
#include "contrail/postgres_session.hpp"
#include "rocket_rides_embedded.hpp"

namespace rocket_rides {

void migrate(const contrail::Settings& settings) {
    contrail::migrate_postgres(settings);
    // In turn, because CREATE TABLE IF NOT EXISTS fails if two programs run it at once. The lock is any
    // number that no other program takes: the bytes of "rockets".
    const std::string in_turn = "SELECT pg_advisory_xact_lock(32210620139271283);\n";
    contrail::PostgresSession(settings, "migrate")
        .execute(in_turn + std::string(embedded_files.front().text));
}

void add_migrate_command(contrail::Program& program) {
    program.command("migrate", "Make Rocket Rides' tables, and Contrail's", [&program] {
        migrate(program.require_database());
        std::cout << "up to date\n";
        return contrail::exit_success;
    });
}

}  // namespace rocket_rides
