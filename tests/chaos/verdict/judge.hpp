#pragma once

#include <cstddef>
#include <optional>

#include "chaos/verdict/evidence.hpp"
#include "chaos/verdict/findings.hpp"

namespace chaos {

/// The number of changes by outcome. The log shows what became of those in doubt.
struct Outcomes {
    std::uint64_t acknowledged = 0;
    std::uint64_t withdrawn = 0;
    std::uint64_t in_doubt_found = 0;
    std::uint64_t in_doubt_not_found = 0;
};

struct Verdict {
    Outcomes outcomes;
    std::uint64_t records = 0;  ///< In the log.
    std::vector<Evidence::Consumer> consumers;
    std::optional<std::size_t> warehouse_rides;  ///< The number of its rides, if a warehouse ran.
    Findings findings;
};

/// Compares what the load knows, what the log showed, what Postgres holds, and what the consumers made of it.
/// It trusts none of them, and no report of Contrail about itself.
Verdict judge(const Evidence& evidence);

}  // namespace chaos
