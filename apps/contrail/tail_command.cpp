#include <iostream>
#include <memory>
#include <optional>
#include <string>

#include "archive/archive_reader.hpp"
#include "archive/open.hpp"
#include "base/text.hpp"
#include "cli/consumer_options.hpp"
#include "command.hpp"
#include "contrail/open_log.hpp"
#include "contrail/starting_place.hpp"
#include "operations/tail/tail_output.hpp"

namespace contrail::app {

namespace {

struct TailFlags {
    operations::TailOptions options;
    std::string format = "text";
    bool json = false;
    std::string archive;
};

void print_retry(const Error& error, Clock::Duration pause) {
    std::cerr << "contrail: waiting " << pause.count() << " ms: " << base::harmless(error.what()) << '\n';
}

std::unique_ptr<operations::TailOutput> output_in(const std::string& format, const StreamName& stream) {
    if (format == "json") return std::make_unique<operations::TailJson>(std::cout);
    if (format == "cloudevents")
        return std::make_unique<operations::TailCloudEvents>(stream, std::cout, std::cerr);
    return std::make_unique<operations::TailText>(std::cout);
}

int run(const Settings& settings, const TailFlags& flags) {
    const StreamName stream(settings.stream_name);
    const auto log = open_log(settings);
    operations::TailOptions options = flags.options;
    std::optional<archive::ArchiveReader> archive;
    if (!flags.archive.empty()) {
        options.archive = &archive.emplace(archive::Folder(flags.archive));
        archive::require_archive_of(stream, *log, archive->identity(), archive->folder());
    }
    const auto output = output_in(flags.json ? "json" : flags.format, stream);
    // Ctrl-C ends the program at once: there is nothing to clean up.
    const bool whole = operations::tail(*log, options, *output, system_clock(), &print_retry);
    return whole ? cli::exit_success : cli::exit_failure;
}

}  // namespace

void add_tail_command(Program& program) {
    const auto flags = std::make_shared<TailFlags>();
    operations::TailOptions& options = flags->options;
    CLI::App* command = program.command("tail", "Print records of the log",
                                        [&program, flags] { return run(program.require_log(), *flags); });
    CLI::Option* const from = cli::add_starting_place(
        *command, [&options](const StartingPlace& place) { options.from = place; }, "Where to begin: ");
    command->add_option("--archive", flags->archive, "Folder of an archive of the log, which is read first")
        ->type_name("DIR")
        ->needs(from);
    command->add_option("--last", options.last, "Begin so many records before the end")
        ->excludes(from)
        ->capture_default_str();
    command->add_option("--limit", options.records_max, "End after so many records");
    command->add_flag("--follow", options.follow, "Continue with records appended later, until Ctrl-C");
    CLI::Option* const format =
        command->add_option("--format", flags->format, "How to print a record: text, json or cloudevents")
            ->check(CLI::IsMember({"text", "json", "cloudevents"}))
            ->capture_default_str();
    command->add_flag("--json", flags->json, "The same as --format json")->excludes(format);
}

}  // namespace contrail::app
