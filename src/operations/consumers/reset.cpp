#include "operations/consumers/reset.hpp"

#include <algorithm>
#include <variant>

#include "contrail/error.hpp"
#include "contrail/starting_place.hpp"
#include "core/starting_checkpoint.hpp"
#include "operations/consumers/move.hpp"
#include "operations/consumers/running.hpp"
#include "operations/units.hpp"

namespace contrail::operations {

namespace {

/// The position of a consumer that has applied everything before the record `id`. If the log was trimmed to
/// here, the id of the record before is unknown. Its offset is known, and the streamer goes by that.
RecordId just_before(RecordId id) {
    if (id.offset <= Offset{1}) return {};
    return {id.sealed_ms, id.offset.previous()};
}

/// Throws if the log no longer holds the record after `position`.
void require_held(RecordId position, Log& log) {
    const LogUsage usage = log.usage();
    if (usage.records == 0 || usage.first.offset <= position.offset.next()) return;
    throw Error(Retry::call, "Cannot reset the consumer to " + position.to_string() +
                                 ": the log was trimmed meanwhile, and now begins with " +
                                 usage.first.to_string() + ". The checkpoint is unchanged. Try again.");
}

/// Reports the position at once. A report travels with the next request.
void report(const ConsumerName& consumer, RecordId position, Log& log) {
    log.report_position(consumer, position);
    log.head();
}

/// A consumer without a checkpoint here is new, or keeps its checkpoint in another database. To reset the
/// latter here would move its position beside the log, and leave its checkpoint.
void require_unknown(const ConsumerName& consumer, Log& log) {
    const auto positions = log.reports().positions;
    const auto reported = positions.find(consumer);
    if (reported == positions.end()) return;
    throw Error(Retry::never,
                "Cannot reset consumer '" + consumer.str() + "': it has reported position " +
                    reported->second.to_string() +
                    ", and this database holds no checkpoint of it. Set DATABASE_URL to the database "
                    "that does. If that one is lost, forget the consumer first.");
}

bool move_checkpoints(const Reset& reset, Checkpoints& checkpoints, ConsumerSegments& segments) {
    if (!reset.from.empty()) return segments.reset(reset.consumer, reset.from, reset.to);
    const auto transaction = checkpoints.begin(reset.consumer);
    if (transaction->checkpoint() || !transaction->advance(reset.to)) return false;
    transaction->commit();
    return true;
}

/// The place of the segment furthest behind, and of what is furthest ahead. Both 0-0: it has no checkpoint.
std::pair<RecordId, RecordId> extent_of(const std::vector<SegmentPlace>& places) {
    if (places.empty()) return {};
    std::pair<RecordId, RecordId> extent{places.front().checkpoint, places.front().checkpoint};
    for (const SegmentPlace& place : places) {
        extent.first = std::min(extent.first, place.checkpoint);
        extent.second =
            std::max({extent.second, place.checkpoint, place.ahead ? place.ahead->applied_to : RecordId{}});
    }
    return extent;
}

std::string difference(const Reset& reset) {
    const auto [least, furthest] = extent_of(reset.from);
    const std::uint64_t to = reset.to.offset.value;
    const std::uint64_t behind = least.offset.value;
    const std::uint64_t ahead = furthest.offset.value;
    if (behind == to && to == ahead) return "The consumer is there already.";
    if (behind == ahead && to < ahead)
        return "The consumer applies " + records_text(ahead - to) + " again, offsets " +
               std::to_string(to + 1) + " to " + std::to_string(ahead) +
               ". First undo effects that are not idempotent.";
    if (behind == ahead)
        return "The consumer skips " + records_text(to - behind) + ", offsets " + std::to_string(behind + 1) +
               " to " + std::to_string(to) + ". It never applies them.";
    std::string text;
    if (to < ahead)
        text = "Segments that are further apply records again, of offsets " + std::to_string(to + 1) +
               " to " + std::to_string(ahead) + ". First undo effects that are not idempotent.";
    if (to < ahead && behind < to) text += '\n';
    if (behind < to)
        text += "Segments that are behind skip records, of offsets " + std::to_string(behind + 1) + " to " +
                std::to_string(to) + ". They never apply them.";
    return text;
}

/// A log that ends before what the consumer has applied has lost its tail. Its end must not be believed: the consumer
/// would apply again what comes back.
void require_whole(const Reset& reset, const StartingPlace& place, Log& log) {
    const bool may_be_the_end =
        std::holds_alternative<start::Latest>(place) || std::holds_alternative<start::Since>(place);
    const RecordId furthest = extent_of(reset.from).second;
    if (!may_be_the_end || reset.to >= furthest || log.head() >= furthest) return;
    throw Error(
        Retry::call,
        "Cannot reset consumer '" + reset.consumer.str() + "' to " + to_string(place) +
            " yet: the log ends with " + reset.to.to_string() +
            ", and the consumer has applied records up to " + furthest.to_string() +
            ". So the log has lost records, and a streamer fills it again. Nothing was changed. Start `contrail "
            "stream` if none runs, and try again.");
}

std::string from_text(const std::vector<SegmentPlace>& places) {
    if (places.empty()) return "the beginning (it has none yet)";
    const auto [least, furthest] = extent_of(places);
    return least == furthest ? least.to_string()
                             : "between " + least.to_string() + " and " + furthest.to_string();
}

}  // namespace

RecordId position_at(const ConsumerName& consumer, const std::string& place, Log& log, Clock& clock) {
    const auto start = parse_starting_place(place);
    if (!start)
        throw Error(Retry::never, "'" + place + "' is not a place in the log. A place is " +
                                      std::string(starting_place_forms) + ".");
    if (!std::holds_alternative<start::Earliest>(*start))
        return starting_checkpoint(consumer, *start, log, clock);
    const LogUsage usage = log.usage();
    return usage.records > 0 ? just_before(usage.first) : end_of_log(consumer, *start, usage);
}

std::string describe(const Reset& reset) {
    const std::string what = reset.from.size() > 1
                                 ? "Checkpoints of the " + std::to_string(reset.from.size()) + " segments"
                                 : std::string("Checkpoint");
    return what + " of consumer '" + reset.consumer.str() + "': from " + from_text(reset.from) + " to " +
           reset.to.to_string() + ".\n" + difference(reset) + "\n";
}

Reset plan_reset(const ConsumerName& consumer, const std::string& place, Checkpoints& checkpoints,
                 ConsumerSegments& segments, Log& log, Clock& clock) {
    const auto from = segments.places(consumer);
    require_owner("reset", consumer, checkpoints.owner(), log);
    if (from.empty()) require_unknown(consumer, log);
    Reset reset{consumer, from, position_at(consumer, place, log, clock)};
    require_whole(reset, *parse_starting_place(place), log);
    return reset;
}

void execute(const Reset& reset, Checkpoints& checkpoints, ConsumerSegments& segments, Log& log, Clock& clock,
             std::chrono::milliseconds wait_max) {
    // The consumer's database need not be the service's, so it does not tell which outbox feeds the log.
    log.act_for(log.fed_by().value_or(OutboxIdentity{}));
    log.consume_for(checkpoints.owner());
    if (runs(reset.consumer, log, clock, wait_max))
        throw Error(Retry::call,
                    "Cannot reset consumer '" + reset.consumer.str() +
                        "': it runs, and has just reported its position. The checkpoint is unchanged. "
                        "Stop the consumer, and try again.");
    // The lower position holds what the consumer needs before its checkpoint moves, and what it needs
    // afterwards.
    const auto [least, furthest] = extent_of(reset.from);
    report(reset.consumer, reset.from.empty() ? reset.to : std::min(least, reset.to), log);
    if (reset.to < furthest) require_held(reset.to, log);
    if (!move_checkpoints(reset, checkpoints, segments))
        throw Error(Retry::call, "Cannot reset consumer '" + reset.consumer.str() +
                                     "': it has moved its checkpoint meanwhile, so it runs. "
                                     "Nothing was changed. Stop the consumer, and try again.");
    report(reset.consumer, reset.to, log);
}

}  // namespace contrail::operations
