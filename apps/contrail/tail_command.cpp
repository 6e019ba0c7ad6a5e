#include <iostream>
#include <memory>
#include <string>

#include "cli/consumer_options.hpp"
#include "command.hpp"
#include "contrail/starting_place.hpp"
#include "operations/tail/tail_output.hpp"
#include "redis/url.hpp"

namespace contrail::app {

namespace {

struct TailFlags {
    operations::TailOptions options;
    std::string format = "text";
};

void print_retry(const Error& error, Clock::Duration pause) {
    std::cerr << "contrail: waiting " << pause.count() << " ms: " << error.what() << '\n';
}

std::unique_ptr<operations::TailOutput> output_in(const std::string& format, const StreamName& stream) {
    if (format == "json") return std::make_unique<operations::TailJson>(std::cout);
    if (format == "cloudevents")
        return std::make_unique<operations::TailCloudEvents>(stream, std::cout, std::cerr);
    return std::make_unique<operations::TailText>(std::cout);
}

int run(const Settings& settings, const TailFlags& flags) {
    const StreamName stream(settings.stream_name);
    redis::RedisLog log(redis::endpoint_of(settings), stream);
    const auto output = output_in(flags.format, stream);
    // Ctrl-C ends the program at once: there is nothing to clean up.
    const bool whole = operations::tail(log, flags.options, *output, system_clock(), &print_retry);
    return whole ? cli::exit_success : cli::exit_failure;
}

}  // namespace

void add_tail_command(Program& program) {
    const auto flags = std::make_shared<TailFlags>();
    operations::TailOptions& options = flags->options;
    CLI::App* command = program.command("tail", "Print records of the log",
                                        [&program, flags] { return run(program.require_redis(), *flags); });
    CLI::Option* const from = cli::add_starting_place(
        *command, [&options](const StartingPlace& place) { options.from = place; }, "Where to begin: ");
    command->add_option("--last", options.last, "Begin so many records before the end")
        ->excludes(from)
        ->capture_default_str();
    command->add_option("--limit", options.records_max, "End after so many records");
    command->add_flag("--follow", options.follow, "Continue with records appended later, until Ctrl-C");
    CLI::Option* const format =
        command->add_option("--format", flags->format, "How to print a record: text, json or cloudevents")
            ->check(CLI::IsMember({"text", "json", "cloudevents"}))
            ->capture_default_str();
    command
        ->add_flag_callback(
            "--json", [flags] { flags->format = "json"; }, "The same as --format json")
        ->excludes(format);
}

}  // namespace contrail::app
