#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>
#include <utility>

#include "contrail/settings.hpp"
#include "logging/set_up.hpp"

namespace contrail::cli {

/// How programs end. The numbers follow sysexits.h where it has one.
enum ExitStatus : int {
    exit_success = 0,
    exit_failure = 1,  ///< It failed; starting it again may help.
    exit_usage = 2,    ///< The command line was not understood.
    exit_person_needed =
        78  ///< EX_CONFIG: it will fail again until somebody acts. Supervisors: do not restart.
};

/// A program with subcommands and the flags that all of them share. Settings come from a flag, else the
/// environment, else the file named by `--config`, else the default.
class Program {
public:
    Program(const std::string& name, const std::string& description);

    /// Adds a subcommand. `run` is called if it was chosen, after parsing; it returns the exit status.
    /// Declare its own flags on what this returns.
    CLI::App* command(const std::string& name, const std::string& description, std::function<int()> run) {
        return command(app_, name, description, std::move(run));
    }

    /// Adds a command that has subcommands, of which one must be given: `contrail consumer list`.
    CLI::App& group(const std::string& name, const std::string& description);
    /// Adds one of them.
    CLI::App* command(CLI::App& group, const std::string& name, const std::string& description,
                      std::function<int()> run);

    /// The shared flags, valid inside `run`. DATABASE_URL and REDIS_URL may be empty where they were not
    /// set: a command that needs them calls require_database() or require_redis().
    [[nodiscard]] const Settings& settings() const { return settings_; }

    /// Throw Error (Retry::never) that says which flag and which variable would set the URL.
    const Settings& require_database() const;
    const Settings& require_redis() const;
    const Settings& require_servers() const;

    /// Parses, runs the chosen command, prints what went wrong to stderr; returns the exit status.
    int main(int argc, char** argv);

private:
    void add_shared_flags();
    int run_chosen() const;
    void complain(const std::string& failure) const;

    CLI::App app_;
    Settings settings_;
    std::string log_level_ = "info";
    LogFormat log_format_ = LogFormat::text;
    std::string config_file_;
    std::function<int()> run_;
};

}  // namespace contrail::cli
