#include <iostream>
#include <memory>

#include "cli/event_log.hpp"
#include "cli/streamer_options.hpp"
#include "command.hpp"
#include "contrail/open_log.hpp"
#include "contrail/postgres.hpp"
#include "contrail/retention.hpp"
#include "logs/logs.hpp"

namespace contrail::app {

namespace {

struct Options {
    Retention::Options retention;
    bool dry_run = false;
};

/// "RECORD on", or "the beginning on".
std::string from_text(RecordId from, const LogUsage& usage) {
    return (from <= usage.first ? std::string("its first record") : from.to_string()) + " on";
}

/// Which of the three rules keeps how much.
void print_bounds(const Retention::Plan& plan, const LogUsage& usage) {
    std::cout << "needed by consumers: from " << from_text(plan.needed_from, usage) << '\n';
    if (plan.floor_from)
        std::cout << "kept by the floor: from " << from_text(*plan.floor_from, usage) << '\n';
    std::cout << "allowed by the limits: from " << from_text(plan.allowed_from, usage) << '\n';
}

void print(const Retention::Plan& plan, const LogUsage& usage) {
    std::cout << "the log holds " << usage.records << " records, " << usage.first.to_string() << " to "
              << usage.head.to_string() << ", in " << usage.bytes << " bytes\n";
    print_bounds(plan, usage);
    if (plan.keep_from <= usage.first) {
        std::cout << "all of them are kept\n";
    } else {
        std::cout << "kept from " << plan.keep_from.to_string() << " on; "
                  << plan.keep_from.offset.value - usage.first.offset.value << " records can be dropped\n";
    }
    for (const RegisteredConsumer& consumer : plan.cut_off) {
        std::cout << "consumer " << consumer.name.str() << " will be cut off, and miss offsets "
                  << consumer.cut_off->first_missed.value << " to " << consumer.cut_off->last_missed.value
                  << '\n';
    }
}

int run(const Settings& settings, const Options& options) {
    const auto outbox = postgres_outbox(settings);
    const auto log = open_log(settings);
    Retention retention(*outbox, *log, system_clock(), options.retention, &cli::log_retention_event);
    print(retention.plan(), log->usage());
    if (options.dry_run) {
        std::cout << "nothing was dropped (--dry-run)\n";
        return cli::exit_success;
    }
    retention.run_once();
    std::cout << "the log now holds " << log->usage().records << " records; "
              << (logs::is_in_kafka(settings) ? "Kafka always keeps the last one"
                                              : "Redis drops them by blocks of about a hundred")
              << '\n';
    return cli::exit_success;
}

}  // namespace

void add_trim_command(Program& program) {
    const auto options = std::make_shared<Options>();
    CLI::App* command = program.command(
        "trim",
        "Drop records that no consumer needs and no floor keeps from log and outbox, as the streamer does each second",
        [&program, options] { return run(program.require_servers(), *options); });
    command->add_flag("--dry-run", options->dry_run, "Say what would be dropped, and drop nothing");
    cli::add_retention_options(*command, options->retention);
}

}  // namespace contrail::app
