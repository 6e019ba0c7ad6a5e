#include <iterator>

#include "demo/faults/kinds.hpp"
#include "demo/faults/system.hpp"

namespace demo {

std::vector<Fault> all_faults() {
    std::vector<Fault> all;
    for (const auto kinds : {program_faults, segment_faults, connection_faults, postgres_faults, redis_faults,
                             log_faults, disk_faults}) {
        std::vector<Fault> some = kinds();
        std::move(some.begin(), some.end(), std::back_inserter(all));
    }
    return all;
}

std::optional<std::string> needs_private_postgres(const System& system) {
    if (system.servers.has_postgres()) return std::nullopt;
    return "PostgreSQL is not a private server";
}

std::optional<std::string> needs_private_redis(const System& system) {
    if (system.servers.has_redis()) return std::nullopt;
    return "Redis is not a private server";
}

}  // namespace demo
