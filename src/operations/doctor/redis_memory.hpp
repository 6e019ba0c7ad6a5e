#pragma once

#include "operations/doctor/finding.hpp"
#include "operations/doctor/redis_cli.hpp"
#include "operations/doctor/redis_session.hpp"

namespace contrail::doctor {

/// What a Redis server's data take of what they may take, in bytes.
struct RedisMemory {
    std::uint64_t used = 0;
    std::uint64_t max = 0;      ///< maxmemory; 0: no bound is set.
    std::uint64_t machine = 0;  ///< What the machine has.
    std::string policy = "noeviction";
};

RedisMemory gather_redis_memory(RedisSession& session);
Findings judge(const RedisMemory& memory, const RedisCli& cli);

}  // namespace contrail::doctor
