#include <iostream>
#include <memory>

#include "command.hpp"
#include "postgres/migrations.hpp"
#include "postgres/rights.hpp"

namespace contrail::app {

namespace {

struct MigrateFlags {
    bool print = false;
    std::string roles;
};

int print(const std::string& schema, const MigrateFlags& flags) {
    std::cout << postgres::migrations_text(schema);
    if (!flags.roles.empty()) std::cout << '\n' << postgres::roles_text(flags.roles, schema);
    return cli::exit_success;
}

int run(const Settings& settings, const MigrateFlags& flags) {
    const auto applied = postgres::migrate(settings);
    for (const auto& migration : applied)
        std::cout << "applied " << migration.version << ' ' << migration.name << '\n';
    if (applied.empty())
        std::cout << "up to date at version " << postgres::migrations().back().version << '\n';
    if (flags.roles.empty()) return cli::exit_success;
    postgres::make_roles(settings, flags.roles);
    for (const auto part : postgres::parts())
        std::cout << "role " << flags.roles << '_' << postgres::name(part) << " has its rights\n";
    return cli::exit_success;
}

}  // namespace

void add_migrate_command(Program& program) {
    const auto flags = std::make_shared<MigrateFlags>();
    CLI::App* command =
        program.command("migrate", "Create or upgrade Contrail's schema in the database", [&program, flags] {
            if (flags->print) return print(program.settings().schema, *flags);
            return run(program.require_database(), *flags);
        });
    command->add_flag("--print", flags->print, "Print the SQL, and apply nothing");
    command
        ->add_option("--roles", flags->roles,
                     "Create a role for each part, PREFIX_streamer and so on, with the rights that it needs")
        ->type_name("PREFIX");
}

}  // namespace contrail::app
