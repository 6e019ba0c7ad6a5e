#pragma once

#include <cstddef>
#include <optional>

#include "chaos/verdict/evidence.hpp"
#include "chaos/verdict/findings.hpp"

namespace rocket_rides::chaos {

/// How many changes had which outcome, and what became of those in doubt.
struct Outcomes {
    std::uint64_t acknowledged = 0;
    std::uint64_t withdrawn = 0;
    std::uint64_t in_doubt_found = 0;
    std::uint64_t in_doubt_not_found = 0;
};

struct Judgement {
    Outcomes outcomes;
    std::uint64_t records = 0;  ///< in the log
    std::vector<Evidence::Consumer> consumers;
    std::optional<std::size_t> warehouse_rides;  ///< How many it holds, if there is one.
    Findings findings;
};

/// Compares what the load knows, what the log showed, what Postgres holds and what the consumers made of it.
/// It trusts none of them, and nothing of what Contrail says of itself.
Judgement judge(const Evidence& evidence);

}  // namespace rocket_rides::chaos
