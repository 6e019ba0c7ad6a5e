#include "cli/help_text.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>

#include "base/text.hpp"

namespace contrail::cli {

namespace {

/// Where descriptions begin. Two thirds of the names are shorter; a longer one has a line to itself.
constexpr std::size_t description_column = 26;

/// Stands for a space at which no line ends.
constexpr char fixed_space = '\x01';

std::string entry(const std::string& names, const std::string& description, std::size_t columns_max) {
    std::string text = "  " + names;
    const std::size_t columns = base::columns_of(text);
    if (description.empty()) return text + '\n';
    text += columns + 2 > description_column ? '\n' + std::string(description_column, ' ')
                                             : std::string(description_column - columns, ' ');
    text += base::wrapped(description, columns_max, description_column);
    std::ranges::replace(text, fixed_space, ' ');
    return text;
}

std::string describe_value(const OptionHelp& option) {
    std::string text = option.description;
    const auto add = [&text](std::string note) {
        std::ranges::replace(note, ' ', fixed_space);
        text += (text.empty() ? "[" : " [") + note + "]";
    };
    if (const std::string choices = unshown_choices(option); !choices.empty()) text += ": " + choices;
    if (!option.range.empty()) add(option.range);
    if (!option.default_value.empty()) add("default: " + option.default_value);
    if (!option.variable.empty()) add("env: " + option.variable);
    if (option.required && option.names.front().starts_with('-')) add("required");
    return text;
}

std::string section(const std::string& title, const std::vector<OptionHelp>& options,
                    std::size_t columns_max) {
    if (options.empty()) return {};
    std::string text = '\n' + title + ":\n";
    for (const OptionHelp& option : options) {
        const bool is_long_only = option.names.front().starts_with("--");
        text += entry((is_long_only ? "    " : "") + usage_of(option), describe_value(option), columns_max);
    }
    return text;
}

std::string usage_line(const CommandHelp& command) {
    std::string line = "Usage: " + command.path;
    if (!command.commands.empty()) line += command.requires_command ? " COMMAND" : " [COMMAND]";
    line += " [OPTIONS]";
    for (const OptionHelp& argument : command.positionals)
        line += argument.required ? ' ' + usage_of(argument) : " [" + usage_of(argument) + ']';
    return line + '\n';
}

std::string commands_section(const CommandHelp& command, std::size_t columns_max) {
    if (command.commands.empty()) return {};
    std::string text = "\nCommands:\n";
    for (const CommandHelp& below : command.commands)
        text += entry(below.name, below.description, columns_max);
    return text;
}

std::string where_to_read_on(const CommandHelp& command) {
    const std::string program = command.path.substr(0, command.path.find(' '));
    if (!command.commands.empty())
        return "\n'" + command.path + " COMMAND --help' shows the options of a command.\n";
    return "\n'" + program +
           " --help' shows the options that all commands have: servers, log, configuration.\n";
}

}  // namespace

std::string help_text(const CommandHelp& command, std::size_t columns_max) {
    std::string text = base::wrapped(command.description, columns_max, 0) + '\n' + usage_line(command);
    text += commands_section(command, columns_max);
    text += section("Arguments", command.positionals, columns_max);
    for (const OptionGroup& group : command.groups) text += section(group.title, group.options, columns_max);
    if (!command.details.empty()) text += '\n' + base::wrapped(command.details, columns_max, 0);
    return text + where_to_read_on(command);
}

std::size_t help_columns() {
    constexpr std::size_t usual = 80;
    constexpr std::size_t readable = 110;
    winsize size{};
    if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return usual;
    return std::clamp<std::size_t>(size.ws_col, usual, readable);
}

}  // namespace contrail::cli
