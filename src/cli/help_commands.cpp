#include "cli/help_commands.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "cli/command_help.hpp"
#include "cli/completion.hpp"
#include "cli/help_text.hpp"
#include "cli/manual_page.hpp"
#include "contrail/error.hpp"

namespace contrail::cli {

namespace {

struct HelpFlags {
    std::vector<std::string> words;
    std::string pages;
};

const CommandHelp& find(const CommandHelp& program, const std::vector<std::string>& words) {
    const CommandHelp* found = &program;
    for (const std::string& word : words) {
        const auto below = std::ranges::find(found->commands, word, &CommandHelp::name);
        if (below == found->commands.end())
            throw Error(Retry::never, "'" + found->path + "' has no command '" + word + "'. Run '" +
                                          found->path + " --help' for a list of its commands.");
        found = &*below;
    }
    return *found;
}

bool has_command(const CLI::App& app, const std::string& name) {
    return !app.get_subcommands([&name](const CLI::App* command) { return command->get_name() == name; })
                .empty();
}

void write_pages(const CommandHelp& program, const std::filesystem::path& folder) {
    std::filesystem::create_directories(folder);
    for (const ManualPage& page : manual_pages(program)) {
        std::ofstream file(folder / page.name);
        if (!(file << page.text).flush())
            throw Error(Retry::never, "Cannot write the manual page " + (folder / page.name).string() +
                                          ". Name a folder that this user may write to.");
    }
}

void add_help_command(Program& program, const CLI::App& app) {
    const auto flags = std::make_shared<HelpFlags>();
    CLI::App* const command = program.command("help", "Print the help text of a command", [&app, flags] {
        const CommandHelp all = describe(app);
        if (flags->pages.empty()) {
            std::cout << help_text(find(all, flags->words), help_columns());
        } else {
            write_pages(all, flags->pages);
        }
        return exit_success;
    });
    command->add_option("COMMAND", flags->words, "The command, as in consumer reset");
    command
        ->add_option("--manual-pages", flags->pages,
                     "Write the manual pages of all commands into this folder")
        ->type_name("FOLDER");
}

void add_completion_command(Program& program, const CLI::App& app) {
    const auto shell = std::make_shared<std::string>();
    CLI::App* const command = program.command(
        "completion", "Print a script that completes commands, flags and values", [&app, shell] {
            const CommandHelp all = describe(app);
            std::cout << (*shell == "zsh" ? zsh_completion(all) : bash_completion(all));
            return exit_success;
        });
    command->add_option("SHELL", *shell, "The shell that reads it: bash or zsh")
        ->required()
        ->check(CLI::IsMember({"bash", "zsh"}));
}

}  // namespace

void add_help_commands(Program& program, const CLI::App& app) {
    if (!has_command(app, "help")) add_help_command(program, app);
    if (!has_command(app, "completion")) add_completion_command(program, app);
}

}  // namespace contrail::cli
