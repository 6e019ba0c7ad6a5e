#pragma once

#include "operations/doctor/finding.hpp"
#include "operations/doctor/redis_cli.hpp"
#include "operations/doctor/redis_session.hpp"

namespace contrail::doctor {

/// Who follows a Redis server, and how closely.
struct RedisReplicas {
    struct Replica {
        std::string address;  ///< `host:port`
        bool online = true;
        std::uint64_t silent_seconds = 0;  ///< Since it last said how far it is.
        std::uint64_t behind_bytes = 0;
    };
    std::vector<Replica> replicas{};
    std::uint64_t required = 0;  ///< min-replicas-to-write; 0 also if the user may not see it.
    std::uint64_t good = 0;      ///< Those that count for it.
};

RedisReplicas gather_redis_replicas(RedisSession& session);
Findings judge(const RedisReplicas& replicas, const RedisCli& cli);

}  // namespace contrail::doctor
