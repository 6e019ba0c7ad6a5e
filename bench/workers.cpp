#include "bench/workers.hpp"

#include <fmt/format.h>
#include <sys/prctl.h>

#include <algorithm>
#include <thread>
#include <utility>

#include "bench/programs.hpp"
#include "bench/progress.hpp"
#include "bench/stopwatch.hpp"
#include "contrail/partitioned_consumer.hpp"
#include "contrail/postgres.hpp"
#include "contrail/redis.hpp"
#include "contrail/shared_log.hpp"

namespace contrail::bench {

namespace {

/// So that instances share the segments soon.
constexpr std::chrono::milliseconds claim_every{100};

/// A segment's checkpoint moves past the last records of others soon: all segments are at the end when their own
/// records are applied.
constexpr std::chrono::milliseconds left_out_wait_max{10};

Handler waiting(std::chrono::microseconds time) {
    return [time](Transaction&, std::span<const Record> records) {
        if (time.count() == 0) return;
        for (std::size_t i = 0; i < records.size(); ++i) pass(time);
    };
}

void work_on_segments(const Settings& settings, const ConsumerName& name, const WorkersOptions& options,
                      const std::stop_token& stop) {
    const auto segments = postgres_consumer_segments(settings);
    SharedLog log([&] { return redis_log(settings); });
    const MakeSegmentWorker make_worker = [&](Segment) {
        return SegmentWorker{.log = log.reader(),
                             .checkpoints = postgres_checkpoints(settings),
                             .handler = waiting(options.handler)};
    };
    PartitionedConsumer(name, *segments, make_worker,
                        {.consumer = {.left_out_wait_max = left_out_wait_max},
                         .segments = options.segments,
                         .claim_every = claim_every},
                        system_clock())
        .run(stop);
}

void work_alone(const Settings& settings, const ConsumerName& name, const WorkersOptions& options,
                const std::stop_token& stop) {
    const auto log = redis_log(settings);
    const auto checkpoints = postgres_checkpoints(settings);
    Consumer(name, *log, *checkpoints, waiting(options.handler)).run(stop);
}

/// The checkpoints of the new consumer, written and held in one transaction.
BarePostgres hold(const Site& site, const std::string& name, RecordId begin, std::uint32_t segments) {
    BarePostgres holder(site.settings().database_url);
    site.database().run(fmt::format("SELECT {}.register_segments('{}', '{}', '{}', {})",
                                    site.settings().schema, name, site.settings().stream_name,
                                    begin.to_string(), segments));
    holder.run("BEGIN");
    holder.run(fmt::format("SELECT {}.lock_segments('{}', '{}', {})", site.settings().schema, name,
                           site.settings().stream_name, segments));
    return holder;
}

}  // namespace

void pass(std::chrono::microseconds time) {
    thread_local const int exact = prctl(PR_SET_TIMERSLACK, 1);
    static_cast<void>(exact);
    std::this_thread::sleep_for(time);
}

void work(const Settings& settings, const std::string& name, const WorkersOptions& options,
          const std::stop_token& stop) {
    const auto run = options.segments == 0 ? work_alone : work_on_segments;
    run(settings, ConsumerName(name), options, stop);
}

Workers::Workers(const Site& site, std::string name, RecordId begin, const WorkersOptions& options)
    : site_(site),
      name_(std::move(name)),
      options_(options),
      holder_(hold(site, name_, begin, std::max(options.segments, 1U))) {
    for (std::uint32_t i = 0; i < options.processes; ++i)
        processes_.push_back(
            start_worker(site.settings(), {name_, "--segments", std::to_string(options.segments),
                                           "--handler-us", std::to_string(options.handler.count())}));
    wait_until([&] { return are_ready(); }, [&] { require_all_running(); });
}

/// Each process has its share, and each worker of it waits for the checkpoint that is held.
bool Workers::are_ready() const {
    const auto workers = std::max(options_.segments, 1U);
    const auto waiting = site_.database().number(
        "SELECT count(DISTINCT pid) FROM pg_locks JOIN pg_stat_activity USING (pid) "
        "WHERE NOT granted AND datname = current_database()");
    if (waiting < workers) return false;
    if (options_.segments == 0) return true;
    const auto shares = site_.database().number(
        fmt::format("SELECT count(*) FROM {} WHERE consumer = '{}' AND cardinality(segments) = {}",
                    site_.table("consumer_instances"), name_, workers / options_.processes));
    return shares == options_.processes;
}

double Workers::seconds_until(Offset offset) {
    holder_.run("COMMIT");
    const Stopwatch watch;
    const std::string behind =
        fmt::format("SELECT count(*) FROM {} WHERE consumer = '{}' AND last_offset < {}",
                    site_.table("checkpoints"), name_, offset.value);
    wait_until([&] { return site_.database().number(behind) == 0; }, [&] { require_all_running(); });
    return watch.seconds();
}

void Workers::require_all_running() {
    for (auto& process : processes_) require_running(process, "consumer");
}

}  // namespace contrail::bench
