#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "contrail/record.hpp"
#include "contrail/settings.hpp"

namespace rocket_rides {

/// What can be said of a consumer's total against the rides themselves.
enum class Match {
    agrees,
    differs,
    corrected,  ///< It differed, and was set to what is expected.
    unknown,
};

/// What the rides add up to at a record of the log, and what each consumer shows at its own.
struct Comparison {
    struct Consumer {
        std::string name;
        contrail::RecordId last_id;  ///< Its checkpoint; the least of its segments.
        double total_distance = 0;  ///< Metres, at its checkpoints, as found: those of its segments added up.
        double expected = 0;        ///< Metres, at its checkpoint. Unset if the match is unknown.
        Match match = Match::unknown;
        std::string why;  ///< It is unknown.
        std::uint32_t segments = 1;
    };

    contrail::RecordId last_id;
    double total_distance = 0;  ///< Metres.
    std::vector<Consumer> consumers;

    [[nodiscard]] std::size_t count(Match match) const;
};

/// Compares the consumers' totals with the rides, while everything runs; with `fix`, corrects those that
/// differ. Throws contrail::Error.
///
/// Consumers keep their totals in the rides' database, so one snapshot shows rides, staged records, totals
/// and checkpoints. A consumer has applied the records up to its checkpoint, and none after it: it should
/// show the rides' sum less what the later records change, which the outbox still holds. So it stops no
/// consumer, and waits for none. Segments need not be at the same record: each is compared at its own, and their totals
/// add up to what is expected of all.
///
/// A correction is one transaction that holds the consumer's checkpoint, and so waits for the consumer's
/// current batch.
Comparison reconcile(const contrail::Settings& settings, bool fix);

/// A table and a verdict, for people; and a line of JSON: `last_id`, `total_distance`, `consumers`, `agree`.
std::string to_text(const Comparison& comparison);
std::string to_json(const Comparison& comparison);

}  // namespace rocket_rides
