#include "liveness.hpp"

#include <algorithm>

#include "world.hpp"

namespace contrail::simulation {

namespace {

/// A number that rises with each part of the work, and is bounded by the records that were staged.
std::uint64_t work_done(const World& world) {
    std::uint64_t done = world.transactions - world.open_transactions;
    done += static_cast<std::uint64_t>(world.database.batches.back().batch.number);
    done += static_cast<std::uint64_t>(world.database.batches.front().batch.number);
    done += world.log.head.offset.value;
    for (const auto& consumer : world.consumers) {
        for (const auto& segment : world.database.segments(consumer))
            done += segment.checkpoint.offset.value + 1;
    }
    return done;
}

// How long can all parts of the work rest? In a round a process makes one call to a server, or rests. While
// nothing moves, one of two things is true, and stays true: a committed record is not in the log, or a
// consumer has yet to apply a record of the log. (Writers end their transactions within four rounds: they
// stage no more.) The bound is the larger of the streamers' and the consumers'. Both count the calls of
// src/core in the worst case:
//
//   1. A process that was asked to stop, or was killed, ends its life once more: a rest between lives.
//   2. It completes what it was doing, on grounds that are out of date, and learns so: a whole cycle.
//   3. It rests, as after an error, and does a whole cycle on grounds that are true. Since nothing else
//      moves, this cycle moves the work.

/// A streamer's step 2 ends with a refused append, with an error, or with nothing to do. An idle streamer
/// learns at its next check of the head that the log has lost something. If streamers have a leader which
/// ended in step 1, the next one first notices that it leads. Streamers do not hold each other up: of appends
/// to the same head, the first is accepted.
std::uint64_t streamer_rounds(const Plan& plan) {
    // lead, identity, act_for, head, incarnation, consumers, base, newest, find, claim, head, consumers, restart, find,
    // read
    constexpr std::uint64_t locate = 15;
    // Once in a thousand rounds.
    constexpr std::uint64_t usage = 1;
    // For a batch of its own: read, which ends the batch before; next or read_run; read, which opens it;
    // read; append_begin; append_end.
    constexpr std::uint64_t append = 6;
    // The one that finds nothing more to send.
    constexpr std::uint64_t next = 1;
    constexpr std::uint64_t head = 1;
    constexpr std::uint64_t lead = 1;

    // The answer to the first append is read when one more than may be in flight was begun.
    const std::uint64_t cycle =
        locate + usage + append * (plan.appends_in_flight_max + 1) + next + World::statement_steps_max;
    const std::uint64_t idle = plan.head_check_every_ms + next + head + plan.pause_max;
    const std::uint64_t stand_by = lead + head + plan.pause_max;
    return plan.rest_between_lives_max() + cycle + idle + plan.pause_max + stand_by + cycle;
}

/// Only one instance of a consumer at a time holds its checkpoint. An instance that holds it in order to
/// apply records commits, which moves the work. One that looks for marked records holds it and moves nothing;
/// it does so once in `marked_check_every`, a thousand rounds, and makes each other instance repeat at most
/// one cycle.
std::uint64_t consumer_rounds(const Plan& plan, std::uint64_t instances) {
    // owner, begin; and for a new name: usage, register_consumer, usage, begin, advance, commit
    constexpr std::uint64_t locate = 2 + 6;
    constexpr std::uint64_t retry_marked = 3;      // has_marked, begin, take_marked
    constexpr std::uint64_t begin_read = 2;        // report_position, read_begin
    constexpr std::uint64_t end_read = 1;          // read_end, which may rest
    constexpr std::uint64_t check_gap = 2;         // begin, cut_offs
    constexpr std::uint64_t apply_and_commit = 4;  // begin, the handler, advance, commit

    const std::uint64_t cycle = locate + retry_marked + begin_read + end_read + plan.pause_max + check_gap +
                                apply_and_commit + begin_read;
    const std::uint64_t rests = plan.pause_max;
    return plan.rest_between_lives_max() + (cycle + rests) * (instances + 1);
}

/// An instance of a partitioned consumer visits its segments in turn, and a visit ends when the segment has nothing to
/// do.
std::uint64_t segment_rounds(const World& world, std::uint64_t instances) {
    std::uint64_t segments = 1;
    for (const auto& consumer : world.consumers)
        segments = std::max(segments, std::uint64_t{world.database.segments(consumer).size()});
    return consumer_rounds(world.plan, instances) * segments;
}

/// A consumer that a copied database has kept from its own name waits until retention has noted the owner: a pass on
/// grounds that are out of date, a rest, and one on grounds that are true. Then it is started again.
std::uint64_t owner_rounds(const Plan& plan, std::uint64_t consumers) {
    // identity, act_for, stray_reports, reports, note; assign_owner for each consumer; usage, now_ms; what the limits
    // and warnings ask for each consumer; the release of what may go
    constexpr std::uint64_t of_a_pass = 12;
    constexpr std::uint64_t of_a_consumer = 6;
    const std::uint64_t pass = of_a_pass + of_a_consumer * consumers + plan.pause_max;
    return 2 * pass + plan.rest_between_lives_max();
}

/// The most that any consumer has, zombies included: processes that froze and woke again beside their
/// successors.
std::uint64_t instances_max(const World& world) {
    std::uint64_t most = 0;
    for (const auto& consumer : world.consumers) {
        const std::string prefix = consumer.second.str() + '.';
        most = std::max(
            most, static_cast<std::uint64_t>(std::ranges::count_if(world.processes, [&](const auto& process) {
                return process->name().starts_with(prefix);
            })));
    }
    return most;
}

}  // namespace

StandstillDetector::StandstillDetector(const World& world) : world_(world), work_done_(work_done(world)) {}

bool StandstillDetector::stands_still() {
    const std::uint64_t done = work_done(world_);
    ++rounds_;
    if (done > work_done_) {
        work_done_ = done;
        rounds_ = 0;
    }
    return rounds_ > rounds_max();
}

std::uint64_t StandstillDetector::rounds_max() const {
    const std::uint64_t consumers =
        segment_rounds(world_, instances_max(world_)) +
        (world_.copied_database ? owner_rounds(world_.plan, world_.log.positions.size()) : 0);
    return std::max(streamer_rounds(world_.plan), consumers);
}

}  // namespace contrail::simulation
