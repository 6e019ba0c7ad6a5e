#include "cli/consumer_options.hpp"
#include "cli/event_log.hpp"
#include "contrail/fan_out.hpp"
#include "contrail/redis.hpp"
#include "contrail/run.hpp"
#include "contrail/signals.hpp"

namespace contrail {

namespace {

template <class AnyHandler>
void run(const Settings& settings, const ConsumerName& name, const AnyHandler& handler,
         const ConsumerProgramOptions& options) {
    const auto stop = stop_on_signals();  // first: it blocks the signals for threads to come
    const auto log = redis_log(settings);
    const auto checkpoints = postgres_checkpoints(settings);
    Admin admin(settings, options.admin);
    const auto on_event = fan_out<ConsumerEvent>(
        {cli::consumer_log(name), redis_consumer_status(settings, name, &cli::log_status_failure)});
    auto consumer = admin.watch(name, *log, *checkpoints, handler, options.consumer, on_event);
    admin.serve();
    consumer.run(stop);
}

}  // namespace

void add_flags(CLI::App& command, ConsumerProgramOptions& options) {
    cli::add_consumer_options(command, options.consumer);
    add_flags(command, options.admin);
}

void run_consumer(const Settings& settings, const ConsumerName& name, const Handler& handler,
                  const ConsumerProgramOptions& options) {
    run(settings, name, handler, options);
}

void run_consumer(const Settings& settings, const ConsumerName& name, const IdempotentHandler& handler,
                  const ConsumerProgramOptions& options) {
    run(settings, name, handler, options);
}

}  // namespace contrail
