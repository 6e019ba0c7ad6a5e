#include "cli/config_file.hpp"

#include <cstdlib>
#include <string_view>

namespace contrail::cli {

namespace {

CLI::App& subcommand(CLI::App& app, const std::vector<std::string>& parents) {
    CLI::App* found = &app;
    for (const auto& parent : parents) found = found->get_subcommand(parent);
    return *found;
}

}  // namespace

void read_config_file(CLI::App& app, const std::string& file) {
    for (const auto& item : CLI::ConfigTOML().from_file(file)) {
        // The parser marks where a section begins and ends with items named "++" and "--".
        if (item.name == "++" || item.name == "--") continue;
        CLI::Option* option = subcommand(app, item.parents).get_option_no_throw("--" + item.name);
        if (option == nullptr) {
            throw CLI::ConfigError("Configuration file " + file + ": '" + item.fullname() +
                                   "' is not an option.");
        }
        option->default_val(CLI::detail::join(item.inputs, " "));
    }
}

std::string find_config_file(int argc, const char* const* argv) {
    constexpr std::string_view flag = "--config";
    for (int i = 1; i < argc; ++i) {
        const std::string_view argument = argv[i];
        if (argument == flag && i + 1 < argc) return argv[i + 1];
        if (argument.starts_with(flag) && argument.substr(flag.size()).starts_with('=')) {
            return std::string(argument.substr(flag.size() + 1));
        }
    }
    const char* variable = std::getenv("CONTRAIL_CONFIG");
    return variable == nullptr ? "" : variable;
}

}  // namespace contrail::cli
