#include <algorithm>
#include <string_view>
#include <vector>

#include "cli/completion.hpp"

namespace contrail::cli {

namespace {

/// A name that a shell's function may have.
std::string bash_function(const CommandHelp& program) {
    std::string name = "_" + program.name;
    std::ranges::replace(name, '-', '_');
    return name;
}

/// `name`, or `group name` where it has one: the words after the program's.
std::string words_after_program(const CommandHelp& command) {
    const auto space = command.path.find(' ');
    return space == std::string::npos ? "" : command.path.substr(space + 1);
}

bool names_file(const OptionHelp& option) {
    return option.value == "FILE";
}

/// The commands below a command, or else the values that its arguments may have.
std::string cases_of_commands(const CommandHelp& command) {
    std::vector<std::string> words;
    for (const CommandHelp& below : command.commands) words.push_back(below.name);
    for (const OptionHelp& help : command.positionals)
        words.insert(words.end(), help.choices.begin(), help.choices.end());
    if (words.empty()) return {};
    const std::string names = CLI::detail::join(words, " ");
    std::string text = "        '" + words_after_program(command) + "') commands='" + names + "' ;;\n";
    for (const CommandHelp& below : command.commands) text += cases_of_commands(below);
    return text;
}

std::string flags_of(const CommandHelp& command) {
    std::string flags;
    for (const OptionGroup& group : command.groups)
        for (const OptionHelp& option : group.options)
            for (const std::string& name : option.names) flags += (flags.empty() ? "" : " ") + name;
    return flags;
}

std::string cases_of_flags(const CommandHelp& command) {
    const std::string words = words_after_program(command);
    std::string text;
    if (!words.empty()) text = "        '" + words + "') flags+=' " + flags_of(command) + "' ;;\n";
    for (const CommandHelp& below : command.commands) text += cases_of_flags(below);
    return text;
}

/// A case for each option with a value. Options of the program count for all commands, so these come last.
std::string cases_of_values(const CommandHelp& command) {
    std::string text;
    for (const CommandHelp& below : command.commands) text += cases_of_values(below);
    const std::string words = words_after_program(command);
    for (const OptionGroup& group : command.groups) {
        for (const OptionHelp& option : group.options) {
            if (option.value.empty()) continue;
            std::string patterns;
            for (const std::string& name : option.names)
                patterns +=
                    (patterns.empty() ? "" : "|") + (words.empty() ? "*" : '\'' + words + '\'') + ':' + name;
            text += "        " + patterns + ") takes_value=1 values='" +
                    CLI::detail::join(option.choices, " ") + '\'' + (names_file(option) ? " files=1" : "") +
                    " ;;\n";
        }
    }
    return text;
}

/// Bash takes `--flag=value` for three words, as `=` is in COMP_WORDBREAKS.
constexpr auto bash_body = R"bash(    local current=${COMP_WORDS[COMP_CWORD]} command= word= i
    local commands= flags= takes_value= values= files=
    for ((i = 1; i < COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        if [[ $word == -* ]]; then
            FUNCTION_option "$command" "$word"
            if [[ -n $takes_value ]]; then
                [[ ${COMP_WORDS[i + 1]} == = ]] && ((i++))
                ((i++))
            fi
        else
            FUNCTION_commands "$command"
            [[ " $commands " == *" $word "* ]] && command+=${command:+ }$word
        fi
    done
    [[ $current == = ]] && current=
    if ((i > COMP_CWORD)); then
        if [[ -n $files ]]; then
            compopt -o filenames 2>/dev/null
            mapfile -t COMPREPLY < <(compgen -f -- "$current")
        else
            mapfile -t COMPREPLY < <(compgen -W "$values" -- "$current")
        fi
        return
    fi
    FUNCTION_commands "$command"
    FUNCTION_flags "$command"
    if [[ $current == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$flags" -- "$current")
    else
        mapfile -t COMPREPLY < <(compgen -W "$commands" -- "$current")
    fi
)bash";

std::string with_function(std::string text, const std::string& name) {
    constexpr std::string_view mark = "FUNCTION";
    for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark, at + name.size()))
        text.replace(at, mark.size(), name);
    return text;
}

}  // namespace

std::string bash_completion(const CommandHelp& program) {
    const std::string function = bash_function(program);
    return "# Completion of " + program.name + " for bash, written by '" + program.name +
           " completion bash'.\n\n" + "# The commands and arguments that may follow the command $1.\n" +
           function + "_commands() {\n    commands=\n    case $1 in\n" + cases_of_commands(program) +
           "    esac\n}\n\n" + "# The flags of the command $1.\n" + function + "_flags() {\n    flags='" +
           flags_of(program) + "'\n    case $1 in\n" + cases_of_flags(program) + "    esac\n}\n\n" +
           "# What follows the option $2 of the command $1.\n" + function +
           "_option() {\n    takes_value= values= files=\n    case $1:$2 in\n" + cases_of_values(program) +
           "    esac\n}\n\n" + function + "() {\n" + with_function(bash_body, function) +
           "}\n\ncomplete -F " + function + ' ' + program.name + '\n';
}

}  // namespace contrail::cli
