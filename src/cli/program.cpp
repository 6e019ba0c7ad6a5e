#include "contrail/program.hpp"

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <system_error>
#include <utility>

#include "base/standard_descriptors.hpp"
#include "base/text.hpp"
#include "cli/build_details.hpp"
#include "cli/command_help.hpp"
#include "cli/config_file.hpp"
#include "cli/environment_variables.hpp"
#include "cli/given_values.hpp"
#include "cli/help_commands.hpp"
#include "cli/help_text.hpp"
#include "cli/server_options.hpp"
#include "cli/standard_output.hpp"
#include "cli/usage_error.hpp"
#include "contrail/component_log.hpp"
#include "contrail/error.hpp"
#include "contrail/postgres_notices.hpp"
#include "logging/journal.hpp"
#include "logging/set_up.hpp"

namespace contrail {

Program::Program(const std::string& name, const std::string& description, Settings defaults)
    : app_(description, name),
      settings_(std::move(defaults)) {
    base::open_standard_descriptors();
    app_.set_help_flag("-h,--help", "Print this text");
    app_.set_version_flag("--version", cli::build_details(name),
                          "Print the version, and what it was built with");
    app_.formatter_fn([](const CLI::App* command, const std::string&, CLI::AppFormatMode) {
        return cli::help_text(cli::describe(*command), cli::help_columns());
    });
    app_.require_subcommand(1);
    app_.fallthrough();
    add_shared_flags();
}

void Program::add_shared_flags() {
    // Read in main(), before everything else; declared here for --help.
    app_.add_option("--config", config_file_,
                    "TOML file with defaults for any of these flags (CONTRAIL_CONFIG)")
        ->type_name("FILE");
    app_.add_option("--section", section_,
                    "Of several streams in that file, the one to act on: NAME of its section [stream.NAME]")
        ->type_name("NAME");
    app_.add_option("--log-level", log_level_, "Least level of what the program's log takes")
        ->envname("CONTRAIL_LOG_LEVEL")
        ->transform(CLI::IsMember({"trace", "debug", "info", "warning", "error", "off"}, CLI::ignore_case))
        ->capture_default_str();
    app_.add_option("--log-format", log_format_, "How the program's log is written: text, or JSON lines")
        ->envname("CONTRAIL_LOG_FORMAT")
        ->transform(CLI::IsMember({"text", "json"}, CLI::ignore_case))
        ->capture_default_str();

    cli::add_server_options(app_, settings_);
}

CLI::App& Program::group(const std::string& name, const std::string& description) {
    CLI::App* group = app_.add_subcommand(name, description);
    group->require_subcommand(1);
    group->fallthrough();
    return *group;
}

CLI::App* Program::command(CLI::App& group, const std::string& name, const std::string& description,
                           std::function<int()> run) {
    CLI::App* command = group.add_subcommand(name, description);
    command->callback([this, run = std::move(run)] { run_ = run; });
    return command;
}

void Program::sections(CLI::App& command, std::function<void(CLI::App& section)> declare) {
    sectioned_.emplace_back(&command, std::move(declare));
}

const Settings& Program::require_database() const {
    if (settings_.database_url.empty()) {
        throw Error(
            Retry::never,
            "No database is named. Set DATABASE_URL, or give --database-url postgres://user@host/database.");
    }
    return settings_;
}

const Settings& Program::require_log() const {
    if (settings_.log_url.empty()) {
        throw Error(Retry::never, "No log is named. Set LOG_URL, or give --log-url redis://host:6379.");
    }
    return settings_;
}

const Settings& Program::require_servers() const {
    require_database();
    return require_log();
}

int Program::main(int argc, char** argv) {
    // A write to a closed pipe then fails with EPIPE. By default the signal would end a streamer whose log goes
    // to a program that has ended.
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGXFSZ, SIG_IGN);  // and one beyond `ulimit -f` with EFBIG
    cli::StandardOutput output;
    cli::add_help_commands(*this, app_);
    const int status = parse_and_run(argc, argv);
    const int error = output.failure();
    if (error == 0) return status;
    complain("Cannot write to standard output: " + std::system_category().message(error) +
             ". Its reader has less than the whole output.");
    return status == exit_success ? exit_failure : status;
}

