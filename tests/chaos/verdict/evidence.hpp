#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "chaos/load/change.hpp"
#include "chaos/verdict/findings.hpp"
#include "contrail/record.hpp"

namespace rocket_rides::chaos {

/// What there is to be judged when everything has come to rest.
struct Evidence {
    struct Consumer {
        std::string name;
        contrail::RecordId last_id;  ///< its checkpoint
        double total_distance = 0;   ///< metres
    };

    std::vector<Change> changes;           ///< What the load did, as it knows it.
    std::vector<contrail::Record> log;     ///< By offset: the first has place 0. Not seen: id 0-0.
    std::vector<contrail::Record> staged;  ///< What the outbox holds, without ids.
    std::map<std::int64_t, double> rides;  ///< The table: metres by id.
    std::vector<Consumer> consumers;
    std::optional<std::map<std::int64_t, double>> warehouse;  ///< Its rides: metres by id. Nothing: none ran.
    Findings watched;  ///< What was found wrong with the log while it was watched.
};

}  // namespace rocket_rides::chaos
