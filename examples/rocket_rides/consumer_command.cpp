#include <memory>

#include "cli/admin_options.hpp"
#include "cli/consumer_options.hpp"
#include "cli/event_log.hpp"
#include "command.hpp"
#include "contrail/admin.hpp"
#include "contrail/fan_out.hpp"
#include "contrail/postgres.hpp"
#include "contrail/redis.hpp"
#include "contrail/signals.hpp"
#include "crash_options.hpp"
#include "crashing_checkpoints.hpp"
#include "reconciled_total.hpp"
#include "total_distance.hpp"

namespace rocket_rides {

namespace {

struct Options {
    std::string name;
    CrashOptions crash;
    bool quiet = false;
    contrail::Consumer::Options consumer;
    contrail::AdminOptions admin;
};

int run(const contrail::Settings& settings, const Options& options) {
    const auto stop = contrail::stop_on_signals();
    const auto log = contrail::redis_log(settings);
    const auto checkpoints = contrail::postgres_checkpoints(settings);
    CrashingCheckpoints crashing(*checkpoints, options.crash);
    TotalDistance total(options.name, options.quiet);
    const contrail::Handler handler = [&](contrail::Transaction& transaction,
                                          std::span<const contrail::Record> records) {
        total.apply(transaction, records);
    };
    contrail::Consumer::Options consumer_options = options.consumer;
    consumer_options.reconcile = [&] { return reconciled_state(settings, options.name); };
    const contrail::ConsumerName name(options.name);
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

}  // namespace

void add_consumer_command(Program& program) {
    const auto options = std::make_shared<Options>();
    CLI::App* command = program.command("consumer", "Add up the distances of all rides", [&program, options] {
        return run(program.require_servers(), *options);
    });
    command->add_option("name", options->name, "The consumer's name: it keeps its checkpoint and its total")
        ->required();
    add_crash_options(*command, options->crash);
    contrail::cli::add_consumer_options(*command, options->consumer);
    contrail::cli::add_admin_options(*command, options->admin);
    command->add_flag("--quiet", options->quiet, "Do not print the records");
}

}  // namespace rocket_rides
