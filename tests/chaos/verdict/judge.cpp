#include "chaos/verdict/judge.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <set>
#include <tuple>
#include <unordered_map>

#include "chaos/watch/ride_record.hpp"

namespace chaos {

namespace {

using contrail::Offset;
using contrail::Record;
using contrail::RecordId;

std::string text(const Record& record) {
    return record.id.to_string() + ' ' + record.action + ' ' + record.data;
}

/// The offset of each change in the log, by its number.
using Places = std::unordered_map<std::uint64_t, Offset>;

Places places_of_changes(const Evidence& evidence, Findings& findings) {
    Places places;
    for (const Record& record : evidence.log) {
        const auto ride = read_ride(record);
        const auto number = ride ? ride->number() : std::nullopt;
        if (number && !places.emplace(*number, record.id.offset).second)
            findings.add(Violation::counted_twice,
                         text(record) + " is already at offset " + std::to_string(places[*number].value));
    }
    return places;
}

void judge_offsets(const Evidence& evidence, Findings& findings) {
    for (std::size_t place = 0; place < evidence.log.size(); ++place)
        if (evidence.log[place].id.offset.value != place + 1)
            findings.add(Violation::gap, "no record was ever seen at offset " + std::to_string(place + 1));
}

void judge_outcomes(const Evidence& evidence, const Places& places, Findings& findings) {
    for (const Change& change : evidence.changes) {
        const bool found = places.contains(change.number);
        const std::string what = "the change of " + std::to_string(change.number) + " m";
        if (change.outcome == Outcome::acknowledged && !found)
            findings.add(Violation::lost, what + " was acknowledged, but is not in the log");
        if (change.outcome == Outcome::withdrawn && found)
            findings.add(Violation::invented, what + " was rolled back or refused, but is in the log");
    }
}

/// A change that began after another was acknowledged must follow it.
void judge_order(const Evidence& evidence, const Places& places, Findings& findings) {
    std::vector<const Change*> by_begin;
    std::vector<const Change*> by_answer;
    for (const Change& change : evidence.changes) {
        if (!places.contains(change.number)) continue;
        by_begin.push_back(&change);
        if (change.outcome == Outcome::acknowledged) by_answer.push_back(&change);
    }
    std::ranges::sort(by_begin, {}, &Change::begun);
    std::ranges::sort(by_answer, {}, [](const Change* change) { return *change->answered; });

    auto answered = by_answer.begin();
    const Change* last = nullptr;  // the last in the log of those answered before
    for (const Change* change : by_begin) {
        for (; answered != by_answer.end() && *(*answered)->answered < change->begun; ++answered)
            if (last == nullptr || places.at((*answered)->number) > places.at(last->number)) last = *answered;
        if (last != nullptr && places.at(change->number) < places.at(last->number))
            findings.add(Violation::out_of_order,
                         fmt::format("the change of {} m began after that of {} m was acknowledged, but "
                                     "their offsets are {} and {}",
                                     change->number, last->number, places.at(change->number).value,
                                     places.at(last->number).value));
    }
}

/// Applies the records to rides, one after another.
class Replay {
public:
    explicit Replay(Findings& findings) : findings_(findings) {}

    void apply(const Record& record) {
        const auto ride = read_ride(record);
        if (!ride) return findings_.add(Violation::invented, text(record) + " is not about a ride");
        if (record.action == "create") {
            if (!rides_.emplace(ride->ride, ride->distance.value_or(-1)).second)
                findings_.add(Violation::counted_twice, text(record) + " creates a ride that exists already");
            return;
        }
        const auto found = rides_.find(ride->ride);
        if (found == rides_.end() || ride->previous_distance != found->second)
            findings_.add(Violation::out_of_order,
                          text(record) + " does not follow the ride's state, which is " +
                              (found == rides_.end() ? "none" : fmt::format("{} m", found->second)));
        if (record.action == "delete")
            rides_.erase(ride->ride);
        else
            rides_[ride->ride] = ride->distance.value_or(-1);
    }

