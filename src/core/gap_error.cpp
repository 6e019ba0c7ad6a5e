#include "core/gap_error.hpp"

#include <string>

#include "core/utc.hpp"

namespace contrail {

namespace {

constexpr auto untouched = " Nothing of this batch was applied.";

std::string cut_off_text(const ConsumerName& consumer, const CutOff& cut_off, RecordId found) {
    return "Consumer '" + consumer.str() + "' was cut off at " + utc_text(cut_off.at_ms) +
           ": a limit on the log's size or age dropped offsets " +
           std::to_string(cut_off.first_missed.value) + " to " + std::to_string(cut_off.last_missed.value) +
           " before it had applied them. The log goes on with " + found.to_string() + "." + untouched +
           " To go on there, knowingly without them: contrail consumer reset " + consumer.str() +
           " --to earliest --execute";
}

std::string meaning(const Gap& gap) {
    if (gap.before == RecordId{})
        return " The beginning of the log is gone, and this consumer has not applied it.";
    if (gap.after.offset <= gap.before.offset) {
        return " These offsets were applied before under other ids: the database has lost commits, and gave "
               "them out again. `contrail adopt` mends it.";
    }
    return " The records between were trimmed or deleted, or something else writes to this log. "
           "`contrail rebuild` puts back what the outbox still holds.";
}

}  // namespace

Error gap_error(const ConsumerName& consumer, const Gap& gap, Log& log) {
    const auto cut_offs = log.cut_offs();
    if (const auto mark = cut_offs.find(consumer);
        mark != cut_offs.end() && mark->second.last_missed > gap.before.offset)
        return {Retry::never, cut_off_text(consumer, mark->second, gap.after)};
    return {Retry::never, "Consumer '" + consumer.str() + "' expected offset " +
                              std::to_string(gap.before.offset.next().value) + " after " +
                              gap.before.to_string() + ", but the log went on with " + gap.after.to_string() +
                              "." + untouched + meaning(gap)};
}

}  // namespace contrail
