#include <iostream>
#include <memory>

#include "cli/consumer_options.hpp"
#include "command.hpp"
#include "contrail/starting_place.hpp"
#include "operations/tail/tail_output.hpp"
#include "redis/url.hpp"

namespace contrail::app {

namespace {

struct TailFlags {
    operations::TailOptions options;
    bool json = false;
};

void print_retry(const Error& error, Clock::Duration pause) {
    std::cerr << "contrail: waiting " << pause.count() << " ms: " << error.what() << '\n';
}

int run(const Settings& settings, const TailFlags& flags) {
    redis::RedisLog log(redis::endpoint_of(settings), StreamName(settings.stream_name));
    operations::TailText text(std::cout);
    operations::TailJson json(std::cout);
    operations::TailOutput& output = flags.json ? static_cast<operations::TailOutput&>(json) : text;
    // Ctrl-C ends the program at once: there is nothing to clean up.
    const bool whole = operations::tail(log, flags.options, output, system_clock(), &print_retry);
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
    command->add_flag("--json", flags->json, "Print a line of JSON per record");
}

}  // namespace contrail::app
