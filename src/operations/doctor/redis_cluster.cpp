#include <fmt/format.h>

#include "operations/doctor/checks.hpp"

namespace contrail::operations::doctor {

std::optional<RedisCluster> gather_redis_cluster(RedisSession& session) {
    if (!session.endpoint().in_cluster()) return std::nullopt;
    if (session.ask_if_allowed({"CLUSTER", "INFO"}) == nullptr) return std::nullopt;
    const RedisInfo cluster(session, {"CLUSTER", "INFO"});
    return RedisCluster{
        .well = cluster.text("cluster_state") == "ok",
        .slots_down = cluster.number("cluster_slots_pfail") + cluster.number("cluster_slots_fail"),
        .replicas = RedisInfo(session).number("connected_slaves")};
}

Findings judge(const RedisCluster& cluster, const RedisCli& cli) {
    const std::string check = "redis.cluster";
    if (!cluster.well || cluster.slots_down > 0)
        return {
            error(check,
                  fmt::format("{}, {} slots without a master", cluster.well ? "takes commands" : "takes none",
                              cluster.slots_down),
                  "The log lives in one slot. While its master is away, streamer and consumers wait until a "
                  "replica has taken over.",
                  {cli("CLUSTER NODES")})};
    if (cluster.replicas == 0)
        return {warning(check, "the log's master has no replica",
                        "If this node dies, its slots stay without a master: the streamer and the consumers "
                        "wait until it is back.",
                        {cli("CLUSTER NODES"), "redis-cli --cluster add-node … --cluster-slave"})};
    return {ok(check, fmt::format("{} replicas could take over", cluster.replicas))};
}

}  // namespace contrail::operations::doctor
