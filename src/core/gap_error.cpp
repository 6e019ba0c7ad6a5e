#include "core/gap_error.hpp"

#include <string>

#include "base/utc.hpp"

namespace contrail {

namespace {

std::string text(Offset offset) {
    return std::to_string(offset.value);
}

std::string cut_off_message(const ConsumerName& consumer, const Gap& gap, const CutOff& cut_off) {
    // More may have been dropped since the notice was left.
    return "Consumer '" + consumer.str() + "' was cut off at " + base::utc_text(cut_off.at_ms) +
           ": a limit on the log's size or age, or a loss that `contrail adopt` accepted, took offsets " +
           text(gap.before.offset.next()) + " to " + text(gap.after.offset.previous()) +
           " before the consumer had applied them. The log continues with " + gap.after.to_string() +
           ". The consumer applied nothing of this batch. If an archive holds these records, start the consumer with "
           "--archive DIR. To continue without them, run: "
           "contrail consumer reset " +
           consumer.str() +
           " --to earliest --execute. After `contrail adopt`, where the consumer's database lost the same commits, run "
           "it with the id after which the outbox continues instead of earliest: what the log holds before that id is "
           "lost to this database.";
}

std::string why(const Gap& gap) {
    if (gap.before == RecordId{}) {
        return " The beginning of the log is gone, and a new consumer cannot start there. It applied "
               "nothing. Choose another place for it with `contrail consumer reset`.";
    }
    if (gap.after.offset <= gap.before.offset) {
        return " The consumer has applied these offsets under other ids: the database lost commits, and "
               "assigned the offsets again. The consumer applied nothing of this batch. `contrail adopt` "
               "repairs the outbox.";
    }
    return " The records between were trimmed or deleted, or another program writes to this log. The "
           "consumer applied nothing of this batch. `contrail rebuild` restores what the outbox still holds.";
}

}  // namespace

Error gap_error(const ConsumerName& consumer, const Gap& gap, const std::optional<CutOff>& cut_off) {
    // A notice about records that the consumer is past is outdated.
    if (cut_off && cut_off->last_missed > gap.before.offset)
        return {Retry::never, cut_off_message(consumer, gap, *cut_off)};
    return {Retry::never, "Consumer '" + consumer.str() + "' expected offset " +
                              text(gap.before.offset.next()) + " after " + gap.before.to_string() +
                              ", but the log continued with " + gap.after.to_string() + "." + why(gap)};
}

}  // namespace contrail
