#include "actors.hpp"
#include "archive/archive_checkpoints.hpp"
#include "archive/archive_reader.hpp"
#include "archive/archive_writer.hpp"
#include "contrail/at_least_once_consumer.hpp"
#include "mutants/mutant.hpp"
#include "service.hpp"
#include "testing/faults.hpp"

namespace contrail::simulation {

namespace {

/// They may drop what the archive has yet to read.
bool has_limits(const Plan& plan) {
    return plan.log_records_max > 0 || plan.log_age_max_ms > 0;
}

/// True if another process has written on, which the lock prevents. The log may then be trimmed behind this one.
bool is_overtaken(const archive::Folder& folder, archive::ArchiveWriter& writer) {
    return folder.contents().end() > writer.written_to();
}

/// Without a lock, so that a process that froze writes beside its successor.
bool archive_until_stopped(Process& process, const archive::Folder& folder) {
    World& world = process.world;
    Service service(process);
    archive::ArchiveWriter writer(folder, {.age_max = Clock::Duration(world.plan.pause_max * 10)},
                                  service.clock);
    archive::ArchiveCheckpoints own_checkpoints(writer);
    testing::FaultyCheckpoints checkpoints(own_checkpoints, service.database_faults);
    archive::ArchivedPositions positions(service.log, writer);
    const bool reports_early = world.mutant == Mutant::hasty_archive;
    LogReader& log = reports_early ? static_cast<LogReader&>(service.log) : positions;
    AtLeastOnceConsumer::Options options;
    options.batch.records_max = world.plan.batch_records_max;
    options.report_every = Clock::Duration(world.plan.report_every_ms);
    AtLeastOnceConsumer consumer(
        archive_name(), log, checkpoints,
        [&](std::span<const Record> records) {
            process.pause();
            writer.append(records);
        },
        options, service.clock,
        [&](const ConsumerEvent& event) {
            if (const auto* retrying = std::get_if<consumer_event::Retrying>(&event))
                service.retry(retrying->error);
        });
    return service.run(
        [&](const std::stop_token& stop) {
            consumer.run(stop);
            writer.complete();
        },
        [&] { return has_limits(world.plan) || is_overtaken(folder, writer); });
}

}  // namespace

bool run_archive(Process& process) {
    return archive_until_stopped(process, process.world.archive->folder());
}

void judge_archive(World& world) {
    if (!world.archive) return;
    archive::ArchiveReader reader(world.archive->folder());
    std::vector<Record> chunk;
    RecordId last;
    do {
        reader.read(last, {}, chunk);
        for (const Record& record : chunk) {
            const Record* const logged = world.oracle.seen(record.id.offset);
            if (logged == nullptr || *logged != record)
                world.violate(Rule::effects_once,
                              "the archive holds " + record.id.to_string() +
                                  ", and the log held another record at that offset, or none");
            last = record.id;
        }
    } while (!chunk.empty());
    world.happened(Happened::record_archived, last.offset.value);
    const Offset released = world.database.released_to();
    if (last.offset < released && !has_limits(world.plan) && !world.set_back)
        world.violate(Rule::nothing_needed_dropped,
                      "the archive ends with " + last.to_string() +
                          ", and the outbox has released records up to offset " +
                          std::to_string(released.value));
}

}  // namespace contrail::simulation
