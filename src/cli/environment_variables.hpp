#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace contrail::cli {

/// Gives options the values of their environment variables. CLI11 would read the variables of every command,
/// and report a bad value as one of a flag. This class reads those of the chosen command only, and names the
/// variable. It ignores white space around a value: secrets that come from files end with a newline.
///
///     EnvironmentVariables environment(app);
///     app.parse(argc, argv);
///     environment.apply();
///
/// A variable whose name ends in `_URL` may be given by file, as DATABASE_URL_FILE (see environment_value()). A
/// flag wins over its variable. An empty variable counts as one that is not set. An option may name several
/// variables, with commas between them: the first that is set counts.
class EnvironmentVariables {
public:
    /// Until the object is destroyed, `app` reads no variables by itself. `app` must outlive the object.
    explicit EnvironmentVariables(CLI::App& app);
    EnvironmentVariables(const EnvironmentVariables&) = delete;
    EnvironmentVariables& operator=(const EnvironmentVariables&) = delete;
    /// Names the variables in the help texts again.
    ~EnvironmentVariables();

    /// Call after parsing. Throws CLI::ParseError that names the variable whose value its option refuses, and
    /// Error if a file that a variable names cannot be read.
    void apply() const;

private:
    struct Variable {
        const CLI::App* command;
        CLI::Option* option;
        std::string name;
    };

    void take_from(CLI::App& app);
    static void apply(const Variable& variable, const std::string& name);

    std::vector<Variable> variables_;
};

}  // namespace contrail::cli
