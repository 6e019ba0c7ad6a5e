#include <optional>
#include <utility>

#include "cli/consumer_options.hpp"
#include "cli/event_log.hpp"
#include "contrail/fan_out.hpp"
#include "contrail/open_log.hpp"
#include "contrail/published_status.hpp"
#include "contrail/replay.hpp"
#include "contrail/run.hpp"
#include "contrail/shared_log.hpp"
#include "contrail/signals.hpp"

namespace contrail {

namespace {

void run_ordinary(const Settings& settings, const ConsumerName& name, const MakeHandler& make_handler,
                  const ConsumerProgramOptions& options, Admin& admin, const std::stop_token& stop) {
    const auto status = consumer_status(settings, name, &cli::log_status_failure);
    const auto log = open_log(settings);
    const auto on_event = fan_out<ConsumerEvent>({cli::consumer_log(name), status});
    std::optional<Replay> replay;
    if (!options.archive.empty())
        replay.emplace(StreamName(settings.stream_name), *log, options.archive, on_event);
    const auto checkpoints = postgres_checkpoints(settings);
    WorkerHandler own = make_handler({});
    ConsumerOptions consumer_options = options.consumer;
    consumer_options.prepare = std::move(own.prepare);
    if (replay) consumer_options = replay->options(consumer_options);
    auto consumer = admin.watch(name, replay ? replay->log() : *log, *checkpoints, std::move(own.handler),
                                consumer_options, on_event);
    admin.serve();
    consumer.run(stop);
}

void run_partitioned(const Settings& settings, const ConsumerName& name, const MakeHandler& make_handler,
                     const ConsumerProgramOptions& options, Admin& admin, const std::stop_token& stop) {
    if (!options.archive.empty())
        throw Error(
            Retry::never,
            "Cannot read an archive with parallel workers. Start one process without --segments and --workers. When it "
            "has caught up with the log, split the consumer (contrail consumer split).");
    const auto status = partitioned_consumer_status(settings, name, &cli::log_status_failure);
    const auto segments = postgres_consumer_segments(settings);
    SharedLog shared([&] { return open_log(settings); });
    const auto make_worker = admin.watch(name, [&](Segment segment) {
        WorkerHandler own = make_handler(segment);
        return SegmentWorker{
            .log = shared.reader(),
            .checkpoints = postgres_checkpoints(settings),
            .handler = std::move(own.handler),
            .prepare = std::move(own.prepare),
            .on_event = fan_out<ConsumerEvent>({cli::segment_log(name, segment), status.worker(segment)})};
    });
    PartitionedConsumerOptions partition{.consumer = options.consumer};
    if (options.segments) partition.segments = *options.segments;
    if (options.workers) partition.workers_max = *options.workers;
    PartitionedConsumer consumer(name, *segments, make_worker, partition, system_clock(),
                                 fan_out<ConsumerEvent>({cli::consumer_log(name), status.claims}));
    admin.serve();
    consumer.run(stop);
}

}  // namespace

Handler beside_the_transaction(IdempotentHandler handler) {
    return
        [handler = std::move(handler)](Transaction&, std::span<const Record> records) { handler(records); };
}

void add_flags(CLI::App& command, ConsumerProgramOptions& options) {
    cli::add_consumer_options(command, options.consumer);
    command
        .add_option("--archive", options.archive,
                    "Folder of an archive of the log: what the log no longer holds is read from there first")
        ->envname("CONSUMER_ARCHIVE")
        ->type_name("DIR");
    add_flags(command, options.admin);
}

void add_partition_flags(CLI::App& command, ConsumerProgramOptions& options) {
    cli::add_partition_options(command, options.segments, options.workers);
}

void run_consumer(const Settings& settings, const ConsumerName& name, const MakeHandler& make_handler,
                  const ConsumerProgramOptions& options) {
    const auto stop = stop_on_signals();  // first: it blocks the signals for threads to come
    cli::log_unchecked_certificate("consumer", settings);
    Admin admin(settings, options.admin);
    const auto run = options.segments || options.workers ? &run_partitioned : &run_ordinary;
    run(settings, name, make_handler, options, admin, stop);
}

void run_consumer(const Settings& settings, const ConsumerName& name, const Handler& handler,
                  const ConsumerProgramOptions& options) {
    const MakeHandler shared = [&](Segment) { return WorkerHandler{handler, options.consumer.prepare}; };
    run_consumer(settings, name, shared, options);
}

void run_consumer(const Settings& settings, const ConsumerName& name, const IdempotentHandler& handler,
                  const ConsumerProgramOptions& options) {
    run_consumer(settings, name, beside_the_transaction(handler), options);
}

}  // namespace contrail
