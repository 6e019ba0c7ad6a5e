#include "cli/config_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <sstream>
#include <string_view>
#include <system_error>

#include "base/file_descriptor.hpp"

namespace contrail::cli {

namespace {

CLI::App& subcommand(CLI::App& app, const std::vector<std::string>& parents) {
    CLI::App* found = &app;
    for (const auto& parent : parents) found = found->get_subcommand(parent);
    return *found;
}

/// CLI11 would take a folder, and a file that it cannot read to its end, for one that is empty.
std::string content_of(const std::string& file) {
    const base::FileDescriptor opened(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
    std::string content;
    std::array<char, 4'096> block{};
    ssize_t length = opened.get() < 0 ? -1 : 0;
    while (length >= 0) {
        length = ::read(opened.get(), block.data(), block.size());
        if (length == 0) return content;
        if (length > 0) content.append(block.data(), static_cast<std::size_t>(length));
        if (length < 0 && errno == EINTR) length = 0;
    }
    throw CLI::FileError("Cannot read the configuration file " + file + ": " +
                         std::system_category().message(errno) +
                         ". Name a TOML file with --config or CONTRAIL_CONFIG.");
}

}  // namespace

void read_config_file(CLI::App& app, const std::string& file) {
    std::istringstream content(content_of(file));
    for (const auto& item : CLI::ConfigTOML().from_config(content)) {
        // The parser marks where a section begins and ends with items named "++" and "--".
        if (item.name == "++" || item.name == "--") continue;
        CLI::Option* option = subcommand(app, item.parents).get_option_no_throw("--" + item.name);
        if (option == nullptr) {
            throw CLI::ConfigError("Configuration file " + file + ": '" + item.fullname() +
                                   "' is not an option.");
        }
        const bool is_list = option->get_delimiter() != '\0';
        option->default_val(
            CLI::detail::join(item.inputs, is_list ? std::string(1, option->get_delimiter()) : " "));
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
