#include <algorithm>
#include <vector>

#include "cli/completion.hpp"

namespace contrail::cli {

namespace {

std::string zsh_function(const CommandHelp& command) {
    std::string name = "_" + command.path;
    std::ranges::replace(name, '-', '_');
    std::ranges::replace(name, ' ', '_');
    return name;
}

/// One word for the shell.
std::string shell_word(const std::string& text) {
    std::string word = "'";
    for (const char character : text) word += character == '\'' ? "'\\''" : std::string(1, character);
    return word + '\'';
}

std::string action(const OptionHelp& option) {
    if (option.value == "FILE") return "_files";
    if (!option.choices.empty()) return '(' + CLI::detail::join(option.choices, " ") + ')';
    return " ";
}

/// What _arguments shows beside an option. A bracket would end it.
std::string in_brackets(std::string description) {
    std::ranges::replace(description, '[', '(');
    std::ranges::replace(description, ']', ')');
    return '[' + description + ']';
}

/// One line for each name of the option, as `'--format=[How to print a record]:value:(text json)'`.
std::string specification(const OptionHelp& option) {
    std::string lines;
    for (const std::string& name : option.names) {
        std::string text = (option.repeats ? "*" : "") + name;
        if (!option.value.empty() && name.starts_with("--")) text += '=';
        text += in_brackets(option.description);
        if (!option.value.empty()) text += ":value:" + action(option);
        lines += "        " + shell_word(text) + " \\\n";
    }
    return lines;
}

std::vector<OptionHelp> options_of(const CommandHelp& command) {
    std::vector<OptionHelp> options;
    for (const OptionGroup& group : command.groups)
        options.insert(options.end(), group.options.begin(), group.options.end());
    return options;
}

/// The program's own options count for every command: a flag may stand before and after it.
std::string specifications(const CommandHelp& command, const std::vector<OptionHelp>& shared) {
    std::vector<OptionHelp> options;
    if (command.path != command.name) options = options_of(command);
    for (const OptionHelp& option : shared)
        if (std::ranges::find(options, option.names, &OptionHelp::names) == options.end())
            options.push_back(option);
    std::string lines;
    for (const OptionHelp& option : options) lines += specification(option);
    return lines;
}

std::string described_commands(const CommandHelp& command) {
    std::string lines;
    for (const CommandHelp& below : command.commands)
        lines += "        " + shell_word(below.name + ':' + below.description) + '\n';
    return lines;
}

std::string branches(const CommandHelp& command) {
    std::string lines;
    for (const CommandHelp& below : command.commands)
        lines += "            " + below.name + ") " + zsh_function(below) + " ;;\n";
    return lines;
}

std::string arguments_of(const CommandHelp& command) {
    std::string lines;
    for (const OptionHelp& help : command.positionals)
        lines +=
            "        " +
            shell_word(std::string(help.repeats ? "*" : "") + ':' + help.names.front() + ':' + action(help)) +
            " \\\n";
    return lines.empty() ? "        '*: : '\n" : lines.substr(0, lines.size() - 3) + '\n';
}

std::string function_of(const CommandHelp& command, const std::vector<OptionHelp>& shared) {
    const std::string options = specifications(command, shared);
    std::string text = zsh_function(command) + "() {\n";
    if (command.commands.empty())
        return text + "    _arguments -s \\\n" + options + arguments_of(command) + "}\n\n";
    text += "    local curcontext=$curcontext state line\n    local -a commands\n    commands=(\n" +
            described_commands(command) + "    )\n    _arguments -s -C \\\n" + options +
            "        '1: :->command' '*:: :->arguments'\n    case $state in\n"
            "    command) _describe command commands ;;\n    arguments)\n        case $line[1] in\n" +
            branches(command) + "        esac ;;\n    esac\n}\n\n";
    for (const CommandHelp& below : command.commands) text += function_of(below, shared);
    return text;
}

}  // namespace

std::string zsh_completion(const CommandHelp& program) {
    const std::string function = zsh_function(program);
    return "#compdef " + program.name + "\n# Completion for zsh, written by '" + program.name +
           " completion zsh'.\n\n" + function_of(program, options_of(program)) +
           "# A file in $fpath is the function's first call; one that is sourced only declares it.\n"
           "if [ \"$funcstack[1]\" = " +
           function + " ]; then\n    " + function + "\nelse\n    compdef " + function + ' ' + program.name +
           "\nfi\n";
}

}  // namespace contrail::cli
