#include <memory>

#include "cli/admin_options.hpp"
#include "cli/consumer_listeners.hpp"
#include "cli/consumer_options.hpp"
#include "command.hpp"
#include "contrail/consumer.hpp"
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
    contrail::cli::ConsumerListeners listeners(settings, name, options.admin);
    contrail::WatchedConsumer& watched = listeners.watched();
    contrail::Consumer(name, watched.log(*log), watched.checkpoints(crashing), watched.handler(handler),
                       consumer_options, contrail::system_clock(), listeners.on_event())
        .run(stop);
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
