#include <filesystem>
#include <iostream>
#include <map>
#include <memory>
#include <system_error>
#include <vector>

#include "command.hpp"
#include "contrail/error.hpp"
#include "contrail/open_log.hpp"
#include "operations/database.hpp"
#include "operations/init/project.hpp"
#include "postgres/migrations.hpp"
#include "postgres/rights.hpp"

namespace contrail::app {

namespace {

namespace init = operations::init;

struct InitFlags {
    std::filesystem::path folder = "contrail";
    std::string roles = "contrail";
    init::Supervisor supervisor = init::Supervisor::systemd;
    bool execute = false;
};

const std::map<std::string, init::Supervisor> supervisors{{"systemd", init::Supervisor::systemd},
                                                          {"compose", init::Supervisor::compose}};

/// Changes nothing on either server.
void check_servers(const Settings& settings) {
    std::cout << "1. Check PostgreSQL and the log's server" << std::endl;
    operations::Database database(settings, "init");
    const auto server = operations::read(database.connection, "read the server's version",
                                         "SELECT current_setting('server_version'), current_database(), "
                                         "current_user");
    std::cout << "   PostgreSQL " << server.text(0, 0) << ", database " << server.text(0, 1) << ", as user "
              << server.text(0, 2) << '\n';
    const RecordId head = open_log(settings)->head();
    std::cout << "   log " << settings.stream_name
              << (head == RecordId{} ? " is empty" : " ends with record " + head.to_string()) << '\n';
}

void migrate(const Settings& settings, bool execute) {
    std::cout << "2. Migrate schema " << settings.schema << " to version "
              << postgres::migrations().back().version << std::endl;
    if (!execute) return;
    const auto applied = postgres::migrate(settings);
    for (const auto& migration : applied)
        std::cout << "   applied " << migration.version << ' ' << migration.name << '\n';
    if (applied.empty()) std::cout << "   it is there already\n";
}

void make_roles(const Settings& settings, const std::string& prefix, bool execute) {
    std::cout << "3. "
              << (prefix.empty() ? "Create no roles" : "Create roles without login, each with its rights")
              << std::endl;
    if (prefix.empty()) return;
    if (execute) postgres::make_roles(settings, prefix);
    for (const auto part : postgres::parts())
        std::cout << "   " << prefix << '_' << postgres::name(part) << '\n';
}

void write_files(const std::vector<init::ProjectFile>& files, const InitFlags& flags) {
    std::cout << "4. Write files into the folder " << flags.folder.string()
              << ", and none that is there already" << std::endl;
    std::error_code error;
    if (flags.execute && !std::filesystem::create_directories(flags.folder, error) && error)
        throw Error(Retry::never, "Cannot create the folder " + flags.folder.string() + ": " +
                                      error.message() + ". Name another one with --folder.");
    for (const auto& file : files) {
        const auto path = flags.folder / file.name;
        const bool is_new =
            flags.execute ? init::write_new(flags.folder, file) : !std::filesystem::exists(path, error);
        std::cout << "   " << path.string() << (is_new ? "" : ": kept as it is")
                  << (is_new && file.secret ? ", for its owner alone, because it holds the URLs" : "")
                  << '\n';
    }
}

int run(const Settings& settings, const InitFlags& flags) {
    const auto files = init::project_files(settings, flags.supervisor);
    check_servers(settings);
    migrate(settings, flags.execute);
    make_roles(settings, flags.roles, flags.execute);
    write_files(files, flags);
    if (!flags.execute) {
        std::cout << "Nothing was changed. Add --execute to take steps 2 to 4.\n";
        return cli::exit_success;
    }
    std::cout << "Next: start the streamer, stage a record, and see it in the log:\n";
    for (const auto& command : init::next_commands(flags.folder, settings, flags.supervisor))
        std::cout << "   " << command << '\n';
    return cli::exit_success;
}

}  // namespace

void add_init_command(Program& program) {
    const auto flags = std::make_shared<InitFlags>();
    CLI::App* command = program.command(
        "init", "Begin a project: check both servers, migrate, create roles, write a configuration",
        [&program, flags] { return run(program.require_servers(), *flags); });
    command->add_option("--folder", flags->folder, "Folder for the files")->capture_default_str();
    command->add_option("--roles", flags->roles, "Prefix of the roles' names; empty: create none")
        ->type_name("PREFIX")
        ->capture_default_str();
    command->add_option("--for", flags->supervisor, "What starts the streamer, systemd or compose")
        ->transform(CLI::CheckedTransformer(supervisors, CLI::ignore_case))
        ->default_str("systemd");
    command->add_flag("--execute", flags->execute, "Take the steps; without it they are only shown");
}

}  // namespace contrail::app
