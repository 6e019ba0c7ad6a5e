#include "cli/usage_error.hpp"

#include <algorithm>
#include <iterator>
#include <numeric>
#include <optional>
#include <sstream>
#include <string_view>
#include <vector>

#include "base/text.hpp"
#include "cli/command_help.hpp"

namespace contrail::cli {

namespace {

/// The command that was chosen, or the program where none was.
const CLI::App& innermost(const CLI::App& app) {
    const CLI::App* command = &app;
    while (!command->get_subcommands().empty()) command = command->get_subcommands().front();
    return *command;
}

/// How many letters must be changed, added or left out to make `a` of `b` (Levenshtein).
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), 0);
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t diagonal = row[0]++;
        for (std::size_t j = 0; j < b.size(); ++j) {
            const std::size_t above = row[j + 1];
            row[j + 1] = std::min({above + 1, row[j] + 1, diagonal + (a[i] == b[j] ? 0U : 1U)});
            diagonal = above;
        }
    }
    return row.back();
}

/// ` Did you mean 'stream'?`, or nothing if no name is close.
std::string suggestion(const std::string& word, const std::vector<std::string>& names) {
    const auto closest =
        std::ranges::min_element(names, {}, [&](const auto& name) { return distance(word, name); });
    if (closest == names.end() || distance(word, *closest) > std::max<std::size_t>(2, word.size() / 3))
        return {};
    return " Did you mean '" + *closest + "'?";
}

std::vector<std::string> flags_of(const CLI::App& app) {
    std::vector<std::string> flags;
    for (const CLI::App* command = &app; command != nullptr; command = command->get_parent())
        for (const CLI::Option* const option : command->get_options())
            for (const auto& name : option->get_lnames()) flags.push_back("--" + name);
    return flags;
}

std::vector<std::string> commands_of(const CommandHelp& help) {
    std::vector<std::string> names;
    for (const CommandHelp& below : help.commands) names.push_back(below.name);
    return names;
}

/// The first word, or better the first flag, that neither the program nor the command took. CLI11 has them in its
/// message, the last one first.
std::optional<std::string> left_over(const CLI::App& app, const CLI::Error& error) {
    std::vector<std::string> words = app.remaining(/*recurse=*/true);
    if (const std::string_view text = error.what();
        dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr) {
        std::istringstream listed(std::string(text.substr(text.find(": ") + 2)));
        words.assign(std::istream_iterator<std::string>(listed), {});
        std::ranges::reverse(words);
    }
    auto word =
        std::ranges::find_if(words, [](const auto& text) { return text.starts_with('-') && text != "--"; });
    if (word == words.end()) word = words.begin();
    return word == words.end() ? std::nullopt : std::optional(base::harmless(*word));
}

std::string unknown(const std::string& word, const CLI::App& command) {
    if (word.starts_with('-'))
        return "There is no option '" + word + "'." +
               suggestion(word.substr(0, word.find('=')), flags_of(command));
    const std::vector<std::string> commands = commands_of(describe(command));
    if (commands.empty()) return "The argument '" + word + "' is one too many.";
    return "There is no command '" + word + "'." + suggestion(word, commands);
}

/// CLI11's words for a choice that is not in its list end with the list.
std::string readable(std::string text) {
    const auto list = text.find(" not in {");
    if (list == std::string::npos || !text.ends_with('}')) return text.ends_with('.') ? text : text + '.';
    const auto value = text.find(": ") + 2;
    std::string choices;
    for (const char character : text.substr(list + 9, text.size() - list - 10))
        choices += character == ',' ? std::string(", ") : std::string(1, character);
    return text.substr(0, value) + '\'' + text.substr(value, list - value) + "' is none of " + choices + '.';
}

std::string reason(const CLI::App& command, const CLI::App& app, const CLI::Error& error) {
    const bool is_required = dynamic_cast<const CLI::RequiredError*>(&error) != nullptr;
    const bool is_extra = dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr;
    if (const auto word = left_over(app, error); word && (is_extra || is_required))
        return unknown(*word, command);
    if (is_required && std::string_view(error.what()).starts_with("A subcommand"))
        return "A command is missing: " + CLI::detail::join(commands_of(describe(command)), ", ") + '.';
    return readable(base::harmless(error.what()));
}

}  // namespace

std::string usage_error(const CLI::App& app, const CLI::Error& error) {
    const CLI::App& command = innermost(app);
    const std::string path = describe(command).path;
    return path + ": " + reason(command, app, error) + " Run '" + path + " --help' for help.";
}

}  // namespace contrail::cli
