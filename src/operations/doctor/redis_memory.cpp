#include <fmt/format.h>

#include "operations/doctor/checks.hpp"
#include "operations/units.hpp"

namespace contrail::operations::doctor {

namespace {

constexpr double nearly_full = 0.8;
constexpr double full = 0.9;  // Where the streamer holds back: Streamer::Options::log_memory_used_max.

/// Three quarters: Redis needs room to write its file anew in a child process, and for its clients' buffers.
std::uint64_t max_for(std::uint64_t machine) {
    return machine / 4 * 3;
}

std::vector<std::string> give_more(const RedisMemory& memory, const RedisCli& cli) {
    const std::uint64_t twice = std::max(memory.max, memory.used) * 2;
    return cli.config_set(fmt::format("maxmemory {}", twice));
}

Finding bound_finding(const RedisMemory& memory, const RedisCli& cli) {
    const std::string check = "redis.maxmemory";
    if (memory.max == 0)
        return warning(
            check, "no limit; " + bytes_text(memory.used) + " used",
            "A log that grows fills the machine's memory, and the kernel kills Redis. With a limit, Redis "
            "refuses records in time, and they wait in the outbox.",
            cli.config_set(fmt::format("maxmemory {}", max_for(memory.machine))));
    const double share = static_cast<double>(memory.used) / static_cast<double>(memory.max);
    const std::string found =
        fmt::format("{} of {} used ({:.0f} %)", bytes_text(memory.used), bytes_text(memory.max), share * 100);
    if (share < nearly_full) return ok(check, found);
    const std::string why =
        "When its memory is full, Redis refuses records, and they wait in the outbox. Find the consumer that "
        "keeps the log from being trimmed, or give Redis more memory.";
    auto fix = give_more(memory, cli);
    fix.insert(fix.begin(), "contrail consumer list");
    return share < full ? warning(check, found, why, fix) : error(check, found, why, fix);
}

Finding policy_finding(const RedisMemory& memory, const RedisCli& cli) {
    const std::string check = "redis.maxmemory_policy";
    if (memory.policy == "noeviction") return ok(check, memory.policy);
    const bool evicts_the_log = memory.policy.starts_with("allkeys-");
    const std::string why =
        evicts_the_log
            ? "When memory runs out, Redis drops the whole log and the consumers' positions. With noeviction "
              "it refuses records instead, and they wait in the outbox."
            : "When memory runs out, Redis drops other keys that expire, and keeps the log. With noeviction "
              "it drops nothing: it refuses records, and they wait in the outbox.";
    const auto fix = cli.config_set("maxmemory-policy noeviction");
    return evicts_the_log && memory.max != 0 ? error(check, memory.policy, why, fix)
                                             : warning(check, memory.policy, why, fix);
}

}  // namespace

RedisMemory gather_redis_memory(RedisSession& session) {
    const RedisInfo info(session);
    return {.used = info.number("used_memory"),
            .max = info.number("maxmemory"),
            .machine = info.number("total_system_memory"),
            .policy = info.text("maxmemory_policy")};
}

Findings judge(const RedisMemory& memory, const RedisCli& cli) {
    return {bound_finding(memory, cli), policy_finding(memory, cli)};
}

}  // namespace contrail::operations::doctor
