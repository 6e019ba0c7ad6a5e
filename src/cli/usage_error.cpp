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

/// `a, b`, of CLI11's `a,b` or `a->0,b->1`.
std::string choices_in(std::string_view list) {
    std::string choices;
    while (!list.empty()) {
        const std::string_view choice = list.substr(0, list.find(','));
        choices.append(choices.empty() ? "" : ", ").append(choice.substr(0, choice.find("->")));
        list.remove_prefix(std::min(choice.size() + 1, list.size()));
    }
    return choices;
}

/// `--flag: VALUE not in {a,b}`, or `--flag: Check VALUE value in {a->0,b->1} OR {0,1} FAILED`.
std::optional<std::string> none_of_choices(std::string_view text) {
    constexpr std::string_view check = "Check ";
    const bool is_check = text.find(": Check ") != std::string_view::npos && text.ends_with(" FAILED");
    const std::string_view before_list = is_check ? " value in {" : " not in {";
    const auto list = text.find(before_list);
    const auto list_end = text.find('}', list);
    if (list == std::string_view::npos || list_end == std::string_view::npos) return std::nullopt;
    const auto value = text.find(": ") + 2;
    const auto value_begin = value + (is_check ? check.size() : 0);
    const auto list_begin = list + before_list.size();
    return std::string(text.substr(0, value)) + '\'' +
           std::string(text.substr(value_begin, list - value_begin)) + "' is none of " +
           choices_in(text.substr(list_begin, list_end - list_begin)) + '.';
}

/// CLI11 writes the greatest number of a range that has no end: 309 digits.
std::optional<std::string> beyond_an_open_range(std::string_view text) {
    constexpr std::size_t digits_told_max = 100;
    const auto range = text.find(" not in range ");
    if (range == std::string_view::npos || text.size() - range < digits_told_max) return std::nullopt;
    return std::string(text.substr(0, range)) + " is not a positive number, or is too large.";
}

std::string readable(const std::string& text) {
    if (const auto choices = none_of_choices(text)) return *choices;
    if (const auto range = beyond_an_open_range(text)) return *range;
    return text.ends_with('.') ? text : text + '.';
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
