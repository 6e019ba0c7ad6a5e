#include "chaos/watch/seen_log.hpp"

#include <utility>

#include "chaos/watch/ride_record.hpp"

namespace chaos {

using contrail::Record;
using contrail::RecordId;

void SeenLog::enter(Record record, Findings& findings) {
    if (record.id.offset.value == 0)
        return findings.add(Violation::out_of_order, "an entry is not a record: " + record.data);
    require_next(record, findings);
    previous_ = record.id;
    const std::size_t place = record.id.offset.value - 1;
    if (place >= records_.size()) records_.resize(place + 1);
    Record& seen = records_[place];
    if (seen.id == RecordId{}) {
        if (const auto ride = read_ride(record))
            if (const auto number = ride->number()) numbers_.emplace(*number, record.id.offset);
        seen = std::move(record);
    } else if (seen != record) {
        findings.add(Violation::changed, "offset " + std::to_string(record.id.offset.value) + " was " +
                                             seen.id.to_string() + ' ' + seen.action + ' ' + seen.data +
                                             " and is now " + record.id.to_string() + ' ' + record.action +
                                             ' ' + record.data);
    }
}

void SeenLog::require_next(const Record& record, Findings& findings) const {
    // A trimmed log begins later than at 1, but not beyond the records seen before.
    const RecordId previous = previous_.value_or(RecordId{0, contrail::Offset{records_.size()}});
    const bool first = !previous_ && record.id.offset <= previous.offset;
    const std::string where = record.id.to_string() + " comes after " + previous.to_string();
    if (first) return;
    if (record.id.offset <= previous.offset || record.id < previous) {
        findings.add(Violation::out_of_order, where);
    } else if (record.id.offset != previous.offset.next()) {
        findings.add(Violation::gap, where);
    }
}

std::optional<contrail::Offset> SeenLog::find(std::uint64_t number) const {
    const auto found = numbers_.find(number);
    if (found == numbers_.end()) return std::nullopt;
    return found->second;
}

}  // namespace chaos
