#include "cli/admin_options.hpp"
#include "cli/consumer_listeners.hpp"
#include "cli/consumer_options.hpp"
#include "contrail/redis.hpp"
#include "contrail/run.hpp"
#include "contrail/signals.hpp"
#include "core/backoff.hpp"

namespace contrail {

namespace {

/// False if `stop` is requested first. A server that is away is waited for, as the consumer does later.
bool prepare(const ConsumerProgramOptions& options, const std::stop_token& stop,
             const OnConsumerEvent& on_event) {
    Backoff retry(options.consumer.retry_wait_min, options.consumer.retry_wait_max);
    while (options.prepare && !stop.stop_requested()) {
        try {
            options.prepare();
            return true;
        } catch (const Error& error) {
            if (error.retry() == Retry::never) {
                on_event(consumer_event::Halted{error});
                throw;
            }
            const auto pause = retry.next();
            on_event(consumer_event::Retrying{error, pause});
            system_clock().wait(pause, stop);
        }
    }
    return !stop.stop_requested();
}

template <class AnyConsumer, class AnyHandler>
void run(const Settings& settings, const ConsumerName& name, const AnyHandler& handler,
         const ConsumerProgramOptions& options) {
    const auto stop = stop_on_signals();
    cli::ConsumerListeners listeners(settings, name, options.admin);
    if (!prepare(options, stop, listeners.on_event())) return;
    const auto log = redis_log(settings);
    const auto checkpoints = postgres_checkpoints(settings);
    WatchedConsumer& watched = listeners.watched();
    AnyConsumer(name, watched.log(*log), watched.checkpoints(*checkpoints), watched.handler(handler),
                options.consumer, system_clock(), listeners.on_event())
        .run(stop);
}

}  // namespace

void add_flags(CLI::App& command, ConsumerProgramOptions& options) {
    cli::add_consumer_options(command, options.consumer);
    cli::add_admin_options(command, options.admin);
}

void run_consumer(const Settings& settings, const ConsumerName& name, const Handler& handler,
                  const ConsumerProgramOptions& options) {
    run<Consumer>(settings, name, handler, options);
}

void run_consumer(const Settings& settings, const ConsumerName& name, const IdempotentHandler& handler,
                  const ConsumerProgramOptions& options) {
    run<AtLeastOnceConsumer>(settings, name, handler, options);
}

}  // namespace contrail
