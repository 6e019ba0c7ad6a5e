#include "redis/sentinels.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "operations/doctor/checks.hpp"

namespace contrail::operations::doctor {

namespace {

constexpr std::chrono::seconds time_max{5};

/// Two of three can agree, and outvote one that is cut off.
constexpr std::uint64_t watching_min = 3;

constexpr auto ckquorum = "redis-cli -p 26379 SENTINEL CKQUORUM master";

Finding sentinels_finding(const RedisSentinels& sentinels) {
    const std::string check = "redis.sentinels";
    if (sentinels.masters.size() > 1)
        return warning(
            check, fmt::format("they name different masters: {}", fmt::join(sentinels.masters, ", ")),
            "A sentinel that is cut off from the others names the old master. Programs believe the one "
            "that knows of the latest fail-over.",
            {ckquorum});
    if (!sentinels.silent.empty())
        return warning(check, sentinels.silent.front(),
                       "Programs ask the others. With each one that is away, fewer can agree on a fail-over.",
                       {"systemctl start redis-sentinel"});
    const std::string found = fmt::format("{} watch {}, quorum {}", sentinels.watching,
                                          *sentinels.masters.begin(), sentinels.quorum);
    if (sentinels.watching >= watching_min && sentinels.quorum <= sentinels.watching) return ok(check, found);
    return warning(
        check, found,
        "A fail-over needs the quorum, and more than half of all sentinels. Run three, on three machines, "
        "with a quorum of two.",
        {ckquorum});
}

Finding failover_finding(const RedisSentinels& sentinels) {
    const std::string check = "redis.failover";
    if (sentinels.replicas > 0)
        return ok(check, fmt::format("{} replicas could take over", sentinels.replicas));
    return warning(
        check, "no replica could take over",
        "If the master dies, the sentinels have no other server to name: the streamer and the consumers "
        "wait until it is back.",
        {"redis-cli -h replica REPLICAOF " + *sentinels.masters.begin()});
}

}  // namespace

std::optional<RedisSentinels> gather_redis_sentinels(const redis::Endpoint& endpoint) {
    if (!std::holds_alternative<redis::Sentinels>(endpoint.found_by)) return std::nullopt;
    RedisSentinels sentinels;
    for (const redis::SentinelAnswer& answer : redis::ask_sentinels(endpoint, time_max)) {
        if (answer.failure) {
            sentinels.silent.push_back(redis::failure_text(answer));
            continue;
        }
        sentinels.masters.insert(answer.text("ip") + ':' + answer.text("port"));
        sentinels.watching = std::max(sentinels.watching, answer.number("num-other-sentinels") + 1);
        sentinels.quorum = std::max(sentinels.quorum, answer.number("quorum"));
        sentinels.replicas = std::max(sentinels.replicas, answer.number("num-slaves"));
    }
    return sentinels;
}

Findings judge(const RedisSentinels& sentinels) {
    if (sentinels.masters.empty())
        return {error("redis.sentinels", "none answers", fmt::format("{}", fmt::join(sentinels.silent, " ")),
                      {"systemctl start redis-sentinel"})};
    return {sentinels_finding(sentinels), failover_finding(sentinels)};
}

}  // namespace contrail::operations::doctor
