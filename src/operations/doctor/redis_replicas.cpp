#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "operations/doctor/checks.hpp"
#include "operations/units.hpp"

namespace contrail::operations::doctor {

namespace {

constexpr std::uint64_t silent_seconds_max = 10;  // Replicas diagnosis every second.
constexpr std::uint64_t behind_bytes_max = 64ULL << 20;

/// The value of `name` in a text such as `ip=10.0.0.2,port=6379,state=online,offset=42,lag=0`.
std::string_view value_in(std::string_view text, std::string_view name) {
    while (!text.empty()) {
        const auto item = text.substr(0, text.find(','));
        text.remove_prefix(std::min(item.size() + 1, text.size()));
        if (item.starts_with(name) && item.substr(name.size()).starts_with('='))
            return item.substr(name.size() + 1);
    }
    return {};
}

std::uint64_t unsigned_number(std::string_view digits) {
    std::uint64_t value = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return value;
}

RedisReplicas::Replica replica_in(std::string_view text, std::uint64_t head) {
    const std::uint64_t offset = unsigned_number(value_in(text, "offset"));
    return {.address = std::string(value_in(text, "ip")) + ':' + std::string(value_in(text, "port")),
            .online = value_in(text, "state") == "online",
            .silent_seconds = unsigned_number(value_in(text, "lag")),
            .behind_bytes = head > offset ? head - offset : 0};
}

bool replica_lags(const RedisReplicas::Replica& replica) {
    return !replica.online || replica.silent_seconds > silent_seconds_max ||
           replica.behind_bytes > behind_bytes_max;
}

std::string describe(const RedisReplicas::Replica& replica) {
    if (!replica.online) return replica.address + " is being synchronised";
    return fmt::format("{} is {} behind, last report {} s ago", replica.address,
                       bytes_text(replica.behind_bytes), replica.silent_seconds);
}

Finding replicas_finding(const RedisReplicas& replicas, const RedisCli& cli) {
    const std::string check = "redis.replicas";
    if (replicas.replicas.empty()) return ok(check, "none");
    const auto worst = std::ranges::find_if(replicas.replicas, replica_lags);
    if (worst == replicas.replicas.end())
        return ok(check, fmt::format("{} follow closely", replicas.replicas.size()));
    return warning(
        check, describe(*worst),
        "A failover to this replica sets the log back. No record is lost: the streamer sends again what "
        "consumers still need. Meanwhile, consumers wait.",
        {cli("INFO replication")});
}

Finding required_finding(const RedisReplicas& replicas, const RedisCli& cli) {
    const std::string check = "redis.min_replicas";
    if (replicas.required == 0) return ok(check, "none required");
    const std::string found = replicas.required
                                  ? fmt::format("{} of {} required", replicas.good, *replicas.required)
                                  : fmt::format("{} follow; how many are required is not visible to user {}",
                                                replicas.good, cli.user());
    if (replicas.good >= replicas.required.value_or(1)) return ok(check, found);
    return error(
        check, found,
        "Redis refuses writes (NOREPLICAS) while too few replicas follow it, and the streamer waits. Start "
        "the replicas, or require fewer.",
        cli.config_set(fmt::format("min-replicas-to-write {}", replicas.good)));
}

}  // namespace

RedisReplicas gather_redis_replicas(RedisSession& session) {
    const RedisInfo info(session);
    RedisReplicas replicas;
    for (std::uint64_t i = 0; i < info.number("connected_slaves"); ++i)
        replicas.replicas.push_back(
            replica_in(info.text(fmt::format("slave{}", i)), info.number("master_repl_offset")));
    // Redis counts the good ones only where some are required.
    const std::string good = info.text("min_slaves_good_slaves");
    if (good.empty()) return replicas;
    replicas.good = unsigned_number(good);
    const auto required = redis_setting(session, "min-replicas-to-write");
    replicas.required = required ? std::optional(unsigned_number(*required)) : std::nullopt;
    return replicas;
}

Findings judge(const RedisReplicas& replicas, const RedisCli& cli) {
    return {replicas_finding(replicas, cli), required_finding(replicas, cli)};
}

}  // namespace contrail::operations::doctor