    [[nodiscard]] const std::map<std::int64_t, double>& rides() const { return rides_; }

private:
    Findings& findings_;
    std::map<std::int64_t, double> rides_;
};

void judge_warehouse(const Evidence& evidence, const std::map<std::int64_t, double>& replayed,
                     Findings& findings) {
    if (!evidence.warehouse || *evidence.warehouse == replayed) return;
    const auto metres = [](const auto& rides, std::int64_t id) {
        const auto found = rides.find(id);
        return found == rides.end() ? std::string("no row") : fmt::format("{} m", found->second);
    };
    std::set<std::int64_t> ids;
    for (const auto* rides : {&*evidence.warehouse, &replayed})
        for (const auto& [id, distance] : *rides) ids.insert(id);
    for (const std::int64_t id : ids)
        if (metres(*evidence.warehouse, id) != metres(replayed, id))
            findings.add(Violation::wrong_total,
                         fmt::format("the warehouse has {} of ride {}; the log leaves {}",
                                     metres(*evidence.warehouse, id), id, metres(replayed, id)));
}

void judge_rides(const Evidence& evidence, Findings& findings) {
    Replay replay(findings);
    for (const Record& record : evidence.log) replay.apply(record);
    for (const auto& [id, distance] : evidence.rides) {
        const auto replayed = replay.rides().find(id);
        if (replayed == replay.rides().end() || replayed->second != distance)
            findings.add(
                Violation::lost,
                fmt::format("ride {} has {} m in the table, and in the log {}", id, distance,
                            replayed == replay.rides().end() ? "there is none"
                                                             : fmt::format("it has {} m", replayed->second)));
    }
    for (const auto& [id, distance] : replay.rides())
        if (!evidence.rides.contains(id))
            findings.add(Violation::invented,
                         fmt::format("ride {} of {} m is in the log, and not in the table", id, distance));
    judge_warehouse(evidence, replay.rides(), findings);
}

void judge_staged(const Evidence& evidence, Findings& findings) {
    const auto content = [](const Record& record) {
        return record.action + ' ' + record.object + ' ' + record.data + ' ' + record.key.value_or("no key") +
               ' ' + record.headers.value_or("no headers");
    };
    std::unordered_map<std::string, int> logged;
    for (const Record& record : evidence.log) ++logged[content(record)];
    for (const Record& record : evidence.staged)
        if (--logged[content(record)] < 0)
            findings.add(Violation::lost, "staged and not in the log: " + record.action + ' ' + record.data);
}

void judge_totals(const Evidence& evidence, Findings& findings) {
    // Whole metres: every sum is exact.
    double total = 0;
    for (const Record& record : evidence.log)
        if (const auto ride = read_ride(record))
            total += ride->distance.value_or(0) - ride->previous_distance.value_or(0);
    const RecordId head = evidence.log.empty() ? RecordId{} : evidence.log.back().id;
    for (const Evidence::Consumer& consumer : evidence.consumers)
        if (consumer.last_id != head || consumer.total_distance != total)
            findings.add(
                Violation::wrong_total,
                fmt::format("{} has {:.1f} m at {}; the log adds up to {:.1f} m at {}", consumer.name,
                            consumer.total_distance, consumer.last_id.to_string(), total, head.to_string()));
}

void judge_archive(const Evidence& evidence, Findings& findings) {
    if (!evidence.archive) return;
    const std::vector<Record>& archive = *evidence.archive;
    for (const std::string& flaw : evidence.archive_flaws) findings.add(Violation::wrong_archive, flaw);
    for (std::size_t place = 0; place < std::max(archive.size(), evidence.log.size()); ++place) {
        const auto at = [place](const std::vector<Record>& records) {
            return place < records.size() ? text(records[place]) : std::string("nothing");
        };
        if (at(archive) != at(evidence.log))
            findings.add(Violation::wrong_archive,
                         fmt::format("the archive has {} at offset {}, and the log {}", at(archive),
                                     place + 1, at(evidence.log)));
    }
}

Outcomes count_outcomes(const Evidence& evidence, const Places& places) {
    Outcomes outcomes;
    for (const Change& change : evidence.changes) {
        if (change.outcome == Outcome::acknowledged) ++outcomes.acknowledged;
        if (change.outcome == Outcome::withdrawn) ++outcomes.withdrawn;
        if (change.outcome == Outcome::in_doubt)
            ++(places.contains(change.number) ? outcomes.in_doubt_found : outcomes.in_doubt_not_found);
    }
    return outcomes;
}

}  // namespace

Verdict judge(const Evidence& evidence) {
    Findings findings = evidence.watched;
    const Places places = places_of_changes(evidence, findings);
    judge_offsets(evidence, findings);
    judge_outcomes(evidence, places, findings);
    judge_order(evidence, places, findings);
    judge_rides(evidence, findings);
    judge_staged(evidence, findings);
    judge_totals(evidence, findings);
    judge_archive(evidence, findings);
    return {.outcomes = count_outcomes(evidence, places),
            .records = evidence.log.size(),
            .consumers = evidence.consumers,
            .warehouse_rides = evidence.warehouse ? std::optional(evidence.warehouse->size()) : std::nullopt,
            .findings = findings};
}

}  // namespace chaos
