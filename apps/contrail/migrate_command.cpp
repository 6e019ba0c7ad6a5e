#include <iostream>
#include <map>
#include <memory>
#include <string>

#include "command.hpp"
#include "postgres/debezium_outbox.hpp"
#include "postgres/migrations.hpp"
#include "postgres/rights.hpp"

namespace contrail::app {

namespace {

struct MigrateFlags {
    bool print = false;
    std::string roles;
    std::string debezium_outbox;
    postgres::DebeziumPayload debezium_payload = postgres::DebeziumPayload::jsonb;
};

const std::map<std::string, postgres::DebeziumPayload> payloads{{"jsonb", postgres::DebeziumPayload::jsonb},
                                                                {"text", postgres::DebeziumPayload::text}};

/// Empty if no view is wanted. Called first: an impossible name is refused before anything is changed or printed.
std::string outbox_view_text(const std::string& schema, const MigrateFlags& flags) {
    if (flags.debezium_outbox.empty()) return {};
    return postgres::debezium_outbox_text(flags.debezium_outbox, schema, flags.roles, flags.debezium_payload);
}

int print(const std::string& schema, const MigrateFlags& flags) {
    const std::string view = outbox_view_text(schema, flags);
    std::cout << postgres::migrations_text(schema);
    if (!flags.roles.empty()) std::cout << '\n' << postgres::roles_text(flags.roles, schema);
    if (!view.empty()) std::cout << '\n' << view;
    return cli::exit_success;
}

int run(const Settings& settings, const MigrateFlags& flags) {
    const std::string view = outbox_view_text(settings.schema, flags);
    const auto applied = postgres::migrate(settings);
    for (const auto& migration : applied)
        std::cout << "applied " << migration.version << ' ' << migration.name << '\n';
    if (applied.empty())
        std::cout << "up to date at version " << postgres::migrations().back().version << '\n';
    if (!flags.roles.empty()) {
        postgres::make_roles(settings, flags.roles);
        for (const auto part : postgres::parts())
            std::cout << "role " << flags.roles << '_' << postgres::name(part) << " has its rights\n";
    }
    if (!view.empty()) {
        postgres::make_debezium_outbox(settings, flags.debezium_outbox, flags.roles, flags.debezium_payload);
        std::cout << "view " << flags.debezium_outbox << " stages what is inserted into it\n";
    }
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
    command
        ->add_option(
            "--debezium-outbox", flags->debezium_outbox,
            "Create a view with the columns of Debezium's outbox table. An INSERT into it stages a record")
        ->type_name("[SCHEMA.]VIEW");
    command
        ->add_option("--debezium-payload", flags->debezium_payload,
                     "Type of that view's column payload, jsonb or text, as the service binds it")
        ->transform(CLI::CheckedTransformer(payloads, CLI::ignore_case))
        ->default_str("jsonb");
}

}  // namespace contrail::app
