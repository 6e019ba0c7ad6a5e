#include "cli/manual_page.hpp"

#include <algorithm>
#include <cctype>
#include <sstream>

#include "base/text.hpp"
#include "cli/build_details.hpp"

namespace contrail::cli {

namespace {

constexpr std::size_t columns_max = 80;

/// For roff, a backslash begins an escape, and a dot or an apostrophe at the beginning of a line a request. A plain
/// hyphen may become a typographic one, which no shell takes for one.
std::string escaped(const std::string& text) {
    std::string roff;
    for (const char character : text) {
        if (character == '\\') {
            roff += "\\e";
        } else if (character == '-') {
            roff += "\\-";
        } else if (character == '\n') {
            roff += ' ';
        } else {
            roff += character;
        }
    }
    return roff;
}

/// Running text, in lines as short as linters want them.
std::string text_line(const std::string& text) {
    std::istringstream lines(base::wrapped(escaped(text), columns_max, 0));
    std::string roff;
    for (std::string line; std::getline(lines, line);)
        roff += (line.starts_with('.') || line.starts_with('\'') ? "\\&" : "") + line + '\n';
    return roff;
}

std::string bold(const std::string& text) {
    return "\\fB" + escaped(text) + "\\fR";
}

std::string italic(const std::string& text) {
    return "\\fI" + escaped(text) + "\\fR";
}

std::string page_name(const CommandHelp& command) {
    std::string name = command.path;
    std::ranges::replace(name, ' ', '-');
    return name;
}

std::string with_small_initial(std::string text) {
    // Not where the first word is a proper name or an abbreviation.
    const bool is_word = text.size() > 1 && std::islower(static_cast<unsigned char>(text[1])) != 0;
    if (is_word || text.starts_with("A "))
        text.front() = static_cast<char>(std::tolower(static_cast<unsigned char>(text.front())));
    return text;
}

std::string sentence(const std::string& text) {
    if (text.empty() || text.ends_with('.')) return text;
    return text + '.';
}

std::string argument(const OptionHelp& help) {
    return italic(help.names.front()) + (help.repeats ? "..." : "");
}

std::string synopsis(const CommandHelp& command) {
    std::string text = bold(command.path);
    if (!command.commands.empty())
        text += command.requires_command ? ' ' + italic("COMMAND") : " [" + italic("COMMAND") + ']';
    text += " [" + italic("OPTION") + "]...";
    for (const OptionHelp& help : command.positionals)
        text += help.required ? ' ' + argument(help) : " [" + argument(help) + ']';
    return text + '\n';
}

std::string values(const OptionHelp& help) {
    std::string text;
    const auto add = [&text](const std::string& what, const std::string& value) {
        if (!value.empty()) text += text_line(what + value + '.');
    };
    add("One of ", unshown_choices(help));
    add("A number from ", help.range);
    add("The default is ", help.default_value);
    add("Environment: ", help.variable);
    if (help.required && help.names.front().starts_with('-')) text += "Required.\n";
    return text;
}

std::string option_entry(const OptionHelp& help) {
    std::string text = ".TP\n";
    const bool is_flag = help.names.front().starts_with('-');
    for (std::size_t i = 0; i < help.names.size(); ++i)
        text += (i > 0 ? ", " : "") + (is_flag ? bold(help.names[i]) : italic(help.names[i]));
    if (is_flag && !help.value.empty()) text += ' ' + italic(help.value);
    if (help.repeats) text += "...";
    return text + '\n' + text_line(sentence(help.description)) + values(help);
}

std::string options(const CommandHelp& command) {
    std::string text;
    if (!command.positionals.empty()) text += ".SH ARGUMENTS\n";
    for (const OptionHelp& help : command.positionals) text += option_entry(help);
    if (!command.groups.empty()) text += ".SH OPTIONS\n";
    for (const OptionGroup& group : command.groups) {
        if (&group != &command.groups.front()) text += ".SS " + escaped(group.title) + '\n';
        for (const OptionHelp& help : group.options) text += option_entry(help);
    }
    return text;
}

std::string commands(const CommandHelp& command) {
    if (command.commands.empty()) return {};
    std::string text = ".SH COMMANDS\n";
    for (const CommandHelp& below : command.commands)
        text += ".TP\n" + bold(below.name) + '\n' + text_line(sentence(below.description)) + "See " +
                bold(page_name(below)) + "(1).\n";
    return text;
}

constexpr auto exit_statuses = R"(.SH EXIT STATUS
.TP
.B 0
The command succeeded, or SIGINT or SIGTERM ended it after the work in hand.
.TP
.B 1
The command failed, or found what it looks for. Starting it again may help.
.TP
.B 2
The command line is wrong.
.TP
.B 78
It fails again until an operator acts. Do not restart it.
)";

std::string see_also(const CommandHelp& command) {
    if (command.path == command.name) return {};
    std::string above = command.path.substr(0, command.path.rfind(' '));
    std::ranges::replace(above, ' ', '-');
    return ".SH SEE ALSO\n.BR " + escaped(above) + " (1)\n";
}

std::string upper(std::string text) {
    std::ranges::transform(text, text.begin(),
                           [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return text;
}

std::string page(const CommandHelp& command) {
    const std::string program = command.path.substr(0, command.path.find(' '));
    std::string text = ".TH " + upper(escaped(page_name(command))) + " 1 " + std::string(release_date()) +
                       " \"" + program + ' ' + std::string(release()) + "\" \"User Commands\"\n";
    text += ".ad l\n.nh\n";  // Values that are spelt out are long words, around which no line can be filled.
    text += ".SH NAME\n" + text_line(page_name(command) + " - " + with_small_initial(command.description));
    text += ".SH SYNOPSIS\n" + synopsis(command);
    text += ".SH DESCRIPTION\n" + text_line(sentence(command.description));
    if (command.path != program)
        text += "The options that all commands have, for servers, log and configuration, are in\n.BR " +
                escaped(program) + " (1).\n";
    text += commands(command) + options(command);
    if (!command.details.empty()) text += ".SH NOTES\n" + text_line(command.details);
    return text + exit_statuses + see_also(command);
}

void add_pages(const CommandHelp& command, std::vector<ManualPage>& pages) {
    pages.push_back({page_name(command) + ".1", page(command)});
    for (const CommandHelp& below : command.commands) add_pages(below, pages);
}

}  // namespace

std::vector<ManualPage> manual_pages(const CommandHelp& program) {
    std::vector<ManualPage> pages;
    add_pages(program, pages);
    return pages;
}

}  // namespace contrail::cli
