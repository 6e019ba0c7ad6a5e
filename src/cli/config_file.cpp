#include "cli/config_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <sstream>
#include <string_view>
#include <system_error>
#include <utility>

#include "base/byte_order_mark.hpp"
#include "base/file_descriptor.hpp"
#include "base/text.hpp"
#include "cli/given_values.hpp"

namespace contrail::cli {

namespace {

CLI::App& subcommand(CLI::App& app, const CLI::ConfigItem& item, const std::string& file) {
    try {
        CLI::App* found = &app;
        for (const auto& parent : item.parents) found = found->get_subcommand(parent);
        return *found;
    } catch (const CLI::OptionNotFound&) {
        throw CLI::ConfigError("Configuration file " + file + ": there is no command for the section [" +
                               CLI::detail::join(item.parents, ".") + "].");
    }
}

/// The command if `item` stands under a header `[command.NAME]`, else null.
const CLI::App* command_of_section(const CLI::ConfigItem& item,
                                   const std::vector<const CLI::App*>& sectioned) {
    const auto command = std::ranges::find_if(sectioned, [&](const CLI::App* each) {
        return item.parents.size() == 2 && each->get_name() == item.parents.front();
    });
    return command == sectioned.end() ? nullptr : *command;
}

/// Of two sections with one name, the operator copied one and forgot to rename it.
void begin_section(std::vector<ConfigSection>& sections, ConfigSection section, const std::string& file) {
    for (const ConfigSection& other : sections) {
        if (other.command == section.command && other.name == section.name)
            throw CLI::ConfigError("Configuration file " + file + ": there are two sections [" +
                                   section.command->get_name() + "." + section.name +
                                   "]. Rename one of them.");
    }
    sections.push_back(std::move(section));
}

void give(CLI::App& flags, const CLI::ConfigItem& item, const std::string& file) {
    CLI::Option* const option = flags.get_option_no_throw("--" + item.name);
    if (option == nullptr) {
        throw CLI::ConfigError("Configuration file " + file + ": '" + item.fullname() +
                               "' is not an option.");
    }
    const bool is_list = option->get_delimiter() != '\0';
    const std::string value =
        CLI::detail::join(item.inputs, is_list ? std::string(1, option->get_delimiter()) : " ");
    if (const std::string why = misreading(*option, value); !why.empty())
        throw CLI::ConfigError("Configuration file " + file + ": '" + item.fullname() + "' is '" + value +
                               "', which " + why + '.');
    option->default_val(value);
}

/// Far more than any configuration needs. A device such as /dev/zero never ends.
constexpr std::size_t file_bytes_max = 1 << 20;

[[noreturn]] void refuse(const std::string& file, const std::string& why) {
    throw CLI::FileError("Cannot read the configuration file " + file + ": " + why +
                         ". Name a TOML file with --config or CONTRAIL_CONFIG.");
}

/// CLI11 would take a folder, and a file that it cannot read to its end, for one that is empty.
std::string bytes_of(const std::string& file) {
    const base::FileDescriptor opened(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
    std::string content;
    std::array<char, 4'096> block{};
    ssize_t length = opened.get() < 0 ? -1 : 0;
    while (length >= 0) {
        length = ::read(opened.get(), block.data(), block.size());
        if (length == 0) return content;
        if (length > 0) content.append(block.data(), static_cast<std::size_t>(length));
        if (content.size() > file_bytes_max) refuse(file, "it has more than a megabyte");
        if (length < 0 && errno == EINTR) length = 0;
    }
    refuse(file, std::system_category().message(errno));
}

/// CLI11 would take a byte order mark for a part of the first name.
std::string content_of(const std::string& file) {
    const std::string content = bytes_of(file);
    if (content.find('\0') != std::string::npos) refuse(file, "it is not text in UTF-8");
    return std::string(base::without_byte_order_mark(content));
}

}  // namespace

std::vector<ConfigSection> read_config_file(CLI::App& app, const std::string& file,
                                            const std::vector<const CLI::App*>& sectioned) {
    std::istringstream content(content_of(file));
    std::vector<ConfigSection> sections;
    for (const auto& item : CLI::ConfigTOML().from_config(content)) {
        // The parser marks where a section begins and ends with items named "++" and "--".
        const bool is_value = item.name != "++" && item.name != "--";
        if (const CLI::App* const command = command_of_section(item, sectioned); command == nullptr) {
            if (is_value) give(subcommand(app, item, file), item, file);
        } else {
            if (item.name == "++") begin_section(sections, {command, item.parents.back()}, file);
            if (is_value) sections.back().values.push_back(item);
        }
    }
    return sections;
}

void apply(const ConfigSection& section, CLI::App& flags, const std::string& file) {
    for (const CLI::ConfigItem& item : section.values) give(flags, item, file);
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
    return std::string(base::trimmed(variable == nullptr ? "" : variable));
}

}  // namespace contrail::cli
