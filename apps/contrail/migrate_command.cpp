#include <iostream>
#include <memory>

#include "command.hpp"
#include "postgres/migrations.hpp"

namespace contrail::app {

void add_migrate_command(Program& program) {
    const auto print = std::make_shared<bool>(false);
    CLI::App* command =
        program.command("migrate", "Bring Contrail's schema in the database up to date", [&program, print] {
            if (*print) {
                std::cout << postgres::migrations_text(program.settings().schema);
                return cli::exit_success;
            }
            const auto applied = postgres::migrate(program.require_database());
            for (const auto& migration : applied)
                std::cout << "applied " << migration.version << ' ' << migration.name << '\n';
            if (applied.empty())
                std::cout << "up to date at version " << postgres::migrations().back().version << '\n';
            return cli::exit_success;
        });
    command->add_flag("--print", *print, "Print the SQL of all migrations, and apply nothing");
}

}  // namespace contrail::app
