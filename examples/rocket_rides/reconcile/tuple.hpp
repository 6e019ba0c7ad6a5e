#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "contrail/record.hpp"

namespace rocket_rides {

/// What can be said of a consumer's total against the rides themselves.
enum class Match {
    agrees,
    differs,
    mended,  ///< It differed, and was set to what is expected.
    unknown
};

/// What the rides add up to at a record of the log, and what consumers make of it.
struct Tuple {
    struct Consumer {
        std::string name;
        contrail::RecordId last_id;  ///< Its checkpoint.
        double total_distance = 0;   ///< Metres, at its checkpoint, as found.
        double expected = 0;         ///< Metres, at its checkpoint. Unset where the match is unknown.
        Match match = Match::unknown;
        std::string why;  ///< It is unknown.
    };

    contrail::RecordId last_id;
    double total_distance = 0;  ///< Metres.
    std::vector<Consumer> consumers;

    [[nodiscard]] std::size_t count(Match match) const;
};

/// A table and a verdict, for people. Several lines, each ended.
std::string to_text(const Tuple& tuple);

/// One line of JSON: `last_id`, `total_distance`, `consumers`, `agree`.
std::string to_json(const Tuple& tuple);

}  // namespace rocket_rides
