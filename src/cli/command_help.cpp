#include "cli/command_help.hpp"

#include <algorithm>
#include <cctype>
#include <regex>
#include <string_view>

namespace contrail::cli {

namespace {

/// A longer list is told in words.
constexpr std::size_t choices_size_max = 50;

std::vector<std::string> split_at(const std::string& text, char separator) {
    std::vector<std::string> parts;
    std::size_t begin = 0;
    for (std::size_t end = 0; end != std::string::npos; begin = end + 1) {
        end = text.find(separator, begin);
        parts.push_back(text.substr(begin, end == std::string::npos ? end : end - begin));
    }
    return parts;
}

/// The values in `{text,json}`, or in `value in {halt->0,park->1} OR {0,1}`: CLI11's descriptions of a choice.
std::vector<std::string> choices_in(const std::string& constraint) {
    static const std::regex choice(R"((?:value in )?\{([^}]*)\}(?: OR .*)?)");
    std::smatch match;
    if (!std::regex_match(constraint, match, choice)) return {};
    std::vector<std::string> values = split_at(match[1], ',');
    for (std::string& value : values) value = value.substr(0, value.find("->"));
    return values;
}

/// `INT in [1 - 1000]` as `1 to 1000`.
std::string range_in(const std::string& constraint) {
    static const std::regex range(R"([A-Z]+ in \[(\S+) - (\S+)\])");
    std::smatch match;
    return std::regex_match(constraint, match, range) ? match[1].str() + " to " + match[2].str() : "";
}

/// What stands for a value of CLI11's `type`. Of a text the flag's last word says what it is: `--redis-url URL`.
std::string placeholder(const std::string& type, const std::string& name) {
    if (type == "INT" || type == "UINT" || type == "FLOAT") return "N";
    if (type != "TEXT" && type != "ENUM") return type;
    std::string word = name.substr(name.rfind('-') + 1);
    std::ranges::transform(word, word.begin(),
                           [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return word;
}

/// A type, and then what CLI11 checks of the value, with colons between them.
void read_type(const std::string& text, OptionHelp& help) {
    std::vector<std::string> parts = split_at(text, ':');
    const std::string type = parts.front();
    parts.erase(parts.begin());
    help.value = placeholder(type, help.names.back());
    if (type == "BOOLEAN") help.choices = {"yes", "no"};
    for (const std::string& constraint : parts) {
        if (help.choices.empty()) help.choices = choices_in(constraint);
        if (help.range.empty()) help.range = range_in(constraint);
        if (help.value != "N") continue;
        if (constraint.starts_with("SIZE")) help.value = "SIZE";
        if (constraint.ends_with("[UNIT]") || constraint.ends_with("UNIT")) help.value = "TIME";
    }
    if (help.value == "TIME" || help.value == "SIZE")
        help.range.clear();  // It counts units that no operator sees.
    if (const std::string all = CLI::detail::join(help.choices, "|");
        !all.empty() && all.size() <= choices_size_max)
        help.value = all;
}

/// CLI11 shows a choice that is declared with its number, and yes as 1.
std::string default_value(const CLI::Option& option, const OptionHelp& help) {
    std::string value = option.get_default_str();
    if (help.choices == std::vector<std::string>{"yes", "no"}) {
        if (value == "1" || value == "true") value = "yes";
        if (value == "0" || value == "false") value = "no";
    }
    return value;
}

OptionHelp describe_option(const CLI::Option& option) {
    OptionHelp help;
    if (option.get_positional()) help.names.push_back(option.get_name(/*positional=*/true));
    for (const std::string& name : option.get_snames()) help.names.push_back("-" + name);
    for (const std::string& name : option.get_lnames()) help.names.push_back("--" + name);
    help.description = option.get_description();
    if (option.get_items_expected_max() != 0) {
        read_type(option.get_type_name(), help);
        help.default_value = default_value(option, help);
        help.repeats = option.get_items_expected_max() > 1;
    }
    help.variable = CLI::detail::join(CLI::detail::split(option.get_envname(), ','), ", ");
    help.required = option.get_required();
    return help;
}

void add_to_group(std::vector<OptionGroup>& groups, const std::string& title, OptionHelp option) {
    auto group = std::ranges::find(groups, title, &OptionGroup::title);
    if (group == groups.end()) group = groups.insert(groups.end(), {title, {}});
    group->options.push_back(std::move(option));
}

}  // namespace

std::string unshown_choices(const OptionHelp& option) {
    return option.value.find('|') == std::string::npos ? CLI::detail::join(option.choices, ", ") : "";
}

std::string usage_of(const OptionHelp& option, const std::string& separator) {
    std::string usage = CLI::detail::join(option.names, separator);
    if (!option.value.empty() && option.names.front().starts_with('-')) usage += ' ' + option.value;
    return option.repeats ? usage + "..." : usage;
}

CommandHelp describe(const CLI::App& command) {
    CommandHelp help;
    help.name = command.get_name();
    help.path = help.name;
    for (const CLI::App* above = command.get_parent(); above != nullptr; above = above->get_parent())
        help.path = above->get_name() + ' ' + help.path;
    help.description = command.get_description();
    help.details = command.get_footer();
    help.requires_command = command.get_require_subcommand_min() > 0;
    for (const CLI::Option* const option : command.get_options()) {
        if (option->get_positional()) {
            help.positionals.push_back(describe_option(*option));
        } else if (!option->get_group().empty()) {
            add_to_group(help.groups, option->get_group(), describe_option(*option));
        }
    }
    for (const CLI::App* const below : command.get_subcommands({}))
        if (!below->get_group().empty()) help.commands.push_back(describe(*below));
    return help;
}

}  // namespace contrail::cli