int Program::parse_and_run(int argc, char** argv) {
    try {
        std::vector<cli::ConfigSection> sections;
        const auto file = cli::find_config_file(argc, argv);
        if (!file.empty()) sections = cli::read_config_file(app_, file, sectioned_commands());
        const cli::EnvironmentVariables environment(app_);
        app_.parse(argc, argv);
        cli::require_read_as_given(app_);
        environment.apply();
        if (!section_.empty()) keep_named_section(sections, file);
        read_sections(sections, file);
    } catch (const CLI::Success& help_or_version) {
        return app_.exit(help_or_version);
    } catch (const CLI::Error& error) {
        std::cerr << cli::usage_error(app_, error) << '\n';
        return exit_usage;
    } catch (const Error& error) {
        complain(error.what());
        return exit_person_needed;
    }
    // Programs that this one starts log as it does.
    ::setenv("CONTRAIL_LOG_LEVEL", log_level_.c_str(), /*overwrite=*/1);
    ::setenv("CONTRAIL_LOG_FORMAT", log_format_.c_str(), /*overwrite=*/1);
    logging::set_up(app_.get_name(), log_level_,
                    log_format_ == "json" ? logging::Format::json : logging::Format::text);
    on_postgres_notice([log = ComponentLog(app_.get_name())](std::string_view notice) {
        log.warn("PostgreSQL gives a notice, {notice}", {{"notice", notice}});
    });
    return run_chosen();
}

std::vector<const CLI::App*> Program::sectioned_commands() const {
    std::vector<const CLI::App*> commands;
    for (const auto& [command, declare] : sectioned_) commands.push_back(command);
    return commands;
}

/// Leaves the section that --section names, and takes the servers from it.
void Program::keep_named_section(std::vector<cli::ConfigSection>& sections, const std::string& file) {
    if (file.empty())
        throw CLI::ConfigError(
            "--section needs a configuration file. Name it with --config or CONTRAIL_CONFIG.");
    std::erase_if(sections, [&](const auto& section) { return section.name != section_; });
    if (sections.empty())
        throw CLI::ConfigError("--section names '" + base::harmless(section_) +
                               "', and the configuration file " + file + " has no such section.");
    settings_.stream_name = section_;
    CLI::App flags;
    cli::add_section_server_options(flags, settings_);
    cli::ConfigSection servers = sections.front();
    std::erase_if(servers.values,
                  [&](const auto& value) { return flags.get_option_no_throw("--" + value.name) == nullptr; });
    cli::apply(servers, flags, file);
}

void Program::read_sections(const std::vector<cli::ConfigSection>& sections, const std::string& file) {
    for (const cli::ConfigSection& section : sections) {
        if (!section.command->parsed()) continue;
        CLI::App flags({}, section.name);
        std::ranges::find(sectioned_, section.command, &Sectioned::first)->second(flags);
        cli::apply(section, flags, file);
    }
}

int Program::run_chosen() const {
    try {
        return run_();
    } catch (const Error& error) {
        complain(error.what());
        return error.retry() == Retry::never ? exit_person_needed : exit_failure;
    } catch (const std::exception& error) {
        complain(std::string("unexpected failure: ") + error.what());
        return exit_failure;
    }
}

void Program::complain(const std::string& failure) const {
    if (log_format_ == "json") {
        ComponentLog(app_.get_name()).error("{error}", {{"error", failure}});
    } else {
        std::cerr << logging::error_priority() << app_.get_name() << ": " << base::harmless(failure) << '\n';
    }
}

}  // namespace contrail
