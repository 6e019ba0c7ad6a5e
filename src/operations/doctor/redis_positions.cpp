#include <fmt/format.h>

#include "operations/doctor/checks.hpp"
#include "operations/units.hpp"

namespace contrail::operations::doctor {

RedisPositions gather_redis_positions(LogKeeper& log, const redis::Keys& keys) {
    return {.key = keys.positions, .stray = log.stray_reports()};
}

Findings judge(const RedisPositions& positions, const RedisCli& cli) {
    const std::string check = "redis.positions";
    const StrayReports& stray = positions.stray;
    if (stray.too_many_names())
        return {error(
            check, fmt::format("{} names, more than {}", count_text(stray.names), count_text(consumers_max)),
            "Another program forges names of consumers. Retention notes no position, and no new consumer can "
            "register. Find the program and take its rights, then remove the key: consumers that run report "
            "again at once, and PostgreSQL remembers the others.",
            {cli("ACL LIST"), cli("UNLINK " + positions.key)})};
    if (stray.entries.empty()) return {ok(check, fmt::format("of {} consumers", stray.names))};
    const std::string& entry = stray.entries.front();
    return {warning(
        check, "not a position: " + entry,
        "Another program wrote an entry among the consumers' positions that is no consumer's name with a "
        "record's id. Retention ignores it. Find the program, then remove the entry.",
        {cli("HDEL " + positions.key + " '" + entry.substr(0, entry.find(": ")) + "'")})};
}

}  // namespace contrail::operations::doctor
