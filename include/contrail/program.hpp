#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "contrail/settings.hpp"

namespace contrail {

namespace cli {
struct ConfigSection;
}

/// How programs end. The numbers follow sysexits.h where it has one.
enum ExitStatus : int {
    exit_success = 0,
    exit_failure = 1,         ///< It failed; starting it again may help.
    exit_usage = 2,           ///< The command line is wrong.
    exit_person_needed = 78,  ///< EX_CONFIG: it will fail again until an operator acts. Do not restart it.
};

/// A program with subcommands, and the flags that Contrail's own programs have: --database-url, --redis-url,
/// --stream-name, --schema, TLS, --log-level, --log-format, --config, --version. A setting comes from its
/// flag, else from the environment, else from the TOML file that --config names, else it is the default.
/// main() adds the commands `help` (which can also write manual pages) and `completion`, where the program has
/// none of these names.
///
///     int main(int argc, char** argv) {
///         contrail::Program program("shop", "Sells pens");
///         program.command("sell", "Take orders", [&] { return sell(program.require_database()); });
///         return program.main(argc, argv);
///     }
///
/// Uses CLI11. Needs contrail::program to be linked, beside contrail::contrail.
class Program {
public:
    /// `defaults` are the settings that neither flag, environment nor file gives. Construct it before anything
    /// opens a file or a socket: it opens those of descriptors 0, 1 and 2 that are closed.
    Program(const std::string& name, const std::string& description, Settings defaults = {});

    /// Adds a subcommand. main() calls `run` if it is chosen, after parsing; `run` returns the exit status.
    /// Declare the flags of the command on the result.
    CLI::App* command(const std::string& name, const std::string& description, std::function<int()> run) {
        return command(app_, name, description, std::move(run));
    }

    /// Adds a command with subcommands, one of which must be given: `contrail consumer list`.
    CLI::App& group(const std::string& name, const std::string& description);
    /// Adds one of them.
    CLI::App* command(CLI::App& group, const std::string& name, const std::string& description,
                      std::function<int()> run);

    /// Lets the file that --config names hold sections `[command.NAME]`, for each of several things that one process of
    /// this command does. If the command is chosen, main() calls `declare` for each section, in the file's order, with
    /// flags and environment parsed already. `declare` declares what the section may say on `section`, whose name is
    /// NAME; main() then writes the section's values there. Not for a command inside a group.
    void sections(CLI::App& command, std::function<void(CLI::App& section)> declare);

    /// The shared settings, valid inside `run`. The URLs are empty if nothing sets them.
    [[nodiscard]] const Settings& settings() const { return settings_; }

    /// The same; throw Error (Retry::never) that says how to set a URL that is empty.
    const Settings& require_database() const;
    const Settings& require_log() const;
    const Settings& require_servers() const;

    /// Parses, sets up the log (see ComponentLog), and runs the chosen command. Reports what it throws, on
    /// standard error: Error (Retry::never) ends with exit_person_needed, everything else with exit_failure.
    ///
    /// A command that printed to a full disk or a closed pipe fails with exit_failure, whatever it returns. A
    /// command that prints for long ends once `!std::cout`. SIGPIPE is ignored.
    int main(int argc, char** argv);

private:
    using Sectioned = std::pair<const CLI::App*, std::function<void(CLI::App&)>>;

    void add_shared_flags();
    int parse_and_run(int argc, char** argv);
    [[nodiscard]] std::vector<const CLI::App*> sectioned_commands() const;
    void keep_named_section(std::vector<cli::ConfigSection>& sections, const std::string& file);
    void read_sections(const std::vector<cli::ConfigSection>& sections, const std::string& file);
    [[nodiscard]] int run_chosen() const;
    void complain(const std::string& failure) const;

    CLI::App app_;
    Settings settings_;
    std::string log_level_ = "info";
    std::string log_format_ = "text";
    std::string config_file_;
    std::string section_;
    std::function<int()> run_;
    std::vector<Sectioned> sectioned_;
};

}  // namespace contrail
