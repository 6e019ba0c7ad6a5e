#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>
#include <string>

#include "cli/admin_options.hpp"
#include "cli/consumer_options.hpp"
#include "cli/event_log.hpp"
#include "command.hpp"
#include "contrail/admin.hpp"
#include "contrail/component_log.hpp"
#include "contrail/fan_out.hpp"
#include "contrail/postgres.hpp"
#include "contrail/redis.hpp"
#include "contrail/signals.hpp"
#include "crash_options.hpp"
#include "crashing_checkpoints.hpp"
#include "warehouse/query.hpp"
#include "warehouse/reconciled_rides.hpp"
#include "warehouse/registration.hpp"
#include "warehouse/warehouse.hpp"

namespace rocket_rides {

namespace {

using contrail::Error;
using contrail::Retry;

struct Options {
    std::string name = "warehouse";
    std::filesystem::path file = "warehouse.sqlite";
    std::optional<std::string> query;
    Warehouse::Options warehouse;
    CrashOptions crash;
    bool quiet = false;
    contrail::AtLeastOnceConsumer::Options consumer;
    contrail::AdminOptions admin;
};

/// A consumer fills one file. In another one its records before the checkpoint would be missing, or there
/// would be rides of another database, and nobody would notice.
std::unique_ptr<Warehouse> open(const contrail::Settings& settings, const Options& options) {
    const auto file = std::filesystem::absolute(options.file);
    const Registration known = registration_of(settings, options.name);
    const bool begins = known.checkpoint == contrail::RecordId{};
    if (begins) Warehouse::make(file);
    auto warehouse = std::make_unique<Warehouse>(file, options.warehouse);
    if (warehouse->number() != known.warehouse && !(begins && warehouse->last_id() == contrail::RecordId{}))
        throw Error(
            Retry::never,
            "The warehouse in " + file.string() + " is not the one that consumer '" + options.name +
                "' has filled, up to " + known.checkpoint.to_string() +
                ". Nothing was changed. Put the right file back, or name it (--file); for a new one, "
                "give the consumer another name (--name), which begins with all rides (--from reconciled).");
    if (warehouse->last_id().offset < known.checkpoint.offset)
        contrail::ComponentLog("warehouse")
            .warn(
                "the file {file} is at {last_id}, and its checkpoint at {checkpoint}: the records between "
                "were parked, or the file is an older copy",
                {{"file", file.native()},
                 {"last_id", warehouse->last_id()},
                 {"checkpoint", known.checkpoint}});
    register_warehouse(settings, options.name, file, warehouse->number());
    return warehouse;
}

void tell(const Warehouse::Applied& applied, contrail::RecordId last) {
    fmt::print("{} stored, {} deleted, up to record {}\n", applied.kept, applied.deleted, last.to_string());
    std::fflush(stdout);
}

int consume(const contrail::Settings& settings, const Options& options) {
    const auto stop = contrail::stop_on_signals();
    const contrail::ConsumerName name(options.name);
    std::unique_ptr<Warehouse> warehouse;
    const auto log = contrail::redis_log(settings);
    const auto checkpoints = contrail::postgres_checkpoints(settings);
    CrashingCheckpoints crashing(*checkpoints, options.crash);
    const contrail::IdempotentHandler handler = [&](std::span<const contrail::Record> records) {
        const auto applied = warehouse->apply(records);
        if (!options.quiet) tell(applied, records.back().id);
    };
    contrail::AtLeastOnceConsumer::Options consumer_options = options.consumer;
    consumer_options.prepare = [&] { warehouse = open(settings, options); };
    consumer_options.reconcile = [&] { return begin_with_reconciled_rides(settings, *warehouse); };
    contrail::Admin admin(settings, options.admin);
    const auto on_event = contrail::fan_out<contrail::ConsumerEvent>(
        {contrail::cli::consumer_log(name),
         contrail::redis_consumer_status(settings, name, &contrail::cli::log_status_failure)});
    auto consumer = admin.watch(name, *log, crashing, handler, consumer_options, on_event);
    admin.serve();
    contrail::cli::log_admin_address(options.admin, admin.port());
    consumer.run(stop);
    return contrail::cli::exit_success;
}

int query(const Options& options) {
    const bool for_people = ::isatty(STDOUT_FILENO) == 1;
    run_query(options.file, *options.query, for_people ? RowForm::table : RowForm::tabs, std::cout);
    return contrail::cli::exit_success;
}

}  // namespace

void add_warehouse_command(Program& program) {
    const auto options = std::make_shared<Options>();
    CLI::App* command = program.command(
        "warehouse", "Keep all rides in an SQLite file, or ask it something", [&program, options] {
            return options->query ? query(*options) : consume(program.require_servers(), *options);
        });
    command->add_option("--file", options->file, "The SQLite file")
        ->envname("WAREHOUSE_FILE")
        ->capture_default_str();
    command
        ->add_option("--query", options->query,
                     "Do not consume, but print what this SELECT gives: of rides, rides_per_hour, "
                     "rides_per_distance_band")
        ->type_name("SQL");
    command->add_option("--name", options->name, "The consumer's name: it keeps its checkpoint")
        ->capture_default_str();
    command
        ->add_option("--keep-deleted-records", options->warehouse.keep_deleted_records,
                     "Records that follow a deletion before it is forgotten")
        ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1} << 60U))
        ->capture_default_str();
    add_crash_options(*command, options->crash);
    contrail::cli::add_admin_options(*command, options->admin);
    contrail::cli::add_consumer_options(*command, options->consumer);
    command->add_flag("--quiet", options->quiet, "Do not print what was stored");
}

}  // namespace rocket_rides
