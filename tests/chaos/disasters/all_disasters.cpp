#include <iterator>

#include "chaos/disasters/kinds.hpp"

namespace rocket_rides::chaos {

std::vector<Disaster> all_disasters() {
    std::vector<Disaster> all;
    for (const auto kinds : {killed_programs, frozen_programs, crowds, broken_connections, postgres_failures,
                             redis_failures, redis_losses, redis_refusals, full_disks}) {
        std::vector<Disaster> some = kinds();
        std::move(some.begin(), some.end(), std::back_inserter(all));
    }
    return all;
}

}  // namespace rocket_rides::chaos
