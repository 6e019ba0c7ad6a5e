#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "chaos/load/change.hpp"
#include "chaos/verdict/findings.hpp"
#include "contrail/record.hpp"

namespace chaos {

/// The evidence for the verdict, once everything is at rest.
struct Evidence {
    struct Consumer {
        std::string name;
        contrail::RecordId last_id;  ///< Its checkpoint; of its segments, the least.
        double total_distance = 0;   ///< Metres; of its segments, the sum.
        std::uint32_t segments = 1;
    };

    std::vector<Change> changes;           ///< As the load knows them.
    std::vector<contrail::Record> log;     ///< By offset, from 1 on. A record never seen has the id 0-0.
    std::vector<contrail::Record> staged;  ///< The records in the outbox, without ids.
    std::map<std::int64_t, double> rides;  ///< The service's table: metres by id.
    std::vector<Consumer> consumers;
    std::optional<std::map<std::int64_t, double>>
        warehouse;  ///< Its rides: metres by id. Nothing if none ran.
    std::optional<std::vector<contrail::Record>>
        archive;                             ///< What it holds, in its order. Nothing if none ran.
    std::vector<std::string> archive_flaws;  ///< As `contrail archive verify` tells them.
    Findings watched;                        ///< What the watcher found wrong with the log.
};

}  // namespace chaos
