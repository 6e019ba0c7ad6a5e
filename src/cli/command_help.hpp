#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace contrail::cli {

/// What a program tells about one of its options, or about a positional argument.
struct OptionHelp {
    std::vector<std::string> names;    ///< `-h`, `--help`; of a positional argument its name alone.
    std::string value;                 ///< `N`, `FILE`, `text|json`; empty if the option takes no value.
    std::vector<std::string> choices;  ///< All values that it accepts, where these are a list.
    std::string description;
    std::string range;  ///< `1 to 1000`, or empty.
    std::string default_value;
    std::string variable;  ///< The environment variable that sets it, or empty.
    bool required = false;
    bool repeats = false;
};

struct OptionGroup {
    std::string title;
    std::vector<OptionHelp> options;
};

/// What a program tells about a command, read from the declarations that also parse it. The help text, the manual
/// pages and the completions all come from this, so none of them can lag behind the program.
struct CommandHelp {
    std::string path;  ///< As it is typed: `contrail consumer reset`.
    std::string name;  ///< The last word of it.
    std::string description;
    std::string details;  ///< What follows the options: CLI11's footer.
    std::vector<OptionHelp> positionals;
    std::vector<OptionGroup> groups;
    std::vector<CommandHelp> commands;  ///< Those below it, hidden ones left out.
    bool requires_command = true;       ///< It does nothing without one of them.
};

CommandHelp describe(const CLI::App& command);

/// The choices with commas between them, if there are too many to stand for the value; else nothing.
std::string unshown_choices(const OptionHelp& option);

/// `--from PLACE`; all names with `separator` between them.
std::string usage_of(const OptionHelp& option, const std::string& separator = ", ");

}  // namespace contrail::cli
