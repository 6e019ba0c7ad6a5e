#include "operations/consumers/move.hpp"

#include "contrail/error.hpp"
#include "operations/consumers/running.hpp"
#include "operations/units.hpp"

namespace contrail::operations {

namespace {

std::optional<RecordId> position_in(const LogReports& reports, const ConsumerName& consumer) {
    const auto reported = reports.positions.find(consumer);
    return reported == reports.positions.end() ? std::nullopt : std::optional(reported->second);
}

/// The log's first record, if the one after `checkpoint` is gone.
std::optional<RecordId> gap_after(RecordId checkpoint, Log& log) {
    const LogUsage usage = log.usage();
    if (usage.records == 0 || usage.first.offset <= checkpoint.offset.next()) return std::nullopt;
    return usage.first;
}

}  // namespace

void require_owner(const std::string& what, const ConsumerName& consumer, const ConsumerOwner& owner,
                   Log& log) {
    const ConsumerOwner noted = log.reports().owner_of(consumer).owner;
    if (noted.id.empty() || noted.id == owner.id) return;
    throw Error(Retry::never,
                "Cannot " + what + " consumer '" + consumer.str() + "': it belongs to " + noted.name +
                    ", and DATABASE_URL leads to " + owner.name +
                    ". Nothing was changed. Set DATABASE_URL to the database that holds its checkpoint. "
                    "If the consumer has moved to this one for good, run: contrail consumer move " +
                    consumer.str());
}

Move plan_move(const ConsumerName& consumer, Checkpoints& checkpoints, Log& log) {
    const ConsumerOwner to = checkpoints.owner();
    const auto checkpoint = checkpoints.least(consumer);
    if (!checkpoint) {
        throw Error(Retry::never,
                    "Cannot move consumer '" + consumer.str() + "' to " + to.name +
                        ": it holds no checkpoint of the consumer. Nothing was changed. Set DATABASE_URL "
                        "to the database to which the consumer has moved. To let it begin anew there, "
                        "run `contrail consumer forget " +
                        consumer.str() + "` and start it.");
    }
    const LogReports reports = log.reports();
    const ConsumerOwner from = reports.owner_of(consumer).owner;
    if (from.id.empty()) {
        throw Error(Retry::never,
                    "Cannot move consumer '" + consumer.str() +
                        "': the log names no database to which it belongs. Nothing was changed. Start the "
                        "consumer: it belongs to its database from then on. If it is refused, the streamer "
                        "has noted its owner meanwhile; run this command again.");
    }
    return {.consumer = consumer,
            .from = from,
            .to = to,
            .checkpoint = *checkpoint,
            .position = position_in(reports, consumer),
            .gap = gap_after(*checkpoint, log)};
}

std::string describe(const Move& move) {
    const std::string consumer = "Consumer '" + move.consumer.str() + "'";
    if (move.is_done()) return consumer + " belongs to " + move.to.name + " already.\n";
    std::string text = consumer + " belongs to " + move.from.name + ", and moves to " + move.to.name +
                       ".\nIt continues after its checkpoint there, " + move.checkpoint.to_string() + ".";
    if (move.position) text += " The old database reported " + move.position->to_string() + " last.";
    text += "\nThe log refuses the old database from then on.\n";
    if (move.gap)
        text +=
            "The log begins with " + move.gap->to_string() +
            ", so the consumer stops at a gap. After the move, let it continue elsewhere: contrail consumer reset " +
            move.consumer.str() + "\n";
    return text;
}

void execute(const Move& move, Log& log, Clock& clock, std::chrono::milliseconds wait_max) {
    // The consumer's database need not be the service's, so it does not tell which outbox feeds the log.
    log.act_for(log.fed_by().value_or(OutboxIdentity{}));
    if (runs(move.consumer, log, clock, wait_max))
        throw Error(Retry::call, "Cannot move consumer '" + move.consumer.str() +
                                     "': it runs, and has just reported its position from " + move.from.name +
                                     ". Nothing was changed. Stop it there, and try again.");
    const NotedOwner moved{.owner = move.to, .moved_from = move.from.id};
    if (!log.assign_owner(move.consumer, moved, move.checkpoint, move.from.id))
        throw Error(Retry::call,
                    "Cannot move consumer '" + move.consumer.str() +
                        "': it belongs to another database than a moment ago. Nothing was changed. Run the "
                        "command again.");
}

}  // namespace contrail::operations
