#include "core/gap_error.hpp"

#include <string>

#include "base/utc.hpp"

namespace contrail {

namespace {

std::string text(Offset offset) {
    return std::to_string(offset.value);
}

std::string cut_off_message(const ConsumerName& consumer, const Gap& gap, const CutOff& cut_off) {
    // More may have been dropped since the word was left.
    return "Consumer '" + consumer.str() + "' was cut off at " + base::utc_text(cut_off.at_ms) +
           ": a limit on the log's size or age dropped offsets " + text(gap.before.offset.next()) + " to " +
           text(gap.after.offset.previous()) + " before it had applied them. The log goes on with " +
           gap.after.to_string() +
           ". Nothing of this batch was applied. To go on there, knowingly without them: contrail consumer "
           "reset " +
           consumer.str() + " --to earliest --execute";
}

std::string why(const Gap& gap) {
    if (gap.before == RecordId{}) {
        return " The beginning of the log is gone, so that a new consumer cannot start from it. Nothing was "
               "applied.";
    }
    if (gap.after.offset <= gap.before.offset) {
        return " These offsets were applied before under other ids: the database has lost commits, and gave "
               "them out again. Nothing of this batch was applied. `contrail adopt` mends it.";
    }
    return " The records between were trimmed or deleted, or something else writes to this log. Nothing of "
           "this "
           "batch was applied. `contrail rebuild` puts back what the outbox still holds.";
}

}  // namespace

Error gap_error(const ConsumerName& consumer, const Gap& gap, const std::optional<CutOff>& cut_off) {
    // A word for what it is past is of an earlier time.
    if (cut_off && cut_off->last_missed > gap.before.offset)
        return {Retry::never, cut_off_message(consumer, gap, *cut_off)};
    return {Retry::never, "Consumer '" + consumer.str() + "' expected offset " +
                              text(gap.before.offset.next()) + " after " + gap.before.to_string() +
                              ", but the log went on with " + gap.after.to_string() + "." + why(gap)};
}

}  // namespace contrail
