#include "operations/consumers/reset.hpp"

#include <algorithm>
#include <variant>

#include "contrail/error.hpp"
#include "contrail/starting_place.hpp"
#include "core/starting_checkpoint.hpp"
#include "operations/consumers/running.hpp"
#include "operations/units.hpp"

namespace contrail {

namespace {

/// The position of one who has applied everything before the record `id`. The id of the record before it is
/// not known where the log was trimmed to here; its offset is, and by that the streamer goes.
RecordId just_before(RecordId id) {
    if (id.offset <= Offset{1}) return {};
    return {id.sealed_ms, id.offset.previous()};
}

std::optional<RecordId> first_after(RecordId position, Log& log) {
    std::vector<Record> records;
    log.read_begin(position, {.records_max = 1}, std::chrono::milliseconds(0));
    log.read_end(records);
    return records.empty() ? std::nullopt : std::optional(records.front().id);
}

/// A first record that is after the position's next one: what lies between was dropped.
void require_held(RecordId position, Log& log) {
    const LogUsage usage = log.usage();
    if (usage.records == 0 || usage.first.offset <= position.offset.next()) return;
    throw Error(Retry::call, "The log was trimmed meanwhile, to " + usage.first.to_string() +
                                 ", and no longer holds what follows " + position.to_string() +
                                 ". The checkpoint is as it was. Try again.");
}

/// Has the position sent: reports go along with the next request.
void report(const ConsumerName& consumer, RecordId position, Log& log) {
    log.report_position(consumer, position);
    log.head();
}

/// A consumer without a checkpoint is new, or this is not where it keeps it: the position beside the log
/// would be moved, and the checkpoint not.
void require_unknown(const ConsumerName& consumer, Log& log) {
    const auto positions = log.positions();
    const auto reported = positions.find(consumer);
    if (reported == positions.end()) return;
    throw Error(Retry::never,
                "Consumer '" + consumer.str() + "' has reported that it is at " +
                    reported->second.to_string() +
                    ", and this database holds no checkpoint of it. Let DATABASE_URL lead to the "
                    "database that does; or, if that is lost, forget the consumer first.");
}

void move_checkpoint(const Reset& reset, Checkpoints& checkpoints) {
    const auto transaction = checkpoints.begin(reset.consumer);
    if (transaction->checkpoint() != reset.from || !transaction->advance(reset.to))
        throw Error(Retry::call, "Consumer '" + reset.consumer.str() +
                                     "' has moved meanwhile: it runs. Its checkpoint was left alone. Stop it "
                                     "first.");
    transaction->commit();
}

std::string difference(const Reset& reset) {
    const std::uint64_t from = reset.from.value_or(RecordId{}).offset.value;
    const std::uint64_t to = reset.to.offset.value;
    if (to == from) return "That is where it is.";
    if (to < from)
        return records_text(from - to) + " would be given to it again, offsets " + std::to_string(to + 1) +
               " to " + std::to_string(from) +
               ": effects that are not idempotent have to be taken back first.";
    return records_text(to - from) + " would be passed over, offsets " + std::to_string(from + 1) + " to " +
           std::to_string(to) + ": it will never apply them.";
}

}  // namespace

RecordId position_at(const ConsumerName& consumer, const std::string& place, Log& log, Clock& clock) {
    const auto start = parse_starting_place(place);
    if (!start)
        throw Error(Retry::never, "'" + place + "' is no place in the log. Name " +
                                      std::string(starting_place_forms) + ".");
    if (!std::holds_alternative<start::Earliest>(*start))
        return starting_checkpoint(consumer, *start, log, clock);
    const auto first = first_after({}, log);
    return first ? just_before(*first) : log.head();
}

std::string describe(const Reset& reset) {
    const std::string from = reset.from ? "from " + reset.from->to_string()
                                        : std::string("which has none yet, from the beginning");
    return "checkpoint of consumer '" + reset.consumer.str() + "', " + from + " to " + reset.to.to_string() +
           "\n" + difference(reset) + "\n";
}

Reset plan_reset(const ConsumerName& consumer, const std::string& place, Checkpoints& checkpoints, Log& log,
                 Clock& clock) {
    const auto from = checkpoints.begin(consumer)->checkpoint();
    if (!from) require_unknown(consumer, log);
    return {consumer, from, position_at(consumer, place, log, clock)};
}

void execute(const Reset& reset, Checkpoints& checkpoints, Log& log, Clock& clock,
             std::chrono::milliseconds watch) {
    if (runs(reset.consumer, log, clock, watch))
        throw Error(Retry::call,
                    "Consumer '" + reset.consumer.str() +
                        "' runs: it has just reported its position. Its checkpoint was left alone. "
                        "Stop it first.");
    // What it needs until the checkpoint has moved, and what it needs from then on, is held all the time.
    report(reset.consumer, std::min(reset.from.value_or(reset.to), reset.to), log);
    if (reset.to < reset.from) require_held(reset.to, log);
    move_checkpoint(reset, checkpoints);
    report(reset.consumer, reset.to, log);
}

}  // namespace contrail
